"""The exhaustive search finds, for pools and threads, what plain brute force finds."""

import concurrent.futures as futures
import os
import threading
from collections.abc import Callable
from typing import Any

import pytest

from explorer.frontend.install import installed
from tests.oracle.brute import by_force, by_search, runner


def square(number: int) -> int:
    return number * number


def fail(number: int) -> None:
    raise ValueError(number)


def run_threads(*targets: Callable[[], Any]) -> None:
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def map_of_two(mp: Any) -> None:
    with mp.Pool(2) as pool:
        pool.map(square, [1, 2], 1)


def two_failures(mp: Any) -> None:
    mp.Pool(1).map_async(fail, [1, 2], 1).ready()


def unordered(mp: Any) -> None:
    pool = mp.Pool(2)
    list(pool.imap_unordered(square, [1, 2]))
    pool.terminate()


def replaced_until_closed(mp: Any) -> None:
    pool = mp.Pool(1, maxtasksperchild=1)
    pool.map_async(square, [1, 2], 1).wait()
    pool.close()
    pool.join()


def replaced_while_joining(mp: Any) -> None:
    pool = mp.Pool(1, maxtasksperchild=1)
    pool.apply_async(square, (1,))
    pool.apply_async(square, (2,))
    pool.close()
    pool.join()


def replaced_and_called_back(mp: Any) -> None:
    pool, found = mp.Pool(1, maxtasksperchild=1), []
    pool.apply_async(square, (2,), callback=found.append)
    pool.close()
    pool.join()
    assert found == [4]


def replaced_and_terminated(mp: Any) -> None:
    pool = mp.Pool(1, maxtasksperchild=1)
    list(pool.imap_unordered(square, [1, 2]))
    pool.terminate()
    pool.join()


def lost_and_closed(mp: Any) -> None:
    pool = mp.Pool(1)
    pool.apply_async(os._exit, (1,))
    pool.apply_async(square, (1,))
    pool.close()
    pool.join()


def closed_by_a_thread(mp: Any) -> None:
    pool = mp.Pool(1, maxtasksperchild=1)
    result = pool.apply_async(square, (1,))
    thread = threading.Thread(target=pool.close)
    thread.start()
    result.get()
    thread.join()
    pool.join()


def orphaned(mp: Any) -> None:
    def work() -> None:
        mp.Pool(1, maxtasksperchild=1).apply_async(square, (1,))
        os._exit(0)

    child = mp.Process(target=work)
    child.start()
    child.join()


def orphaned_by_a_kill(mp: Any) -> None:
    child = mp.Process(target=lambda: mp.Pool(1).apply_async(square, (1,)).get())
    child.start()
    child.kill()


def first_of_two(mp: Any) -> None:
    executor = futures.ThreadPoolExecutor(1)
    both = [executor.submit(square, number) for number in (1, 2)]
    futures.wait(both, return_when=futures.FIRST_COMPLETED)


def as_they_come(mp: Any) -> None:
    executor = futures.ThreadPoolExecutor(1)
    list(futures.as_completed([executor.submit(square, number) for number in (1, 2)]))


def of_two_executors(mp: Any) -> None:
    pools = [futures.ThreadPoolExecutor(1) for _ in range(2)]
    futures.wait([pool.submit(square, 1) for pool in pools], return_when=futures.FIRST_COMPLETED)
    os._exit(0)


def left_while_a_thread_works(mp: Any) -> None:
    value = mp.Value("i", 0, lock=False)
    threading.Thread(target=lambda: setattr(value, "value", 1)).start()
    value.value  # noqa: B018 (a read)
    os._exit(0)


def left_by_a_thread(mp: Any) -> None:
    value = mp.Value("i", 0, lock=False)

    def leave() -> None:
        value.value  # noqa: B018 (a read)
        os._exit(3)

    threading.Thread(target=leave).start()
    value.value = 1


def broken_before_shutdown(mp: Any) -> None:
    executor = futures.ProcessPoolExecutor(1)
    executor.submit(os._exit, 1)
    executor.shutdown()


def lost_worker(mp: Any) -> None:
    mp.Pool(1).map_async(os._exit, [1]).get(1)


def called_back(mp: Any) -> None:
    pool, found = mp.Pool(1), mp.Value("i", 0, lock=False)
    result = pool.apply_async(square, (3,), callback=lambda value: setattr(found, "value", value))
    assert found.value in (0, 9)
    result.get()


def broken_executor(mp: Any) -> None:
    executor = futures.ProcessPoolExecutor(1)
    executor.submit(os._exit, 1)
    executor.submit(square, 2).exception()


def cancelled(mp: Any) -> None:
    with futures.ThreadPoolExecutor(1) as executor:
        executor.submit(square, 1)
        executor.submit(square, 2).cancel()


def crossing(mp: Any) -> None:
    first, second = threading.Lock(), threading.Lock()

    def take(one: Any, other: Any) -> None:
        with one, other:
            pass

    run_threads(lambda: take(first, second), lambda: take(second, first))


def waiting(mp: Any) -> None:
    condition, ready = threading.Condition(), []

    def consume() -> None:
        with condition:
            while not ready:
                condition.wait()

    thread = threading.Thread(target=consume)
    thread.start()
    with condition:
        ready.append(1)
        condition.notify()
    thread.join()


def forking(mp: Any) -> None:
    lock, taken = threading.Lock(), threading.Event()

    def hold() -> None:
        with lock:
            taken.set()

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait()
    child = mp.Process(target=lambda: lock.acquire())
    child.start()
    child.join()


def cut_off(mp: Any) -> None:
    value = mp.Value("i", 0, lock=False)

    def write() -> None:
        for number in range(2):
            value.value = number

    threading.Thread(target=write, daemon=True).start()
    value.value  # noqa: B018 (a read)


def killed(mp: Any) -> None:
    value = mp.Value("i", 0, lock=False)

    def work() -> None:
        threading.Thread(target=lambda: setattr(value, "value", 1)).start()
        value.value = 2

    child = mp.Process(target=work)
    child.start()
    child.terminate()
    child.join()


PROGRAMS = [
    map_of_two,
    two_failures,
    unordered,
    replaced_until_closed,
    replaced_while_joining,
    replaced_and_called_back,
    replaced_and_terminated,
    lost_and_closed,
    closed_by_a_thread,
    orphaned,
    orphaned_by_a_kill,
    first_of_two,
    as_they_come,
    of_two_executors,
    left_while_a_thread_works,
    left_by_a_thread,
    broken_before_shutdown,
    lost_worker,
    called_back,
    broken_executor,
    cancelled,
    crossing,
    waiting,
    forking,
    cut_off,
    killed,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_the_search_finds_all_that_brute_force_finds(program: Callable[..., Any]) -> None:
    with installed():
        run = runner(program)
        forced, searched = by_force(run, 30_000), by_search(run)
    assert set(searched.traces) == set(forced.traces)
    assert searched.deadlocks == forced.deadlocks
    assert searched.outcomes == forced.outcomes


def test_two_workers_that_are_replaced_are_not_taken_for_nondeterminism() -> None:
    def program(mp: Any) -> None:
        with mp.Pool(2, maxtasksperchild=1) as pool:
            result = pool.map_async(square, [1, 2], chunksize=1)
            result.wait()
            assert result.ready()
            assert result.get() == [1, 4]
            pool.close()
            pool.join()

    with installed():
        searched = by_search(runner(program))
    assert not searched.findings
    assert len(searched.traces) == searched.runs - searched.redundant > 100
