"""Which events are joined by arrows: what had to come before what, and what buried what."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.causality import Order, order_of_trace
from explorer.model.trace import Event, Trace
from explorer.model.verdict import Finding, Kind
from explorer.report.chart import LIFE
from explorer.report.marks import stale_update


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one event to a later one. `kind` is "before", "life" (the same, of processes that start
    and end), "stale" or "buried"."""

    start: int
    end: int
    kind: str


def arrows(finding: Finding) -> list[Arrow]:
    """All arrows of a finding's picture, by where they end."""
    events = finding.trace.events
    found = [
        Arrow(first, second, _kind(events[first], events[second]))
        for first, second in causes(finding.trace)
    ]
    if finding.kind is Kind.LOST_UPDATE:
        update = stale_update(finding)
        if update is not None:
            read, lost, write = (event.step for event in update)
            special = [Arrow(read, write, "stale"), Arrow(lost, write, "buried")]
            drawn = {(arrow.start, arrow.end) for arrow in special}
            found = [one for one in found if (one.start, one.end) not in drawn] + special
    return sorted(found, key=lambda one: (one.end, one.start, one.kind))


def _kind(first: Event, second: Event) -> str:
    return "life" if first.operation in LIFE or second.operation in LIFE else "before"


def causes(trace: Trace) -> list[tuple[int, int]]:
    """Happens-before between different actors, without what follows from the rest."""
    order = order_of_trace(trace)
    return [
        (cause, event.step)
        for event in trace.events
        for cause in _latest(order, event.step)
        if trace.events[cause].actor != event.actor
    ]


def _latest(order: Order, step: int) -> list[int]:
    """The causes of an event that are no causes of its other causes.

    The latest cause left is never one of the others' causes, since those come later than theirs.
    """
    left = order.past[step] & ~(1 << step)
    found = []
    while left:
        latest = left.bit_length() - 1
        found.append(latest)
        left &= ~order.past[latest]
    return found
