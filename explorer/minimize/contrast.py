"""What makes the difference: the nearest run to a failing one that shows nothing.

Nearest is: the same up to the last decision at which it could still go well; from there on the
default, keep running. After Zeller's "isolating failure-inducing differences" (Delta Debugging,
TSE 2002), with one decision as the difference. Where no single decision helps, because a delay
leaves nobody else to choose, single delays and switches are left out instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from explorer.engine.chooser import keep_running
from explorer.model.case import Case
from explorer.model.schedule import Schedule
from explorer.model.story import Contrast
from explorer.model.trace import Event, Trace
from explorer.search.playback import Playback
from explorer.search.replay import Replay
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld

#: Events that are run at most in looking for it: a second or so.
MOST_EVENTS: Final = 60_000
#: Runs that look suspicious and are diagnosed all the same; most of them fail.
MOST_LOOKS: Final = 20


def contrast(runner: Runner, case: Case, failing: Trace) -> Contrast | None:
    """The nearest passing run; None if none was found."""
    events, looks = 0, 0
    for changed, world, without in _attempts(runner, case, failing):
        events += len(world.log)
        if events > MOST_EVENTS:
            break
        if runner.suspicious(changed, world):
            looks += 1
            if looks > MOST_LOOKS:
                continue
        trace = runner.again(changed, world)
        if not runner.diagnose(changed, trace):
            return _contrast(failing, trace, without)
    return None


def _contrast(failing: Trace, passing: Trace, without: str) -> Contrast | None:
    """The two runs and the first event in which they differ."""
    pairs = zip(failing.events, passing.events, strict=False)
    for step, (one, other) in enumerate(pairs):
        if (one.actor, one.operation, one.label) != (other.actor, other.operation, other.label):
            return Contrast(passing, step, one.actor, other.actor, without)
    return None


def _attempts(
    runner: Runner, case: Case, failing: Trace
) -> Iterator[tuple[Case, VirtualWorld, str]]:
    """Runs near the failing one, nearest first, each with what was left out of the schedule."""
    decided = [event for event in failing.events if not event.eager]
    for place in reversed(range(len(decided))):
        for other in _others(decided[place], decided[place - 1] if place else None):
            order = [event.actor for event in decided[:place]] + [other]
            chooser = Playback(order, Replay(case.schedule).delay, keep_running)
            yield case, runner.run(case, chooser), ""
    for schedule, without in _simpler(case.schedule):
        changed = replace(case, schedule=schedule)
        yield changed, runner.run(changed, Replay(schedule)), without


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
