"""What an example was like, in a few words: for `--hypothesis-show-statistics`.

Each event is a label and one of a few values. Numbers are put into buckets: a line for each
number would say nothing, and Hypothesis prints a line for each value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from explorer.errors import UsageError
from explorer.model.case import Case
from explorer.scenarios.placement import How, Placement
from explorer.search.replay import schedule_of
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld

Event = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """One example: a case, some schedules, and what came of them.

    Args:
        strategy: how the schedules were chosen.
        runs: how many schedules were run, `failing` of which looked wrong.
        traces: how many of them were traces not seen before.
        world: the last run.
    """

    case: Case
    strategy: str
    runs: int
    failing: int
    traces: int
    world: VirtualWorld


def events_of(example: Example, runner: Runner) -> Iterator[Event]:
    """The events of an example, but for its outcome."""
    yield "strategy", example.strategy
    yield "processes", str(sum(each.parent is not None for each in example.world.processes))
    placed = _placement(example.case.parameters)
    if placed is not None:
        yield "locks", placed
    schedule = schedule_of(lambda chooser: runner.run(example.case, chooser), example.world)
    yield "preemptions", "2 or more" if schedule.preemptions > 1 else str(schedule.preemptions)
    yield "new traces", "some" if example.traces else "none"
    yield "failing schedules", _share(example.failing, example.runs)


def _placement(parameters: Any) -> str | None:
    """The sort of lock placement there is among the parameters; None if there is none."""
    for value in parameters.values():
        try:
            parts = Placement.parse(value).parts
        except (UsageError, AttributeError):
            continue
        if len(parts) > 1:
            return "differ between processes"
        return "none" if parts[0] is How.NONE else "the same for all"
    return None


def _share(part: int, whole: int) -> str:
    if part == 0:
        return "none"
    return "all" if part == whole else "some"
