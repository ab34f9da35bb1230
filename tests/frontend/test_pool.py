"""`multiprocessing.Pool` on virtual processes."""

import linecache
import os
import sys
from typing import Any

import pytest

from explorer.frontend.install import installed
from tests.helpers.enumerate import outcomes
from tests.helpers.running import error_of, returned
from tests.real.runs import trace_of


def square(number: int) -> int:
    return number * number


def add(first: int, second: int) -> int:
    return first + second


def fail(number: int) -> None:
    raise ValueError(f"boom {number}")


def leave(number: int) -> None:
    sys.exit(number)


def test_results_come_back_in_the_order_of_the_items() -> None:
    def body(mp: Any) -> Any:
        with mp.Pool(2) as pool:
            return (
                pool.map(square, range(5)),
                pool.apply(add, (1, 2)),
                pool.starmap(add, [(1, 2), (3, 4)]),
                list(pool.imap(square, [3, 1])),
                list(pool.imap(square, range(5), chunksize=2)),
                pool.map_async(square, []).get(),
            )

    assert returned(body) == ([0, 1, 4, 9, 16], 3, [3, 7], [9, 1], [0, 1, 4, 9, 16], [])


def test_results_of_imap_unordered_come_in_any_order() -> None:
    def body(mp: Any) -> Any:
        pool = mp.Pool(2)
        found = tuple(pool.imap_unordered(square, [1, 2]))
        pool.close()
        pool.join()
        return found

    assert outcomes(body) == {(1, 4), (4, 1)}


def test_which_of_two_failures_surfaces_is_open() -> None:
    def body(mp: Any) -> Any:
        pool = mp.Pool(2)
        found = error_of(lambda: pool.map(fail, [1, 2], 1))
        pool.close()
        pool.join()
        return found

    assert outcomes(body) == {"ValueError: boom 1", "ValueError: boom 2"}


def test_a_task_whose_worker_ends_is_lost() -> None:
    def body(mp: Any) -> Any:
        return mp.Pool(1).map(leave, [1])

    assert outcomes(body) == {
        "blocked: MainProcess in get Pool#1, MainProcess/keeper of Pool#1 in keep Pool#1, "
        "Process-2 in take Pool#1"
    }


def test_another_worker_takes_the_place_of_one_that_has_ended() -> None:
    def body(mp: Any) -> Any:
        pool = mp.Pool(1, maxtasksperchild=1)
        found = tuple(pool.apply(os.getpid) for _ in range(2))
        pool.close()
        pool.join()
        return found

    with installed():
        assert outcomes(body) == {(1001, 1002)}


def test_what_is_changed_after_it_was_handed_in_may_arrive_changed() -> None:
    def body(mp: Any) -> Any:
        pool = mp.Pool(1)
        numbers = [1]
        result = pool.apply_async(sum, (numbers,))
        mp.Event().is_set()  # time passes
        numbers.append(2)
        found = result.get()
        pool.close()
        pool.join()
        return found

    assert outcomes(body) == {1, 3}


def test_a_callback_runs_before_the_result_can_be_got() -> None:
    def body(mp: Any) -> Any:
        pool, found = mp.Pool(1), []
        result = pool.apply_async(square, (3,), callback=found.append)
        result.wait()
        return tuple(found)

    assert outcomes(body) == {(9,)}


def test_an_initializer_runs_in_each_worker() -> None:
    def body(mp: Any) -> Any:
        counter = mp.Value("i", 0)

        def count() -> None:
            with counter.get_lock():
                counter.value += 1

        with mp.Pool(2, count) as pool:
            pool.map(square, range(4), 1)
            pool.close()
            pool.join()
        return counter.value

    assert returned(body) == 2


def test_workers_are_daemons_named_for_the_pool() -> None:
    def body(mp: Any) -> Any:
        with mp.Pool(2):
            return [(child.name, child.daemon) for child in mp.active_children()]

    assert returned(body) == [("ForkPoolWorker-1", True), ("ForkPoolWorker-2", True)]


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (lambda pool: pool.join(), "ValueError: Pool is still running"),
        (lambda pool: pool.imap(square, [1], 0), "ValueError: Chunksize must be 1+, not 0"),
        (lambda pool: pool.apply(fail, (1,)), "ValueError: boom 1"),
        (lambda pool: (pool.close(), pool.apply(square, (1,))), "ValueError: Pool not running"),
        (lambda pool: pool.map_async(square, [1]).get(0), "TimeoutError: "),
    ],
)
def test_refusals_are_worded_as_cpythons(action: Any, error: str) -> None:
    def body(mp: Any) -> Any:
        pool = mp.Pool(1)
        found = error_of(lambda: action(pool))
        pool.terminate()
        return found

    assert returned(body) == error


def test_a_pool_has_at_least_one_process() -> None:
    assert returned(lambda mp: error_of(lambda: mp.Pool(0))) == (
        "ValueError: Number of processes must be at least 1"
    )


def test_what_cannot_be_pickled_fails_the_task() -> None:
    def body(mp: Any) -> Any:
        with mp.Pool(1) as pool:
            return error_of(lambda: pool.apply(lambda: 1))

    assert "pickle" in returned(body)


def test_the_traceback_of_a_task_that_failed_costs_no_operation() -> None:
    """Its lines are looked up in files, once for each interpreter: traces differed."""

    def body(mp: Any) -> None:
        with mp.Pool(1) as pool:
            pool.apply_async(fail, (1,)).wait()

    linecache.clearcache()
    with installed():
        trace = trace_of(body)
    assert not [event.operation for event in trace.events if event.operation == "stat"]
