"""How a process comes by a statement: how often, after what, alone or not; and what goes on then.

An *execution* of a statement is a stretch of a process's events that all come from it, none of
them twice.
"""

from __future__ import annotations

import ast
from typing import Final

from explorer.model.schedule import Delay, Place
from explorer.model.trace import Event, Trace
from explorer.report.insertion import Source
from explorer.report.spots import Spot, SpotRecorder

_LIFE: Final = frozenset({"start", "exit", "join", "die", "poll"})
_MOST: Final = 2  # statements of others that a comment tells
_LONGEST: Final = 60  # characters


class Visits:
    """The executions of the statement at `spot` by the process of a place.

    Args:
        step: the event at the place; -1 if it never happens, the process waits there for ever.
    """

    def __init__(
        self,
        source: Source,
        trace: Trace,
        recorder: SpotRecorder,
        place: Place,
        step: int,
        spot: Spot,
    ) -> None:
        self.source = source
        self.trace = trace
        self.recorder = recorder
        self.place = place
        self.step = step
        self.spot = spot
        self.statement = source.statement_at(spot)
        self.groups = self._groups()

    def _is_here(self, spot: Spot | None) -> bool:
        if spot is None or spot.file != self.spot.file:
            return False
        return self.source.statement_at(spot) is self.statement

    def _groups(self) -> list[list[Event]]:
        """The executions; the last may be one that never came to its end."""
        groups: list[list[Event]] = []
        was_here = False
        calls = self.recorder.calls
        for event in self.trace.events:
            if event.actor != self.place.process:
                continue
            here = self._is_here(self.recorder.spots[event.step])
            if here:
                goes_on = was_here and calls[groups[-1][-1].step] == calls[event.step]
                if not goes_on and (not was_here or self._begins_anew(groups[-1], event)):
                    groups.append([])
                groups[-1].append(event)
            was_here = here
        if self.step < 0 and not was_here:
            groups.append([])
        return groups

    def _begins_anew(self, group: list[Event], event: Event) -> bool:
        if isinstance(self.statement, ast.With):
            return len(group) >= len(self.statement.items)
        spot = self.recorder.spots[event.step]
        return any(
            each.operation == event.operation and self.recorder.spots[each.step] == spot
            for each in group
        )

    def _number(self) -> int:
        """Which execution it is, from 0."""
        if self.step < 0:
            return len(self.groups) - 1
        return next(
            number
            for number, group in enumerate(self.groups)
            if any(event.step == self.step for event in group)
        )

    def passing(self) -> int | None:
        """Which execution it is, from 1; None if there is only one."""
        operation = self.place.operation
        if isinstance(self.statement, ast.With):
            same = [
                number
                for number, group in enumerate(self.groups)
                if any(event.operation == operation for event in group)
            ]
        else:
            same = list(range(len(self.groups)))
        if len(same) <= 1:
            return None
        return same.index(self._number()) + 1 if self._number() in same else len(same)

    def earlier(self) -> tuple[tuple[str, Spot], ...]:
        """What the process has done from the statement by then, in this execution."""
        found = []
        for event in self.groups[self._number()]:
            if event.step == self.step:
                break
            spot = self.recorder.spots[event.step]
            assert spot is not None
            found.append((event.operation, spot))
        return tuple(found)

    def is_inside_a_call(self) -> bool:
        """Whether the operation is a later one of a call that does several; no sleep gets there."""
        if self.step < 0:
            earlier = [spot for _, spot in self.earlier()]
            return self.spot in earlier and not isinstance(self.statement, ast.With)
        calls = self.recorder.calls
        group = self.groups[self._number()]
        return any(
            event.step < self.step and calls[event.step] == calls[self.step] for event in group
        )

    def process_to_name(self) -> str | None:
        """The process's name as it knows it, if others come by as well."""
        process = self.place.process
        others = [
            event
            for event in self.trace.events
            if event.actor != process and self._is_here(self.recorder.spots[event.step])
        ]
        waiting = [
            blocked.actor
            for blocked, spot in zip(self.trace.blocked, self.recorder.stranded_spots, strict=False)
            if self._is_here(spot)
        ]
        if not others and all(each == process for each in waiting):
            return None
        return self.recorder.titles.get(process, process)


def meanwhile(
    trace: Trace, titles: dict[str, str], delay: Delay, step: int, milliseconds: int
) -> str:
    """What the other processes do while one of them sleeps, for a comment."""
    until = trace.events[step].time if step >= 0 else trace.time + 1
    since = until - milliseconds * 1_000_000
    until_step = step if step >= 0 else len(trace.events)
    own = [event.step for event in trace.events[:until_step] if _is_its_own(event, delay)]
    told: dict[str, dict[str, None]] = {}
    for event in trace.events[own[-1] + 1 if own else 0 : until_step]:
        if event.process == delay.at.process or event.operation in _LIFE or event.where is None:
            continue
        if since <= event.time < until:
            told.setdefault(titles.get(event.process, event.process), {})[event.where.text] = None
    if not told:
        return "the others go first"
    parts = [f"{process} does {_shortened(list(lines))}" for process, lines in told.items()]
    return f"meanwhile {', and '.join(parts)}"


def _is_its_own(event: Event, delay: Delay) -> bool:
    """Whether an event is one of the process that sleeps, or its beginning."""
    process = delay.at.process.partition("/")[0]
    return event.actor == delay.at.process or (event.operation, event.label) == ("start", process)


def _shortened(lines: list[str]) -> str:
    """The first lines, without what only opens a block."""
    shown = [line.rstrip(":") for line in lines[:_MOST]]
    text = "; ".join(shown) + ("; …" if len(lines) > _MOST else "")
    return f"`{text}`" if len(text) <= _LONGEST else f"`{text[: _LONGEST - 1]}…`"
