"""What makes up the defect, marked at the events that do: the stale read, the buried write."""

from __future__ import annotations

from dataclasses import dataclass, replace

from explorer.model.trace import Event
from explorer.model.verdict import Finding, Kind
from explorer.report.wording import clean, clip


@dataclass(frozen=True, slots=True)
class Mark:
    """How an event is marked: `bad` is where it went wrong, `old` what led to it; with words."""

    bad: bool = False
    old: bool = False
    notes: tuple[str, ...] = ()


def marks(finding: Finding) -> dict[int, Mark]:
    """The marks of a finding's events, by step."""
    found: dict[int, Mark] = {}
    if finding.kind is Kind.LOST_UPDATE:
        found.update(_lost_update(finding))
    elif finding.kind is Kind.LEAK:
        found.update(_leak(finding))
    for step, note in _failures(finding).items():
        mark = found.get(step, Mark())
        found[step] = replace(mark, bad=True, notes=(*mark.notes, note))
    return found


def stale_update(finding: Finding) -> tuple[Event, Event, Event] | None:
    """The read, the write that came in between, and the write that buried it."""
    events = [
        finding.trace.events[step]
        for step in finding.symptom.steps
        if step < len(finding.trace.events)
    ]
    writes = [event for event in events if event.operation != "read"]
    if not writes:
        return None
    last = writes[-1]
    reads = [event for event in events if event.operation == "read" and event.actor == last.actor]
    lost = [event for event in writes if event.actor != last.actor]
    return (reads[0], lost[-1], last) if reads and lost else None


def _lost_update(finding: Finding) -> dict[int, Mark]:
    update = stale_update(finding)
    if update is None:
        return {}
    read, lost, write = update
    what = "write" if lost.value is None else clip(clean(lost.value), 24)
    return {
        read.step: Mark(old=True, notes=(f"out of date from step {lost.step + 1} on",)),
        lost.step: Mark(notes=(f"lost at step {write.step + 1}",)),
        write.step: Mark(bad=True, notes=(f"✗ overwrites {lost.process}'s {what}",)),
    }


def _leak(finding: Finding) -> dict[int, Mark]:
    """The acquisition that was never undone, and the end of who made it."""
    symptom, events = finding.symptom, finding.trace.events
    waiting = {blocked.actor for blocked in finding.trace.blocked}
    taken = [
        event
        for event in events
        if event.object in symptom.objects
        and event.operation == "acquire"
        and event.actor not in waiting
        and event.result != "False"
    ]
    if not taken:
        return {}
    last = taken[-1]
    found = {last.step: Mark(bad=True, notes=("✗ never released",))}
    for event in events[last.step + 1 :]:
        if event.operation in ("exit", "die") and event.object == last.process:
            found[event.step] = Mark(bad=True, notes=(f"and still holds {clean(last.object)}",))
    return found


def _failures(finding: Finding) -> dict[int, str]:
    """What processes raised, at the event that led to it."""
    found: dict[int, str] = {}
    for ending in finding.trace.endings:
        if ending.error is None:
            continue
        mine = [event for event in finding.trace.events if event.actor == ending.process]
        here = [event for event in mine if ending.where is not None and event.where == ending.where]
        # After an error come the joins that every process makes when it ends.
        before = [event for event in mine if event.operation not in ("exit", "join", "terminate")]
        for event in (here or before)[-1:]:
            found[event.step] = f"✗ raises {clip(clean(ending.error), 60)}"
    return found
