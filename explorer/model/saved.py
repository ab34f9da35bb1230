"""A saved case: a case, what it shows, and the steps that a strict replay holds it against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from explorer.model.case import Case
from explorer.model.trace import Trace
from explorer.model.verdict import Kind

LONGEST_ROUND: Final = 100  # steps of a loop that is looked for at the end of a livelock


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded event: who did what to which object, and who could have gone on instead.

    `process` is the actor's name ("Process-1", "Process-1/feeder of Queue#1"), `object` as in
    places ("Array#1[3]"). Values and lines are left out: they may change without the race changing.
    """

    process: str
    operation: str
    object: str
    enabled: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.process} to {self.operation} {self.object}".rstrip()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a saved case shows, as the case file says it. `where` are lines such as "counter.py:6".

    `fingerprint` tells one defect from another and survives unrelated edits: it is made of kind,
    objects and operations, not of lines.
    """

    kind: Kind
    summary: str
    fingerprint: str
    also: tuple[Kind, ...] = ()
    objects: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    operations: int = 0
    preemptions: int = 0
    delays: int = 0
    minimal: str = "not tried"


@dataclass(frozen=True, slots=True)
class SavedCase:
    """The content of a case file. `expect` is "fails" (a reproduction) or "passes" (a guard).

    The steps of a livelock, which has no end, are those up to where they repeat themselves.
    """

    case: Case
    processes: int
    shows: Shown
    expect: str = "fails"
    steps: tuple[Step, ...] = ()


def steps_of(trace: Trace) -> tuple[Step, ...]:
    """The steps of a recorded run."""
    return tuple(
        Step(event.actor, event.operation, event.label, event.enabled) for event in trace.events
    )


def up_to_the_rounds(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Steps that end in rounds of the same steps, with the first two rounds only; else all."""
    for length in range(1, min(LONGEST_ROUND, len(steps) // 3) + 1):
        start = len(steps) - length
        while start and steps[start - 1] == steps[start - 1 + length]:
            start -= 1
        if len(steps) - start >= 3 * length:
            return steps[: start + 2 * length]
    return steps
