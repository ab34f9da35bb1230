"""Livelock: the run reached its step limit. The lines of its loop are the defect."""

from __future__ import annotations

from typing import Final

from explorer.model.trace import Trace
from explorer.model.verdict import Kind, Symptom

WINDOW: Final = 100  # events at the end of the run in which its loop is looked for


def livelocks(trace: Trace) -> list[Symptom]:
    """At most one: the run was cut off, with the lines that its last events came from."""
    if trace.end != "cut off":
        return []
    tail = trace.events[-WINDOW:]
    lines = {str(event.where): event.where for event in tail if event.where}
    names = tuple(dict.fromkeys(event.process for event in tail))
    return [
        Symptom(
            kind=Kind.LIVELOCK,
            summary=f"{', '.join(names)} did not come to an end in {len(trace.events)} operations",
            objects=tuple(sorted({event.object for event in tail})),
            where=tuple(lines[line] for line in sorted(lines)),
            processes=names,
            steps=tuple(event.step for event in tail[-1:]),
        )
    ]
