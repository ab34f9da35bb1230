"""What makes the difference: the nearest run to a failing one that shows nothing.

Nearest is: the same up to the last decision at which it could still go well; from there on the
default, keep running. After Zeller's "isolating failure-inducing differences" (Delta Debugging,
TSE 2002), with one decision as the difference. Where no single decision helps, because a delay
leaves nobody else to choose, single delays and switches are left out instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from explorer.engine.chooser import keep_running
from explorer.errors import Nondeterministic
from explorer.model.case import Case
from explorer.model.schedule import Schedule
from explorer.model.story import Contrast
from explorer.model.trace import Event, Trace
from explorer.search.playback import Playback
from explorer.search.replay import Replay
from explorer.worlds.runner import Runner

MOST_RUNS: Final = 400


def contrast(runner: Runner, case: Case, failing: Trace) -> Contrast | None:
    """The nearest passing run; None if none was found."""
    for trace, without in islice(_attempts(runner, case, failing), MOST_RUNS):
        if trace.end == "cut off" or runner.diagnose(case, trace):
            continue
        step = _parting(failing, trace)
        if step is not None:
            fails, passes = failing.events[step].actor, trace.events[step].actor
            return Contrast(trace, step, fails, passes, without)
    return None


def _attempts(runner: Runner, case: Case, failing: Trace) -> Iterator[tuple[Trace, str]]:
    """Runs near the failing one, nearest first, each with what was left out of the schedule."""
    decided = [event for event in failing.events if not event.eager]
    for place in reversed(range(len(decided))):
        for other in _others(decided[place], decided[place - 1] if place else None):
            order = [event.actor for event in decided[:place]] + [other]
            chooser = Playback(order, Replay(case.schedule).delay, keep_running)
            try:
                yield runner.record(case, chooser), ""
            except Nondeterministic:
                return
    for schedule, without in _simpler(case.schedule):
        changed = replace(case, schedule=schedule)
        yield runner.record(changed, Replay(schedule)), without


def _others(event: Event, before: Event | None) -> list[str]:
    """Who could have gone instead, whoever went before first."""
    others = [name for name in event.enabled if name != event.actor]
    last = None if before is None else before.actor
    return sorted(others, key=lambda name: name != last)


def _simpler(schedule: Schedule) -> Iterator[tuple[Schedule, str]]:
    """The schedule without one delay or one switch, last ones first."""
    for delay in reversed(schedule.delays):
        kept = tuple(other for other in schedule.delays if other is not delay)
        yield replace(schedule, delays=kept), f"the delay of {delay.at}"
    for switch in reversed(schedule.switches):
        rest = tuple(other for other in schedule.switches if other is not switch)
        yield replace(schedule, switches=rest), f"the switch of {switch.at}"


def _parting(failing: Trace, passing: Trace) -> int | None:
    """The first event in which two runs differ."""
    pairs = zip(failing.events, passing.events, strict=False)
    for step, (one, other) in enumerate(pairs):
        if (one.actor, one.operation, one.label) != (other.actor, other.operation, other.label):
            return step
    return None
