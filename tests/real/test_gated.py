"""Gated runs: real processes do what the virtual world predicts, or the difference is told."""

from dataclasses import replace

import pytest

from explorer.search.random_walk import RandomWalk
from explorer.worlds.real.expected import prediction_of
from explorer.worlds.real.threads import unsupported
from tests.real import bodies
from tests.real.runs import (
    Function,
    changed,
    differences,
    failing_trace,
    gated,
    predicted,
    trace_of,
)

pytestmark = pytest.mark.real


def test_a_lost_update_happens_on_real_processes_every_time() -> None:
    trace = failing_trace(bodies.counter)
    assert dict(trace.final)["Value#1"] == "1"
    assert differences(gated(bodies.counter, trace, 5)) == [None] * 5


def test_a_deadlock_is_one_and_each_process_tells_where_it_waits() -> None:
    trace = failing_trace(bodies.crossed_locks)
    (result,) = gated(bodies.crossed_locks, trace, stacks=True)
    assert result.difference is None
    stacks = dict(result.stacks)
    assert sorted(stacks) == ["MainProcess", "Process-1", "Process-2"]
    assert all("in take" in stacks[name] for name in ("Process-1", "Process-2"))


@pytest.mark.parametrize(
    "body",
    [
        bodies.ordered_locks,
        bodies.queue_and_event,
        bodies.failing_child,
        bodies.threads_under_a_lock,
        bodies.pool_without_a_lock,
        bodies.executor,
    ],
)
def test_random_schedules_give_what_they_give_virtually(body: Function) -> None:
    for seed in range(4):
        assert differences(gated(body, trace_of(body, RandomWalk(seed)))) == [None]


def test_sleeping_takes_no_time_and_the_clock_moves_all_the_same() -> None:
    (result,) = gated(bodies.looks_at_the_clock, trace_of(bodies.looks_at_the_clock))
    assert result.difference is None
    assert result.output == "100.0\n"
    assert result.seconds < 50


def test_files_are_written_beside_the_disk() -> None:
    (result,) = gated(bodies.writes_a_file, trace_of(bodies.writes_a_file))
    assert result.difference is None
    assert result.output == "text\n"


def test_processes_of_processes_wait_as_well() -> None:
    trace = failing_trace(bodies.deadlock_below)
    assert differences(gated(bodies.deadlock_below, trace, 2)) == [None, None]


def test_spawned_processes_are_gated_from_their_first_line_on() -> None:
    trace = trace_of(bodies.spawned, RandomWalk(1))
    (result,) = gated(bodies.spawned, trace, stacks=True)
    assert result.difference is None
    assert "in spawned" in dict(result.stacks)["MainProcess"]


def test_a_fork_copies_the_lock_that_a_thread_holds() -> None:
    trace = failing_trace(bodies.fork_with_a_lock_taken)
    (result,) = gated(bodies.fork_with_a_lock_taken, trace, stacks=True)
    assert result.difference is None
    assert "in acquire" in dict(result.stacks)["Process-1"]


def test_workers_of_a_pool_lose_an_update_as_predicted() -> None:
    trace = failing_trace(bodies.pool_without_a_lock)
    assert dict(trace.final)["Value#1"] != "3"
    assert differences(gated(bodies.pool_without_a_lock, trace, 3)) == [None] * 3


def test_what_cannot_be_gated_is_told_by_name() -> None:
    trace = trace_of(bodies.waits_in_a_condition_of_threads)
    assert unsupported(trace) == "threading.Condition#1"


# A prediction that is wrong is noticed, at the step where it is.


def test_another_result_is_a_difference() -> None:
    wrong = changed(trace_of(bodies.counter), 3, result="7")
    assert differences(predicted(bodies.counter, wrong)) == [
        (3, "Process-1 to read Value#1 gives 7 in the virtual run, but gives 0 here")
    ]


def test_another_operation_is_a_difference() -> None:
    wrong = changed(trace_of(bodies.counter), 4, operation="acquire", label="Lock#1")
    assert differences(predicted(bodies.counter, wrong)) == [
        (
            4,
            "the virtual run has Process-1 to acquire Lock#1, but it is about to write Value#1",
        )
    ]


def test_a_process_that_waits_where_the_model_goes_on_is_a_difference() -> None:
    right = prediction_of(failing_trace(bodies.crossed_locks))
    wanted = next(step for step in right.steps if step.operation == "acquire")
    going_on = replace(wanted, actor="Process-1", process="Process-1", label="Lock#2", number=0)
    wrong = replace(right, steps=(*right.steps, going_on), end="finished", blocked=())
    ((step, text),) = differences(predicted(bodies.crossed_locks, wrong))  # type: ignore[misc]
    assert step == len(right.steps) + 1
    assert text == "Process-1 to acquire Lock#2 goes on in the virtual run, but waits here"


def test_a_process_that_goes_on_where_the_model_waits_is_a_difference() -> None:
    right = prediction_of(trace_of(bodies.counter))
    wrong = replace(
        right,
        steps=right.steps[:2],
        end="blocked",
        blocked=(("Process-1", "read", "Value#1"), ("Process-2", "read", "Value#1")),
    )
    ((step, text),) = differences(predicted(bodies.counter, wrong))  # type: ignore[misc]
    assert step == 0
    assert text.startswith("in the virtual run all wait for ever, but Process-")


def test_another_exception_is_a_difference() -> None:
    right = prediction_of(trace_of(bodies.failing_child))
    wrong = replace(right, raised=(("Process-1", "ValueError"),))
    assert differences(predicted(bodies.failing_child, wrong)) == [
        (0, "ValueError ends Process-1 in the virtual run, but KeyError ends Process-1 here")
    ]
