"""Who waits for whom, as text art."""

from __future__ import annotations

from dataclasses import replace

from explorer.report.waits import waits
from tests.report.findings import (
    crossed_locks,
    leaked_lock,
    lost_update,
    self_deadlock,
    starved_queue,
)


def drawn(finding: object, width: int = 80) -> list[str]:
    return [line.text.plain.rstrip()[4:] for line in waits(finding, width)]  # type: ignore[arg-type]


def test_a_cycle_is_a_ring_with_each_holder_wish_and_line() -> None:
    assert drawn(crossed_locks()) == [
        "╭─▶ Process-1  holds Lock#1    bank.py:8  with mine:",
        "│       │ wants Lock#2         bank.py:9  with yours:",
        "│       ▼",
        "│   Process-2  holds Lock#2    bank.py:8  with mine:",
        "│       │ wants Lock#1         bank.py:9  with yours:",
        "╰───────╯",
        "and MainProcess waits in join Process-1  bank.py:20  p.join()",
    ]


def test_a_process_that_waits_for_itself_is_a_ring_of_one() -> None:
    assert drawn(self_deadlock()) == [
        "╭─▶ MainProcess  holds Lock#1    twice.py:4  lock.acquire()",
        "│       │ wants Lock#1           twice.py:5  lock.acquire()",
        "╰───────╯",
    ]


def test_starvation_ends_at_nobody() -> None:
    assert drawn(starved_queue())[2:4] == [
        "    ▼",
        "nobody: no process is left that could wake it",
    ]


def test_a_leak_ends_at_the_process_that_is_gone() -> None:
    assert drawn(leaked_lock())[3] == (
        "Process-1 has ended and still holds Lock#1  leak.py:5  lock.acquire()"
    )


def test_a_finding_that_is_not_about_waiting_has_no_drawing() -> None:
    assert waits(lost_update(), 80) == []


def test_without_source_lines_the_ring_is_still_drawn() -> None:
    found = crossed_locks()
    events = tuple(replace(event, where=None) for event in found.trace.events)
    blocked = tuple(replace(one, where=None) for one in found.trace.blocked)
    bare = replace(found, trace=replace(found.trace, events=events, blocked=blocked))
    assert drawn(bare)[0] == "╭─▶ Process-1  holds Lock#1"
