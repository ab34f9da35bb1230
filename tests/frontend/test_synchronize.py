"""Locks, semaphores, conditions, events and barriers, as programs use them."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from tests.helpers.enumerate import outcomes, run_all, start_all
from tests.helpers.running import error_of, returned, run

TOO_OFTEN = "ValueError: semaphore or lock released too many times"
NOT_OWNED = "AssertionError: attempt to release recursive lock not owned by thread"


def test_a_lock_is_shown_with_its_owner() -> None:
    def body(mp: Any) -> list[str]:
        lock, again, seen = mp.Lock(), mp.RLock(), mp.Array("c", 100)
        found = [repr(lock), repr(again)]
        with lock, again, again:
            found += [repr(lock), repr(again)]

            def look() -> None:
                seen.value = f"{lock} {again}".encode()

            run_all(mp, look)
        return [*found, seen.value.decode()]

    assert returned(body) == [
        "<Lock(owner=None)>",
        "<RLock(None, 0)>",
        "<Lock(owner=MainProcess)>",
        "<RLock(MainProcess, 2)>",
        "<Lock(owner=SomeOtherProcess)> <RLock(SomeOtherProcess, nonzero)>",
    ]


@pytest.mark.parametrize(
    ("arguments", "options", "expected"),
    [
        ((False,), {}, False),
        ((True, 0.2), {}, False),
        ((True, -1), {}, False),
        ((False, 5), {}, False),
        ((), {"timeout": 0}, False),
        ((), {"block": False}, False),
    ],
)
@pytest.mark.parametrize("kind", ["Lock", "Semaphore"])
def test_acquiring_what_is_taken_gives_false_in_the_end(
    kind: str, arguments: Any, options: Any, expected: bool
) -> None:
    def body(mp: Any) -> bool:
        lock = getattr(mp, kind)()
        lock.acquire()
        return bool(lock.acquire(*arguments, **options))

    assert returned(body) is expected


def test_waiting_for_a_lock_takes_as_long_as_it_says() -> None:
    def body(mp: Any) -> None:
        lock = mp.Lock()
        lock.acquire()
        lock.acquire(timeout=0.2)

    assert run(body)[1].now == 200_000_000


def test_wrong_arguments_and_wrong_releases_are_refused() -> None:
    def body(mp: Any) -> list[str]:
        lock, again, bounded = mp.Lock(), mp.RLock(), mp.BoundedSemaphore(2)
        return [
            error_of(lambda: lock.acquire(timeout="x")),
            error_of(lock.release),
            error_of(again.release),
            error_of(bounded.release),
            error_of(lambda: mp.Semaphore(-1)),
            error_of(lambda: pickle.dumps(lock)),
            error_of(lambda: pickle.dumps(mp.Value("i"))),
            error_of(lambda: pickle.dumps(mp.Event())),
        ]

    only = "objects should only be shared between processes through inheritance"
    assert returned(body) == [
        "TypeError: must be real number, not str",
        TOO_OFTEN,
        NOT_OWNED,
        TOO_OFTEN,
        "OSError: [Errno 22] Invalid argument",
        f"RuntimeError: Lock {only}",
        f"RuntimeError: Synchronized {only}",
        f"RuntimeError: Condition {only}",
    ]


def test_a_child_is_not_the_owner_of_an_rlock_that_its_parent_holds() -> None:
    def body(mp: Any) -> str:
        lock, seen = mp.RLock(), mp.Array("c", 100)

        def try_it() -> None:
            seen.value = f"{lock.acquire(False)} {error_of(lock.release)}".encode()

        with lock:
            run_all(mp, try_it)
        return str(seen.value.decode())

    assert returned(body) == f"False {NOT_OWNED}"


def test_semaphores_count() -> None:
    def body(mp: Any) -> list[Any]:
        two, bounded = mp.Semaphore(2), mp.BoundedSemaphore(2)
        two.release()
        with two, bounded:
            return [two.get_value(), repr(two), repr(bounded), mp.Semaphore().get_value()]

    assert returned(body) == [
        2,
        "<Semaphore(value=2)>",
        "<BoundedSemaphore(value=1, maxvalue=2)>",
        1,
    ]


def test_a_semaphore_of_two_lets_two_in_and_no_third() -> None:
    def body(mp: Any) -> int:
        gate, inside, most = mp.Semaphore(2), mp.Value("i", 0), mp.Value("i", 0, lock=False)

        def visit() -> None:
            with gate:
                with inside.get_lock():
                    inside.value += 1
                    most.value = max(most.value, inside.value)
                with inside.get_lock():
                    inside.value -= 1

        run_all(mp, visit, visit)
        with gate, gate:
            return int(most.value) * 10 + gate.get_value()

    assert outcomes(body, limit=60_000) == {10, 20}


def test_two_that_each_want_two_of_two_permits_may_deadlock() -> None:
    def body(mp: Any) -> str:
        permits = mp.Semaphore(2)

        def both() -> None:
            with permits, permits:
                pass

        run_all(mp, both, both)
        return "done"

    stuck = "blocked: MainProcess in join Process-1, "
    stuck += "Process-1 in acquire Semaphore#1, Process-2 in acquire Semaphore#1"
    assert outcomes(body) == {"done", stuck}


def test_conditions_refuse_and_time_out_as_cpython_s() -> None:
    def body(mp: Any) -> list[Any]:
        condition = mp.Condition()
        found: list[Any] = [
            error_of(condition.wait),
            error_of(condition.notify),
            error_of(condition.notify_all),
            error_of(condition.release),
            condition.wait_for(lambda: 7),
        ]
        with condition:
            found += [
                condition.wait(0.1),
                condition.wait(-1),
                condition.wait_for(lambda: 0, 0.1),
                condition.notify(),
                condition.notify(n=0),
                repr(condition),
            ]
        with mp.Condition(mp.Lock()) as entered:
            return [*found, entered]

    assert returned(body) == [
        "AssertionError: must acquire() condition before using wait()",
        "AssertionError: lock is not owned",
        "AssertionError: lock is not owned",
        NOT_OWNED,
        7,
        False,
        False,
        0,
        None,
        None,
        "<Condition(<RLock(MainProcess, 1)>, 0)>",
        True,
    ]


def test_waiting_for_a_predicate_gives_up_after_its_time_out() -> None:
    def body(mp: Any) -> Any:
        condition = mp.Condition()
        with condition:
            return condition.wait_for(lambda: False, 0.3)

    result, world = run(body)
    assert (result, world.now) == (False, 300_000_000)
    assert returned(body, timed=False) is False


def waiter(mp: Any, condition: Any, woken: Any) -> Callable[[], None]:
    def wait() -> None:
        with condition:
            condition.wait()
            woken.value += 1

    return wait


def test_a_notification_before_the_wait_is_lost() -> None:
    def body(mp: Any) -> int:
        condition, woken = mp.Condition(), mp.Value("i", 0)
        [process] = start_all(mp, waiter(mp, condition, woken))
        with condition:
            condition.notify()
        process.join()
        return int(woken.value)

    assert outcomes(body) == {
        1,
        "blocked: MainProcess in join Process-1, Process-1 in wake Condition#1",
    }


def test_a_flag_under_the_lock_makes_the_notification_safe() -> None:
    def body(mp: Any) -> int:
        condition, flag = mp.Condition(), mp.Value("i", 0, lock=False)

        def wait() -> None:
            with condition:
                while not flag.value:
                    condition.wait()

        [process] = start_all(mp, wait)
        with condition:
            flag.value = 1
            condition.notify()
        process.join()
        return int(flag.value)

    assert outcomes(body) == {1}


def woken_by(mp: Any, count: int) -> tuple[int, ...]:
    """Which of two sleepers `count` notifications wake."""
    condition, asleep = mp.Condition(), mp.Semaphore(0)
    woken = mp.Array("i", 2, lock=False)

    def wait(place: int) -> None:
        with condition:
            asleep.release()
            woken[place] = condition.wait(1)

    processes = start_all(mp, lambda: wait(0), lambda: wait(1))
    asleep.acquire()
    asleep.acquire()
    with condition:
        for _ in range(count):
            condition.notify()
    for process in processes:
        process.join()
    return tuple(woken)


def test_one_notification_wakes_either_of_two_and_two_wake_both() -> None:
    def one(mp: Any) -> tuple[int, ...]:
        return woken_by(mp, 1)

    def two(mp: Any) -> tuple[int, ...]:
        return woken_by(mp, 2)

    assert outcomes(one) == {(1, 0), (0, 1)}
    assert outcomes(two) == {(1, 1)}


def test_setting_an_event_wakes_who_waits_for_it() -> None:
    def body(mp: Any) -> bool:
        event, seen = mp.Event(), mp.Array("i", 2, lock=False)

        def wait(place: int) -> None:
            seen[place] = event.wait()

        processes = start_all(mp, lambda: wait(0), lambda: wait(1))
        event.set()
        for process in processes:
            process.join()
        return bool(seen[:] == [1, 1])

    assert outcomes(body) == {True}


def test_a_pulse_wakes_with_true_or_false_or_is_missed() -> None:
    def body(mp: Any) -> int:
        event, seen = mp.Event(), mp.Value("i", -1, lock=False)

        def wait() -> None:
            seen.value = event.wait()

        [process] = start_all(mp, wait)
        event.set()
        event.clear()
        process.join()
        return int(seen.value)

    missed = "blocked: MainProcess in join Process-1, Process-1 in wake Event#1"
    assert outcomes(body) == {0, 1, missed}


def test_events_answer_as_cpython_s() -> None:
    def body(mp: Any) -> list[Any]:
        event = mp.Event()
        found = [event.is_set(), event.wait(0.1), event.wait(-1), repr(event)]
        found += [event.set(), event.wait(), event.wait(0), repr(event)]
        event.clear()
        return [*found, event.is_set()]

    assert returned(body) == [
        False,
        False,
        False,
        "<Event at Event#1 unset>",
        None,
        True,
        True,
        "<Event at Event#1 set>",
        False,
    ]


def test_a_timed_wait_may_be_woken_or_not_when_time_is_unknown() -> None:
    def body(mp: Any) -> bool:
        event = mp.Event()
        start_all(mp, event.set)
        return bool(event.wait(1))

    assert outcomes(body) == {True}
    assert outcomes(body, timed=False) == {True, False}


def test_setting_an_event_hangs_after_a_waiter_was_killed() -> None:
    def body(mp: Any) -> str:
        event = mp.Event()
        [process] = start_all(mp, event.wait)
        process.terminate()
        process.join()
        event.set()
        return "set"

    assert outcomes(body) == {"set", "blocked: MainProcess in set Event#1"}


def test_a_barrier_lets_nobody_past_before_all_have_come() -> None:
    def body(mp: Any) -> tuple[bool, tuple[int, ...]]:
        barrier, come = mp.Barrier(2), mp.Array("i", 2, lock=False)
        seen, index = mp.Array("i", 2, lock=False), mp.Array("i", 2, lock=False)

        def arrive(place: int) -> None:
            come[place] = 1
            index[place] = barrier.wait()
            seen[place] = come[1 - place]

        run_all(mp, lambda: arrive(0), lambda: arrive(1))
        return seen[:] == [1, 1], tuple(index)

    assert outcomes(body) == {(True, (0, 1)), (True, (1, 0))}


def test_a_barrier_serves_round_after_round() -> None:
    def body(mp: Any) -> int:
        barrier = mp.Barrier(2)

        def rounds() -> None:
            barrier.wait()
            barrier.wait()

        run_all(mp, rounds, rounds)
        return int(barrier.n_waiting)

    assert outcomes(body) == {0}


def test_barriers_answer_as_cpython_s() -> None:
    def body(mp: Any) -> list[Any]:
        def fail() -> None:
            raise KeyError("act")

        barrier, failing = mp.Barrier(3), mp.Barrier(1, fail)
        found: list[Any] = [mp.Barrier(1).wait(), barrier.parties, barrier.n_waiting, str(barrier)]
        found += [error_of(lambda: barrier.wait(0.2)), barrier.broken, error_of(barrier.wait)]
        barrier.reset()
        found += [barrier.broken, error_of(failing.wait), failing.broken, str(failing)]
        barrier.abort()
        return [*found, barrier.broken, error_of(lambda: mp.Barrier(2, timeout=0.1).wait())]

    shown = "<multiprocessing.synchronize.Barrier at"
    assert returned(body) == [
        0,
        3,
        0,
        f"{shown} Barrier#1: waiters=0/3>",
        "BrokenBarrierError: ",
        True,
        "BrokenBarrierError: ",
        False,
        "KeyError: 'act'",
        True,
        f"{shown} Barrier#2: broken>",
        True,
        "BrokenBarrierError: ",
    ]


def test_the_action_of_a_barrier_runs_once_before_anybody_goes_on() -> None:
    def body(mp: Any) -> tuple[int, ...]:
        done, seen = mp.Value("i", 0, lock=False), mp.Array("i", 2, lock=False)

        def act() -> None:
            done.value += 1

        barrier = mp.Barrier(2, act)

        def arrive(place: int) -> None:
            barrier.wait()
            seen[place] = done.value

        run_all(mp, lambda: arrive(0), lambda: arrive(1))
        return tuple(seen)

    assert outcomes(body) == {(1, 1)}


def test_a_barrier_for_one_party_too_many_waits_for_ever() -> None:
    def body(mp: Any) -> None:
        barrier = mp.Barrier(3)
        run_all(mp, barrier.wait, barrier.wait)

    stuck = "blocked: MainProcess in join Process-1, "
    assert outcomes(body) == {f"{stuck}Process-1 in leave Barrier#1, Process-2 in leave Barrier#1"}
