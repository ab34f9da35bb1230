"""What a search concludes: findings with their minimal cases, and a verdict with its coverage."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from explorer.model.case import Case
from explorer.model.trace import SourceLine, Trace


class Kind(StrEnum):
    """The kinds of finding, as in the JSON."""

    LOST_UPDATE = "lost-update"
    DEADLOCK = "deadlock"
    STARVATION = "starvation"
    LEAK = "leak"
    ASSERTION = "assertion"
    EXCEPTION = "exception"
    LIVELOCK = "livelock"


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that a detector saw in one trace.

    `objects` and `where` make up the defect's identity: the same kind, the same objects and the
    same source lines are the same defect, however many traces show it. `steps` are the events
    that make it up (for the picture), `processes` who takes part.
    """

    kind: Kind
    summary: str
    objects: tuple[str, ...] = ()
    where: tuple[SourceLine, ...] = ()
    processes: tuple[str, ...] = ()
    steps: tuple[int, ...] = ()
    cycle: tuple[str, ...] = ()  # the waits-for cycle, each waiting for the next
    also: tuple[Kind, ...] = ()
    possible: bool = False  # it could not be decided whether the update mattered
    firm: bool = False  # shows whatever processes outside it would do: may be looked at alone
    left: str = ""  # a lost update: what the location holds at the end, …
    serial: tuple[str, ...] = ()  # … and what it holds after serial executions

    @property
    def defect(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """What makes two symptoms the same defect."""
        return (self.kind.value, self.objects, tuple(sorted({str(line) for line in self.where})))


@dataclass(frozen=True, slots=True)
class Complexity:
    """How simple a failing case is; smaller is simpler, fields in order of importance."""

    processes: int
    operations: int
    preemptions: int
    delays: int
    length: int
    values: int = 0

    @property
    def key(self) -> tuple[int, ...]:
        """For comparing."""
        return (
            self.processes,
            self.operations,
            self.preemptions,
            self.delays,
            self.length,
            self.values,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """A defect with the smallest case known to show it."""

    symptom: Symptom
    case: Case
    trace: Trace
    complexity: Complexity
    minimal: str = "not tried"  # "proven", or "up to N smaller schedules tried"
    file: str | None = None

    @property
    def kind(self) -> Kind:
        """The cause."""
        return self.symptom.kind


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was looked at, in what sense: "exhaustive", "bounded" (by what) or "sampled"."""

    executions: int
    traces: int
    failing_traces: int = 0
    exhaustive: bool = False
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a search says about a target: "passed", "failed" or "inconclusive"."""

    target: str
    verdict: str
    coverage: Coverage
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
