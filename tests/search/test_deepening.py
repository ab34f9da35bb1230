"""Schedules with few preemptions: what they prove, and where the budget is not enough for more."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.causality import trace_key
from explorer.search.exploration import Exploration, explore
from tests.anchors.programs import crossed_locks, locked, lost_update
from tests.oracle.brute import runner

LARGE = runner(locked, processes=4, times=4)  # 63 million traces


@pytest.mark.parametrize(("preemptions", "traces"), [(0, 6), (1, 24)])
def test_within_a_bound_the_traces_are_those_that_are_known(preemptions: int, traces: int) -> None:
    done = explore(runner(lost_update, processes=3), preemptions=preemptions)
    assert (done.traces, done.preemptions, done.exhaustive) == (traces, preemptions, False)
    assert done.coverage.startswith("bounded: all schedules with ")


@pytest.mark.parametrize(("program", "sizes", "traces"), [(crossed_locks, {}, 3)])
def test_a_bound_that_cuts_nothing_off_is_none(program: Any, sizes: Any, traces: int) -> None:
    done = explore(runner(program, **sizes), preemptions=9)
    assert (done.traces, done.exhaustive) == (traces, True)


def test_each_trace_is_looked_at_once() -> None:
    keys: list[bytes] = []
    explore(
        runner(lost_update, processes=3),
        lambda world: bool(keys.append(trace_key(world.log))),
        preemptions=2,
    )
    assert len(keys) == len(set(keys)) == 36


def test_a_budget_that_is_not_enough_is_spent_on_few_preemptions_as_well() -> None:
    done = explore(LARGE, max_executions=2_000, deepens=True)
    assert done.executions == 2_000
    assert not done.exhaustive
    assert done.preemptions == 1
    assert done.coverage.startswith("all schedules with up to 1 preemption, and ")


def test_a_budget_with_some_to_spare_is_enough_for_all() -> None:
    done = explore(runner(lost_update, processes=4), max_executions=800, deepens=True)
    assert (done.traces, done.exhaustive) == (576, True)


def test_what_needs_one_preemption_is_found_early_in_a_large_program() -> None:
    def noisy(mp: Any) -> None:
        lock, x = mp.Lock(), mp.Value("i", 0, lock=False)

        def make_noise() -> None:
            for _ in range(6):
                with lock:
                    pass

        def add() -> None:
            x.value += 1

        processes = [mp.Process(target=target) for target in [add, add, *[make_noise] * 3]]
        for process in processes:
            process.start()
        for process in processes:
            process.join()

    def lost(world: Any) -> bool:
        writes = [operation.value for _, operation, _ in world.log if operation.name == "write"]
        return writes == [1, 1]

    done: Exploration = explore(runner(noisy), lost, max_executions=2_000, deepens=True)
    assert done.stopped == "stopped at a finding"
    assert done.executions < 1_000


def test_a_loop_that_only_waits_is_no_reason_to_say_that_all_was_run() -> None:
    def spin(mp: Any) -> None:
        flag = mp.Value("i", 0, lock=False)

        def wait() -> None:
            while not flag.value:
                pass

        waiter = mp.Process(target=wait)
        waiter.start()
        setter = mp.Process(target=lambda: setattr(flag, "value", 1))
        setter.start()
        waiter.join()
        setter.join()

    seen: list[Any] = []
    done = explore(
        runner(spin, limit=100), lambda world: bool(seen.append(world.cut_off)), preemptions=1
    )
    assert done.bounded
    assert not done.exhaustive
    assert not any(seen)  # an unfair run is no livelock
