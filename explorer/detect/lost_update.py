"""Lost updates: a write by P that rests on a read by P which Q has since overwritten.

The pattern is the unserialisable R–W–W interleaving of atomicity-violation detectors (Lu et al.,
AVIO, ASPLOS 2006). The pattern alone also fits harmless blind writes, so each candidate is held
against what serial executions give: a run whose outcome some serial execution gives too has lost
nothing that matters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from explorer.model.trace import Event, Trace
from explorer.model.verdict import Kind, Symptom

#: Operations that tell what a location holds, or whether it holds anything.
READS = frozenset({"read", "contains"})

#: Location -> the outcomes (see `outcome_of`) that serial executions give it; None if unknown.
SerialOutcomes = Mapping[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class StaleWrite:
    """`write` rests on `read`, though `overwritten` came in between."""

    read: Event
    overwritten: Event
    write: Event


def stale_writes(trace: Trace) -> list[StaleWrite]:
    """Every write of the trace that rests on a stale read, in order."""
    reads: dict[tuple[str, str], Event] = {}  # (actor, location) -> its last read
    writes: dict[str, Event] = {}  # location -> the last write
    found = []
    for event in trace.events:
        if event.error:
            continue
        if event.operation in READS:
            reads[event.actor, event.label] = event
        elif event.operation == "write":
            read = reads.pop((event.actor, event.label), None)
            between = writes.get(event.label)
            if (
                read is not None
                and between is not None
                and between.step > read.step
                and between.actor != event.actor
            ):
                found.append(StaleWrite(read, between, event))
            writes[event.label] = event
    return found


def outcome_of(trace: Trace, location: str) -> tuple[str, str]:
    """How the run ended, and with what value of `location`."""
    return trace.end, dict(trace.final).get(location, "")


def lost_updates(
    trace: Trace, serial: Callable[[], SerialOutcomes | None] = lambda: None
) -> list[Symptom]:
    """The lost updates of a trace, one per object and source lines.

    Args:
        serial: what serial executions of the same case give, asked for only if there is a
            candidate. None: it cannot be decided whether the update mattered ("possible").
    """
    candidates = stale_writes(trace)
    if not candidates:
        return []
    outcomes = serial()
    found: dict[object, Symptom] = {}
    for candidate in candidates:
        location = candidate.write.label
        known = None if outcomes is None else outcomes.get(location)
        if known is not None and outcome_of(trace, location) in known:
            continue
        symptom = replace(
            _describe(candidate, possible=known is None),
            left=outcome_of(trace, location)[1],
            serial=tuple(sorted({value for _, value in known or ()})),
        )
        found.setdefault(symptom.defect, symptom)
    return list(found.values())


def _describe(candidate: StaleWrite, *, possible: bool) -> Symptom:
    read, lost, write = candidate.read, candidate.overwritten, candidate.write
    lines = {str(event.where): event.where for event in (read, lost, write) if event.where}
    word = "may have overwritten" if possible else "overwrote"
    return Symptom(
        kind=Kind.LOST_UPDATE,
        summary=f"{write.process} {word} {lost.process}'s write of {write.label}",
        objects=(write.object,),
        where=tuple(lines[line] for line in sorted(lines)),
        processes=tuple(sorted({write.process, lost.process})),
        steps=(read.step, lost.step, write.step),
        possible=possible,
        firm=True,
    )
