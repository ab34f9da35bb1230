"""A schedule that was written down plays back to the same run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.engine.chooser import KeepRunning
from explorer.model.case import Case
from explorer.model.schedule import Delay, Place, Schedule, Switch
from explorer.model.trace import Trace
from explorer.search.delays import delays_of, shape
from explorer.search.replay import Replay, Transcript, schedule_of
from tests.search.bodies import BODIES, Choices, case_of, counter, crossed_locks, runner_of

decisions = st.lists(st.integers(0, 5), max_size=40)
jitter = st.lists(st.integers(0, 4), max_size=12)
bodies = st.sampled_from(BODIES)
COUNTER = runner_of(counter)


def told(trace: Trace) -> list[str]:
    return [f"{event.actor} {event.operation} {event.label}" for event in trace.events]


def children(trace: Trace) -> list[str]:
    return [line for line in told(trace) if line.startswith("Process-") and "exit" not in line]


@given(bodies, decisions, jitter)
def test_a_schedule_written_down_replays_to_an_identical_trace(
    body: Callable[..., None], choices: list[int], delays: list[int]
) -> None:
    runner, case = runner_of(body), case_of(body)
    transcript = Transcript(Choices(choices, delays))
    trace = runner.record(case, transcript)
    assert runner.record(case, Replay(transcript.schedule)) == trace


@given(bodies, decisions)
def test_the_schedule_of_a_finished_run_replays_to_an_identical_trace(
    body: Callable[..., None], choices: list[int]
) -> None:
    runner, case = runner_of(body), case_of(body)
    made = runner.run(case, Choices(choices))
    schedule = schedule_of(lambda chooser: runner.run(case, chooser), made)
    assert runner.record(case, Replay(schedule)) == runner.record(case, Choices(choices))


@given(bodies, decisions)
def test_a_schedule_written_down_is_written_down_the_same_when_replayed(
    body: Callable[..., None], choices: list[int]
) -> None:
    runner, case = runner_of(body), case_of(body)
    first = Transcript(Choices(choices))
    runner.run(case, first)
    second = Transcript(Replay(first.schedule))
    runner.run(case, second)
    assert second.schedule == first.schedule


@given(bodies, st.integers(0, 2), decisions)
def test_delays_alone_show_what_the_switches_show(
    body: Callable[..., None], times: int, choices: list[int]
) -> None:
    runner, case = runner_of(body), case_of(body)
    made = runner.run(case, Choices(choices))
    schedule = delays_of(lambda chooser: runner.run(case, chooser), made)
    if schedule is not None:
        assert schedule.switches == ()
        assert shape(runner.run(case, Replay(schedule)).log) == shape(made.log)


@given(decisions)
def test_where_nothing_waits_for_time_delays_can_show_every_order(choices: list[int]) -> None:
    for body in (counter, crossed_locks):
        runner, case = runner_of(body), case_of(body)
        made = runner.run(case, Choices(choices))
        assert delays_of(lambda chooser: runner.run(case, chooser), made) is not None  # noqa: B023


@given(decisions)
def test_no_delay_can_be_left_out(choices: list[int]) -> None:
    case = Case("counter", parameters={"processes": 2, "times": 2})
    made = COUNTER.run(case, Choices(choices))
    schedule = delays_of(lambda chooser: COUNTER.run(case, chooser), made)
    assert schedule is not None
    for delay in schedule.delays:
        rest = tuple(other for other in schedule.delays if other is not delay)
        world = COUNTER.run(case, Replay(Schedule(delays=rest)))
        assert shape(world.log) != shape(made.log)


def test_the_default_run_needs_no_switch_and_no_delay() -> None:
    case = case_of(counter)
    made = COUNTER.run(case, KeepRunning())
    assert schedule_of(lambda chooser: COUNTER.run(case, chooser), made) == Schedule()
    assert delays_of(lambda chooser: COUNTER.run(case, chooser), made) == Schedule()


LEAVE_AT_WRITE = Switch(Place("Process-1", "write", "Value#1"), "Process-2")


def test_a_switch_leaves_a_process_before_the_operation_it_names() -> None:
    trace = COUNTER.record(case_of(counter), Replay(Schedule((LEAVE_AT_WRITE,))))
    assert children(trace) == [
        "Process-1 read Value#1",
        "Process-2 read Value#1",
        "Process-2 write Value#1",
        "Process-1 write Value#1",
    ]


def test_the_lost_update_of_two_processes_is_one_delay_of_one_tick() -> None:
    case = case_of(counter)
    made = COUNTER.run(case, Replay(Schedule((LEAVE_AT_WRITE,))))
    assert delays_of(lambda chooser: COUNTER.run(case, chooser), made) == Schedule(
        delays=(Delay(Place("Process-1", "write", "Value#1"), 1),)
    )


def test_an_occurrence_counts_what_the_process_did_before() -> None:
    second = Switch(Place("Process-1", "write", "Value#1", 2), "Process-2")
    case = case_of(counter, times=2)
    trace = COUNTER.record(case, Replay(Schedule((second,))))
    assert children(trace)[:4] == [
        "Process-1 read Value#1",
        "Process-1 write Value#1",
        "Process-1 read Value#1",
        "Process-2 read Value#1",
    ]


@pytest.mark.parametrize(
    "switch",
    [
        Switch(Place("Process-1", "write", "Value#1", 9), "Process-2"),
        Switch(Place("Process-1", "write", "Value#1"), "Process-7"),
        Switch(Place("Process-1", "write", "Value#2"), "Process-2"),
        Switch(Place("Process-9", "write", "Value#1"), "Process-2"),
    ],
)
def test_a_switch_that_finds_nobody_is_passed_over(switch: Switch) -> None:
    case = case_of(counter)
    replayed = COUNTER.record(case, Replay(Schedule((switch,))))
    assert replayed == COUNTER.record(case, KeepRunning())


def test_before_exit_and_after_exit_are_two_places() -> None:
    for operation, left_at in (("exit", 2), ("after exit", 3)):
        switch = Switch(Place("Process-1", operation, "Process-1"), "Process-3")
        trace = COUNTER.record(case_of(counter, processes=3), Replay(Schedule((switch,))))
        mine = [line for line in told(trace) if line.startswith("Process-")]
        assert mine[left_at].startswith("Process-3 read")


def test_one_replay_serves_many_runs() -> None:
    replay = Replay(Schedule((LEAVE_AT_WRITE,), (Delay(Place("Process-2", "read", "Value#1"), 3),)))
    case = case_of(counter)
    assert len({repr(COUNTER.record(case, replay)) for _ in range(20)}) == 1
