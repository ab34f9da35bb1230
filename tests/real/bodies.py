"""Programs for real runs: each is given the multiprocessing module, virtual or real."""

from __future__ import annotations

import time
from typing import Any


def add(counter: Any) -> None:
    seen = counter.value
    counter.value = seen + 1


def counter(mp: Any) -> None:
    value = mp.Value("i", 0)
    children = [mp.Process(target=add, args=(value,)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()


def take(first: Any, second: Any) -> None:
    with first, second:
        pass


def crossed_locks(mp: Any) -> None:
    first, second = mp.Lock(), mp.Lock()
    children = [
        mp.Process(target=take, args=(first, second)),
        mp.Process(target=take, args=(second, first)),
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()


def ordered_locks(mp: Any) -> None:
    first, second = mp.Lock(), mp.Lock()
    children = [mp.Process(target=take, args=(first, second)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()


def wait_for_item(queue: Any, done: Any) -> None:
    queue.get()
    done.set()


def queue_and_event(mp: Any) -> None:
    queue, done = mp.Queue(), mp.Event()
    child = mp.Process(target=wait_for_item, args=(queue, done))
    child.start()
    queue.put("item")
    done.wait()
    child.join()


def fail(text: str) -> None:
    raise KeyError(text)


def failing_child(mp: Any) -> None:
    child = mp.Process(target=fail, args=("key",))
    child.start()
    child.join()
    print("exit code", child.exitcode)


def looks_at_the_clock(mp: Any) -> None:
    begin = time.monotonic()
    time.sleep(100)
    print(time.monotonic() - begin)


def writes_a_file(mp: Any) -> None:
    with open("written-by-a-test.txt", "w") as file:
        file.write("text")
    with open("written-by-a-test.txt") as file:
        print(file.read())


def deadlock_below(mp: Any) -> None:
    child = mp.Process(target=crossed_locks, args=(mp,))
    child.start()
    child.join()
