"""Fewer and shorter delays, for findings that need virtual time to pass: sleeps, time-outs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from explorer.minimize.encode import finding_of
from explorer.model.schedule import Delay, Schedule
from explorer.model.verdict import Finding, Symptom
from explorer.search.replay import Replay
from explorer.worlds.runner import Runner


def fewer_delays(
    runner: Runner, found: Finding, same: Callable[[Symptom, Symptom], bool]
) -> Finding:
    """Drop and halve the delays of a finding's schedule as long as it shows the same defect."""
    improved = True
    while improved and found.case.schedule.delays:
        improved = False
        for schedule in _simpler(found.case.schedule):
            smaller = _shown_by(runner, found, schedule, same)
            if smaller is not None:
                found, improved = smaller, True
                break
    return found


def _simpler(schedule: Schedule) -> Iterator[Schedule]:
    """The schedule without one of its delays, then with one of them shorter."""
    delays = schedule.delays
    for place in range(len(delays)):
        yield replace(schedule, delays=delays[:place] + delays[place + 1 :])
    for place, delay in enumerate(delays):
        for ticks in dict.fromkeys((1, delay.ticks // 2, delay.ticks - 1)):
            if 0 < ticks < delay.ticks:
                shorter = Delay(delay.at, ticks)
                yield replace(schedule, delays=(*delays[:place], shorter, *delays[place + 1 :]))


def _shown_by(
    runner: Runner, found: Finding, schedule: Schedule, same: Callable[[Symptom, Symptom], bool]
) -> Finding | None:
    case = replace(found.case, schedule=schedule)
    world = runner.run(case, Replay(schedule))
    if not runner.suspicious(case, world):
        return None
    for symptom in runner.diagnose(case, runner.record(case, Replay(schedule))):
        if same(symptom, found.symptom):
            return finding_of(runner, case, world, symptom)
    return None
