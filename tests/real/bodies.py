"""Programs for real runs: each is given the multiprocessing module, virtual or real."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ProcessPoolExecutor
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


def threads_under_a_lock(mp: Any) -> None:
    lock, ready = threading.Lock(), threading.Event()
    value = mp.Value("i", 0, lock=False)

    def count() -> None:
        ready.wait()
        with lock:
            value.value += 1

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    ready.set()
    for thread in threads:
        thread.join()
    print(value.value)


def fork_with_a_lock_taken(mp: Any) -> None:
    lock, taken = threading.Lock(), threading.Event()

    def hold() -> None:
        with lock:
            taken.set()

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait()
    child = mp.Process(target=lock.acquire)
    child.start()
    child.join()


shared: list[Any] = []


def keep(value: Any) -> None:
    shared[:] = [value]


def add_number(number: int) -> int:
    shared[0].value += number
    return number


def pool_without_a_lock(mp: Any) -> None:
    value = mp.Value("i", 0, lock=False)
    with mp.Pool(2, keep, (value,)) as pool:
        print(pool.map(add_number, [1, 2], chunksize=1))
        print(list(pool.imap_unordered(abs, [-3])))
    print(value.value)


def executor(mp: Any) -> None:
    with ProcessPoolExecutor(2) as pool:
        futures = [pool.submit(abs, number) for number in (-1, -2)]
        print([future.result() for future in futures])
        try:
            pool.submit(int, "no number").result()
        except ValueError as error:
            print(error)


def waits_in_a_condition_of_threads(mp: Any) -> None:
    condition = threading.Condition()
    with condition:
        condition.wait(1)


def spawned_adds(queue: Any, event: Any, pipe: Any, array: Any, lock: Any, condition: Any) -> None:
    event.wait()
    with lock:
        array[0] += 1
    queue.put(array[0])
    pipe.send("done")
    with condition:
        condition.notify()


def spawned(mp: Any) -> None:
    spawn = mp.get_context("spawn")
    queue, event, lock, condition = spawn.Queue(), spawn.Event(), spawn.Lock(), spawn.Condition()
    array = spawn.Array("i", [0, 0])
    here, there = spawn.Pipe()
    args = (queue, event, there, array, lock, condition)
    workers = [spawn.Process(target=spawned_adds, args=args) for _ in range(2)]
    for worker in workers:
        worker.start()
    event.set()
    print(sorted(queue.get() for _ in workers), here.recv(), here.recv())
    for worker in workers:
        worker.join()
    with condition:
        condition.wait()
