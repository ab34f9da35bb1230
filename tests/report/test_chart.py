"""What a picture shows: which lanes, which rows, in which state everybody is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from explorer.model.verdict import Finding
from explorer.report.chart import (
    MOST_EVENTS,
    Chart,
    EventRow,
    GapRow,
    JitterRow,
    State,
    StuckRow,
    SwitchRow,
    TimeRow,
    chart,
)
from tests.report.findings import (
    FINDINGS,
    crossed_locks,
    jittered,
    join_before_drain,
    leaked_lock,
    livelock,
    lone_assertion,
    lost_update,
    starved_queue,
)


def kinds(drawn: Chart) -> str:
    letters = {
        EventRow: "e",
        SwitchRow: "p",
        JitterRow: "j",
        StuckRow: "s",
        GapRow: "g",
        TimeRow: "t",
    }
    return "".join(letters[type(row)] for row in drawn.rows)  # type: ignore[index]


@pytest.mark.parametrize(
    ("made", "lanes"),
    [
        (lost_update, ("Process-1", "Process-2")),
        (crossed_locks, ("Process-1", "Process-2")),
        (leaked_lock, ("MainProcess", "Process-1")),
        (lone_assertion, ("MainProcess", "Process-1")),
        (
            starved_queue,
            ("MainProcess", "MainProcess/feeder of Queue#1", "Process-1", "Process-2"),
        ),
        (join_before_drain, ("MainProcess", "Process-1", "Process-1/feeder of Queue#1")),
    ],
)
def test_the_lanes_are_those_who_take_part(
    made: Callable[[], Finding], lanes: tuple[str, ...]
) -> None:
    assert chart(made()).lanes == lanes


@pytest.mark.parametrize(
    ("made", "rows"),
    [
        (lost_update, "epeee"),
        (jittered, "ejeee"),
        (crossed_locks, "epess"),
        (lone_assertion, "eeteee"),
    ],
)
def test_rows_come_in_the_order_of_the_run(made: Callable[[], Finding], rows: str) -> None:
    assert kinds(chart(made())) == rows


def test_a_process_that_was_left_can_go_on_and_one_that_has_ended_is_absent() -> None:
    rows = chart(lost_update()).rows
    assert [row.states for row in rows] == [
        (State.READY, State.READY),
        (State.READY, State.READY),
        (State.READY, State.READY),
        (State.READY, State.READY),
        (State.READY, State.ABSENT),
    ]


def test_a_sleeping_process_is_waiting() -> None:
    rows = [row for row in chart(jittered()).rows if isinstance(row, EventRow)]
    assert [row.states[0] for row in rows] == [
        State.READY,
        State.WAITING,
        State.WAITING,
        State.READY,
    ]


def test_the_three_events_of_a_lost_update_are_marked() -> None:
    notes = [row.mark.notes for row in chart(lost_update()).rows if isinstance(row, EventRow)]
    assert notes == [
        ("out of date from step 5 on",),
        (),
        ("lost at step 7",),
        ("✗ overwrites Process-2's 9",),
    ]


def test_a_long_run_keeps_its_end_and_says_what_is_missing() -> None:
    rows = chart(livelock()).rows
    events = [row.event.step for row in rows if isinstance(row, EventRow)]
    gaps = [row.steps for row in rows if isinstance(row, GapRow)]
    assert len(events) <= MOST_EVENTS
    assert events[-12:] == list(range(9_990, 10_002))
    assert len(events) + sum(gaps) == 10_000


@pytest.mark.parametrize("name", FINDINGS)
def test_every_row_has_a_state_for_every_lane(name: str) -> None:
    drawn = chart(FINDINGS[name]())
    assert drawn.lanes
    assert {len(row.states) for row in drawn.rows} == {len(drawn.lanes)}
