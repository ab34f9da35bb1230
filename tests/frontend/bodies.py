"""Small programs, one or two for each primitive, with few enough schedules to run them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.helpers.enumerate import run_all, start_all
from tests.helpers.running import error_of


def guarded_value(mp: Any) -> None:
    value = mp.Value("i", 0)

    def hold() -> None:
        with value.get_lock():
            value.value = value.value + 1

    def add() -> None:
        value.value += 1

    run_all(mp, hold, add)


def slices(mp: Any) -> None:
    row = mp.Array("i", 3)

    def change() -> None:
        row[:2] = [1, 1]

    def touch() -> None:
        row[2] = row[1] + 1

    run_all(mp, change, touch, lambda: row[1:])


def semaphore(mp: Any) -> None:
    permits = mp.Semaphore(1)

    def take() -> None:
        if permits.acquire(timeout=1):
            permits.release()

    run_all(mp, take, take, permits.get_value)


def condition(mp: Any) -> None:
    found = mp.Condition()

    def wait() -> None:
        with found:
            found.wait(1)

    start_all(mp, wait, wait)
    with found:
        found.notify()


def condition_for_ever(mp: Any) -> None:
    found = mp.Condition(mp.Lock())

    def wait() -> None:
        with found:
            found.wait()

    start_all(mp, wait, wait)
    with found:
        found.notify()
    with found:
        found.notify()


def event(mp: Any) -> None:
    found = mp.Event()
    start_all(mp, found.wait, found.wait)
    found.set()
    found.clear()


def timed_event(mp: Any) -> None:
    found = mp.Event()
    start_all(mp, lambda: found.wait(1), found.is_set)
    found.set()


def barrier(mp: Any) -> None:
    found = mp.Barrier(2)

    def meet() -> None:
        found.wait()
        found.wait()

    run_all(mp, meet, meet)


def timed_barrier(mp: Any) -> None:
    found = mp.Barrier(2)
    run_all(mp, lambda: error_of(lambda: found.wait(1)), lambda: error_of(found.wait))


def barrier_with_action(mp: Any) -> None:
    value = mp.Value("i", 0, lock=False)
    found = mp.Barrier(2, lambda: setattr(value, "value", 1))
    run_all(mp, found.wait, found.wait, lambda: value.value)


def queue(mp: Any) -> None:
    found = mp.Queue()
    start_all(mp, lambda: found.put(1), lambda: found.put(2))
    found.get()
    found.qsize()


def bounded_queue(mp: Any) -> None:
    found = mp.Queue(1)
    start_all(mp, lambda: error_of(lambda: found.put(1, timeout=1)), found.get)
    found.put(2)


def queue_without_waiting(mp: Any) -> None:
    found = mp.Queue()
    found.put(1)
    start_all(mp, lambda: error_of(found.get_nowait), found.empty)
    error_of(found.get_nowait)


def queue_that_is_killed(mp: Any) -> None:
    found = mp.Queue()
    [victim] = start_all(mp, found.get)
    victim.terminate()
    found.put(1)
    found.get()


def producer_that_is_killed(mp: Any) -> None:
    found = mp.Queue(1)
    [victim] = start_all(mp, lambda: found.put(1))
    victim.terminate()
    error_of(found.get_nowait)


def big_item(mp: Any) -> None:
    found = mp.Queue()
    [child] = start_all(mp, lambda: found.put("x" * 70_000))
    error_of(lambda: found.get(timeout=1))
    child.join(1)


def unpicklable_item(mp: Any) -> None:
    found = mp.Queue(1)
    start_all(mp, found.qsize)
    found.put(lambda: 0)
    found.put(1)


def joinable_queue(mp: Any) -> None:
    found = mp.JoinableQueue()

    def work() -> None:
        found.get()
        found.task_done()

    start_all(mp, work, found.join)
    found.put(1)


def simple_queue(mp: Any) -> None:
    found = mp.SimpleQueue()
    start_all(mp, lambda: found.put(1), lambda: found.put(2))
    found.empty()
    found.get()


def pipe(mp: Any) -> None:
    here, there = mp.Pipe()
    start_all(mp, lambda: there.send(1), lambda: there.send(2))
    here.poll()
    here.recv()


def pipe_to_its_end(mp: Any) -> None:
    reader, writer = mp.Pipe(False)
    start_all(mp, lambda: writer.send(1), lambda: writer.close())
    writer.close()
    error_of(reader.recv)
    error_of(reader.recv)


def broken_pipe(mp: Any) -> None:
    reader, writer = mp.Pipe(False)
    start_all(mp, lambda: reader.poll(1))
    reader.close()
    error_of(lambda: writer.send(1))


def torn_pipe(mp: Any) -> None:
    reader, writer = mp.Pipe(False)
    start_all(mp, lambda: writer.send_bytes(b"a" * 17_000), lambda: writer.send_bytes(b"b" * 9))
    reader.recv_bytes()


def several_connections(mp: Any) -> None:
    one, other = mp.Pipe(False), mp.Pipe(False)
    [child] = start_all(mp, lambda: one[1].send(1))
    start_all(mp, lambda: other[1].send(2))
    mp.connection.wait([one[0], other[0], child.sentinel])


def managed_dict(mp: Any) -> None:
    data = mp.Manager().dict(a=0)

    def change() -> None:
        data["a"] = data["a"] + 1

    run_all(mp, change, lambda: data.setdefault("b", 2), lambda: len(data))


def managed_list(mp: Any) -> None:
    items = mp.Manager().list([1])

    def change() -> None:
        items[0] = items[0] + 1

    run_all(mp, change, lambda: items.append(2), lambda: error_of(items.pop))


def managed_iteration(mp: Any) -> None:
    data = mp.Manager().dict(a=0, b=0)
    run_all(mp, lambda: error_of(lambda: list(data)), lambda: data.update(c=1))


def managed_namespace(mp: Any) -> None:
    space = mp.Manager().Namespace(x=0)
    run_all(mp, lambda: str(space), lambda: setattr(space, "y", space.x), lambda: space.x)


def managed_locks(mp: Any) -> None:
    manager = mp.Manager()
    lock, found = manager.Lock(), manager.Queue(1)

    def work() -> None:
        with lock:
            error_of(lambda: found.put(1, timeout=1))

    run_all(mp, work, work, found.qsize)


def managed_condition(mp: Any) -> None:
    found = mp.Manager().Condition()

    def wait() -> None:
        with found:
            found.wait(1)

    processes = start_all(mp, wait)
    with found:
        found.notify()
    processes[0].join()


def manager_that_ends(mp: Any) -> None:
    manager = mp.Manager()
    data, found = manager.dict(a=0), manager.Event()
    start_all(mp, lambda: error_of(lambda: data["a"]), lambda: error_of(found.wait))
    manager.shutdown()


def event_with_a_dead_waiter(mp: Any) -> None:
    found = mp.Event()
    [victim] = start_all(mp, found.wait)
    victim.kill()
    found.set()


BODIES: list[Callable[[Any], None]] = [
    value for value in list(globals().values()) if getattr(value, "__module__", "") == __name__
]
