"""`concurrent.futures` on virtual workers."""

import concurrent.futures as futures
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from explorer.frontend.install import installed
from tests.helpers.enumerate import outcomes
from tests.helpers.running import error_of, returned

BROKEN = (
    "BrokenProcessPool: A process in the process pool was terminated abruptly while the future "
    "was running or pending."
)


@pytest.fixture(autouse=True)
def virtual() -> Iterator[None]:
    """The virtual modules in place."""
    with installed():
        yield


def square(number: int) -> int:
    return number * number


def fail(number: int) -> None:
    raise ValueError(f"boom {number}")


def executors() -> list[Callable[[], Any]]:
    return [
        lambda: futures.ProcessPoolExecutor(2),
        lambda: futures.ThreadPoolExecutor(2),
    ]


@pytest.mark.parametrize("make", executors(), ids=["processes", "threads"])
def test_futures_hold_results_and_failures(make: Callable[[], Any]) -> None:
    def body(mp: Any) -> Any:
        with make() as executor:
            good, bad = executor.submit(square, 3), executor.submit(fail, 1)
            found = good.result(), error_of(bad.result), repr(bad.exception()), good.done()
            several = [executor.submit(square, number) for number in range(3)]
            done = sorted(one.result() for one in futures.as_completed(several))
            return *found, list(executor.map(square, [1, 2])), done

    assert returned(body) == (
        9,
        "ValueError: boom 1",
        "ValueError('boom 1')",
        True,
        [1, 4],
        [0, 1, 4],
    )


@pytest.mark.parametrize("make", executors(), ids=["processes", "threads"])
def test_nothing_can_be_handed_in_after_shutdown(make: Callable[[], Any]) -> None:
    def body(mp: Any) -> Any:
        executor = make()
        executor.shutdown()
        return error_of(lambda: executor.submit(square, 1))

    assert returned(body) == "RuntimeError: cannot schedule new futures after shutdown"


def test_a_worker_that_ends_breaks_the_pool() -> None:
    def body(mp: Any) -> Any:
        executor = futures.ProcessPoolExecutor(1)
        executor.submit(os._exit, 1)
        return error_of(lambda: executor.submit(square, 2).result())

    assert outcomes(body) == {
        BROKEN,
        "BrokenProcessPool: A child process terminated abruptly, the process pool is not usable "
        "anymore",
    }


def test_a_task_that_exits_only_fails() -> None:
    def body(mp: Any) -> Any:
        with futures.ProcessPoolExecutor(1) as executor:
            return repr(executor.submit(sys.exit, 4).exception())

    assert returned(body) == "SystemExit(4)"


def test_a_future_can_be_cancelled_until_somebody_takes_it() -> None:
    def body(mp: Any) -> Any:
        with futures.ThreadPoolExecutor(1) as executor:
            future = executor.submit(square, 2)
            return future.cancel(), future.cancelled()

    assert outcomes(body) == {(True, True), (False, False)}


def test_a_task_that_waits_for_its_own_pool_waits_for_ever() -> None:
    def body(mp: Any) -> Any:
        executor = futures.ThreadPoolExecutor(1)

        def outer() -> Any:
            return executor.submit(square, 2).result()

        return executor.submit(outer).result()

    assert all(str(outcome).startswith("blocked") for outcome in outcomes(body))


def test_callbacks_run_in_the_parent() -> None:
    def body(mp: Any) -> Any:
        found: list[int] = []
        with futures.ProcessPoolExecutor(1) as executor:
            future = executor.submit(square, 3)
            future.add_done_callback(lambda done: found.append(done.result()))
        return tuple(found)

    assert outcomes(body) == {(9,)}


def test_a_thread_pool_pickles_nothing() -> None:
    def body(mp: Any) -> Any:
        with mp.pool.ThreadPool(1) as pool:
            names = pool.map(lambda number: threading.current_thread().daemon, [1])
            return names, pool.apply(bytes, (b"ab",)), error_of(lambda: pool.apply(fail, (1,)))

    assert returned(body) == ([True], b"ab", "ValueError: boom 1")
