"""What a picture of a finding shows, before anybody draws it: lanes, and rows from top to bottom.

Only those that take part have a lane, and of a long run only the rows that matter are kept:
around what makes up the defect, around preemptions, and the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Final

from explorer.model.actor import MAIN
from explorer.model.schedule import Place
from explorer.model.trace import Blocked, Event, Trace
from explorer.model.verdict import Finding, Kind
from explorer.report.marks import Mark, marks
from explorer.report.wording import clean

#: Events shown of one run; a minimal case has far fewer.
MOST_EVENTS: Final = 48
#: The same where everything is shown, and can be stepped through.
MOST_OF_WHOLE: Final = 1_000
#: Operations in the life of a process.
LIFE: Final = frozenset({"start", "exit", "join", "poll"})
_TICK: Final = 1_000_000  # nanoseconds; shorter waits are not shown


class State(Enum):
    """What a process that does not go at a row is doing."""

    ABSENT = "not begun, or ended"
    READY = "could go on"
    WAITING = "blocked or asleep"


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `states` has one for each lane, `lane` is whose row it is (-1: nobody's)."""

    lane: int
    states: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class EventRow(Row):
    """Something happened."""

    event: Event
    mark: Mark


@dataclass(frozen=True, slots=True)
class SwitchRow(Row):
    """A preemption: `lane` is left though it could go on, and `to` goes."""

    to: int


@dataclass(frozen=True, slots=True)
class JitterRow(Row):
    """`lane` begins to sleep: a delay of the schedule."""

    ticks: int


@dataclass(frozen=True, slots=True)
class StuckRow(Row):
    """`lane` waits for ever."""

    blocked: Blocked


@dataclass(frozen=True, slots=True)
class GapRow(Row):
    """`steps` events are left out."""

    steps: int


@dataclass(frozen=True, slots=True)
class TimeRow(Row):
    """`nanoseconds` of virtual time pass."""

    nanoseconds: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The lanes (names of actors, by when they first go) and the rows of a picture."""

    lanes: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The lanes' names as shown: hidden actors without their process, if that is clear."""
        short = [clean(lane.rpartition("/")[2]) for lane in self.lanes]
        return tuple(
            name if short.count(name) == 1 else clean(lane)
            for name, lane in zip(short, self.lanes, strict=True)
        )


def chart(finding: Finding, *, whole: bool = False) -> Chart:
    """The picture of a finding; if `whole`, with everybody and everything in the run."""
    return _Builder(finding, whole).chart()


class _Builder:
    def __init__(self, finding: Finding, whole: bool) -> None:
        self.finding = finding
        self.whole = whole
        self.trace = finding.trace
        self.events = finding.trace.events
        self.lanes = _by_process(_everybody(finding.trace)) if whole else lanes(finding)
        self.number = {name: place for place, name in enumerate(self.lanes)}
        self.marks = marks(finding)
        self.jitter = jitter(finding)
        self.spans = {name: _span(self.trace, name) for name in self.lanes}
        self.stuck = {blocked.actor for blocked in self.trace.blocked}

    def chart(self) -> Chart:
        shown = self._shown()
        rows: list[Row] = []
        before: Event | None = None
        for event in shown:
            rows.extend(self._between(before, event, shown))
            rows.append(
                EventRow(
                    self.number[event.actor],
                    self._states(event),
                    event,
                    self.marks.get(event.step, Mark()),
                )
            )
            rows.extend(self._sleeps(event.actor, after=event))
            before = event
        rows.extend(self._ends(before))
        first = [row for name in self.lanes for row in self._sleeps(name, after=None)]
        return Chart(self.lanes, (*first, *rows))

    def _shown(self) -> list[Event]:
        mine = [event for event in self.events if event.actor in self.number]
        told = [event for event in mine if self._is_told(event)]
        return _nearest(told, self._focus(told), MOST_OF_WHOLE if self.whole else MOST_EVENTS)

    def _is_told(self, event: Event) -> bool:
        """Starting, joining and ending are part of the story only among those that have lanes."""
        if self.whole or event.step in self.marks or event.operation not in LIFE:
            return True
        if event.operation == "exit":
            return event.value not in (None, "0")
        return event.object in self.number and event.operation != "join"

    def _focus(self, told: Sequence[Event]) -> set[int]:
        steps = {event.step for event in told if event.step in self.marks}
        steps.update(self.finding.symptom.steps)
        for before, after in pairwise(told):
            if self._preempts(before, after):
                steps.update((before.step, after.step))
        return steps

    def _preempts(self, before: Event, after: Event) -> bool:
        """Whether, after `before`, its actor was left though it could go on."""
        if before.actor == after.actor:
            return False
        following = self.events[before.step + 1]
        if following.eager or before.operation == "exit":
            return False  # nobody decided that it goes
        return following.actor != before.actor and before.actor in following.enabled

    def _between(self, before: Event | None, event: Event, shown: Sequence[Event]) -> Iterable[Row]:
        """What happened between two rows: time, events left out, a preemption."""
        if before is None:
            return
        states = self._states(event)
        hidden = self._hidden(before.step, event.step, shown)
        if hidden:
            yield GapRow(-1, states, hidden)
        elif self._preempts(before, event):
            here, there = self.number[before.actor], self.number[event.actor]
            yield SwitchRow(here, states, there)
        passed = event.time - before.time
        if passed >= _TICK and not self.finding.case.schedule.delays:
            yield TimeRow(-1, states, passed)

    def _hidden(self, low: int, high: int, shown: Sequence[Event]) -> int:
        return sum(
            low < event.step < high and event.actor in self.number and self._is_told(event)
            for event in self.events[low + 1 : high]
        )

    def _sleeps(self, actor: str, after: Event | None) -> Iterable[Row]:
        """The jitter that `actor` begins after an event, or has before its first one."""
        ticks = self.jitter.get((actor, None if after is None else after.step))
        if ticks is not None:
            states = tuple(State.READY if name == actor else State.ABSENT for name in self.lanes)
            yield JitterRow(
                self.number[actor], states if after is None else self._states(after), ticks
            )

    def _ends(self, last: Event | None) -> Iterable[Row]:
        """Who waits for ever, in the order in which they came to it."""
        if self.trace.end == "cut off":
            return
        here = [blocked for blocked in self.trace.blocked if blocked.actor in self.number]
        states = tuple(State.WAITING if name in self.stuck else State.ABSENT for name in self.lanes)
        for blocked in sorted(here, key=lambda one: self.spans[one.actor][1]):
            yield StuckRow(self.number[blocked.actor], states, blocked)

    def _states(self, event: Event) -> tuple[State, ...]:
        return tuple(self._state(name, event) for name in self.lanes)

    def _state(self, name: str, event: Event) -> State:
        first, last = self.spans[name]
        if event.step < first or (event.step > last and name not in self.stuck):
            return State.ABSENT
        if name in event.enabled or not event.enabled:
            return State.READY
        return State.WAITING


def lanes(finding: Finding) -> tuple[str, ...]:
    """The actors that take part, by when they first go; never empty if anybody did anything."""
    trace, symptom = finding.trace, finding.symptom
    wanted = set(symptom.cycle)
    wanted.update(trace.events[step].actor for step in symptom.steps if step < len(trace.events))
    wanted.update(symptom.processes)
    if symptom.kind in (Kind.ASSERTION, Kind.EXCEPTION, Kind.STARVATION, Kind.LEAK):
        wanted.update(_rivals(trace, wanted, symptom.objects))
    everybody = _everybody(trace)
    busy = {event.actor for event in trace.events if event.operation not in LIFE}
    for chosen in (wanted, busy):
        found = [name for name in everybody if name in chosen]
        if found:
            return _by_process(found)
    return _by_process(everybody)


def _everybody(trace: Trace) -> tuple[str, ...]:
    """All actors that did anything or wait, by when they first go."""
    present = [event.actor for event in trace.events]
    stuck = [blocked.actor for blocked in trace.blocked]
    return tuple(dict.fromkeys((*present, *stuck)))


def _by_process(names: Sequence[str]) -> tuple[str, ...]:
    """Lanes in the order people expect: the main process, then 1, 2, …, 10, each with its own."""

    def rank(name: str) -> tuple[object, ...]:
        owner = name.partition("/")[0]
        digits = [int(part) for part in owner.replace(":", "-").split("-") if part.isdecimal()]
        return (owner != MAIN, not owner.startswith("Process-"), digits, name)

    return tuple(sorted(names, key=rank))


def _rivals(trace: Trace, actors: set[str], objects: Sequence[str]) -> set[str]:
    """Whoever touched, in conflict, what the given actors or the defect's objects touched."""
    touched = {
        location
        for event in trace.events
        for location, _ in event.accesses
        if event.actor in actors or event.object in objects
    }
    written = {
        location
        for event in trace.events
        for location, writes in event.accesses
        if writes and location in touched
    }
    return {
        event.actor
        for event in trace.events
        if event.operation not in LIFE
        and any(location in written for location, _ in event.accesses)
    }


def _span(trace: Trace, actor: str) -> tuple[int, int]:
    """The steps from an actor's beginning to its last event."""
    steps = [event.step for event in trace.events if event.actor == actor]
    started = [
        event.step for event in trace.events if event.operation == "start" and event.object == actor
    ]
    if not steps:
        return (started[0] if started else 0), -1
    return (started[0] if started else 0 if actor == MAIN else steps[0]), steps[-1]


def jitter(finding: Finding) -> dict[tuple[str, int | None], int]:
    """(actor, the step after which it sleeps; None: at its beginning) -> ticks."""
    wanted = {delay.at: delay.ticks for delay in finding.case.schedule.delays}
    if not wanted:
        return {}
    found: dict[tuple[str, int | None], int] = {}
    counts: dict[tuple[str, str, str], int] = {}
    before: dict[str, int] = {}
    for event in finding.trace.events:
        key = (event.actor, event.operation, event.label)
        counts[key] = counts.get(key, 0) + 1
        ticks = wanted.get(Place(*key, counts[key]), event.delay)
        if ticks:
            found[event.actor, before.get(event.actor)] = ticks
        before[event.actor] = event.step
    return found


def _nearest(told: Sequence[Event], focus: set[int], most: int) -> list[Event]:
    """At most `most` of the events: those in focus, their neighbours, and the last ones."""
    if len(told) <= most:
        return list(told)
    places = [place for place, event in enumerate(told) if event.step in focus]
    wanted = set(range(len(told) - 12, len(told))) | {0, 1}
    for distance in range(len(told)):
        ring = {place + side for place in places for side in (-distance, distance)}
        if len(wanted | ring) > most:
            break
        wanted |= ring
    return [event for place, event in enumerate(told) if place in wanted]
