"""How long a delay does a run take, where time was taken as unknown?

Everything is taken to need no time but what the program itself says: a sleep as long as it is, a
wait that times out as long as it may. Then each process comes to each operation at a certain
moment; where one was performed after something that comes later by this clock, its process was
late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.model.trace import Event, Trace


@dataclass(frozen=True, slots=True)
class Lateness:
    """Before this event its actor has to be so many virtual nanoseconds late."""

    event: Event
    nanoseconds: int


class _Clock:
    """When everybody comes to what, as far as the events of a run have been told."""

    def __init__(self) -> None:
        self.free: dict[str, int] = {}  # actor -> when it comes to its next operation
        self.touched: dict[object, list[tuple[int, bool, Event]]] = {}
        self.moments: list[int] = []

    def arrival(self, event: Event) -> int:
        """When the actor of an event comes to it."""
        woken = 0 if event.woken_by is None else self.moments[event.woken_by]
        return max(woken, self.free.get(event.actor, self.free.get(event.process, 0)))

    def rivals(self, event: Event, since: int) -> list[tuple[int, Event]]:
        """What it has to come after that happens later than it is come to, by others."""
        found = [
            (moment, other)
            for location, writes in event.accesses
            for moment, wrote, other in self.touched.get(location, ())
            if (writes or wrote) and moment > since and other.actor != event.actor
        ]
        return sorted(found, key=lambda rival: (rival[0], rival[1].step))

    def note(self, event: Event, moment: int) -> None:
        """An event happens."""
        self.moments.append(moment)
        self.free[event.actor] = moment
        for location, writes in event.accesses:
            self.touched.setdefault(location, []).append((moment, writes, event))
        if event.operation == "start":
            self.free.setdefault(event.object, moment)


def lateness(trace: Trace) -> tuple[Lateness, ...]:
    """Who has to be late for a run to happen, the longest delay first; nothing if nobody has."""
    clock, found = _Clock(), []
    for event in trace.events:
        arrival = clock.arrival(event)
        rivals = clock.rivals(event, arrival)
        moment = max([arrival, *(when for when, _ in rivals)])
        if event.timed_out is not None:
            moment = max(moment, arrival + event.timed_out)
        elif rivals and _is_overtaken(event, rivals[0][1]):
            found.append(Lateness(event, moment - arrival))
        clock.note(event, moment)
    return tuple(sorted(found, key=lambda late: (-late.nanoseconds, late.event.step)))


def _is_overtaken(event: Event, first: Event) -> bool:
    """Whether an event would have come before `first`, had its process not been late.

    Whoever waits is not late; but who takes a lock that was free, after another one, is, and who
    comes after somebody who waited in vain.
    """
    if not event.waits or first.timed_out is not None:
        return True
    return event.operation == first.operation == "acquire"
