"""What became of one lock placement: whether it is safe, and how much concurrency it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from explorer.model.verdict import Coverage, Symptom, Verdict


@dataclass(frozen=True, slots=True)
class Concurrency:
    """How much of a program's work can go on at once: one run on the virtual clock.

    In it every operation on shared data takes one tick, a sleep what it says, and locks nothing.

    Args:
        operations: operations on shared data.
        locked: those of them that are done with a lock held.
        acquired: how often a lock is taken.
        longest: how long a lock is held without a break, at most, in ticks.
        work: ticks that all processes together are at work.
        span: ticks from the beginning of the run to its end.
    """

    operations: int
    locked: int
    acquired: int
    longest: float
    work: float
    span: float

    @property
    def average(self) -> float:
        """How many processes are at work at once, on average."""
        return self.work / self.span if self.span else 1.0


@dataclass(frozen=True, slots=True)
class Placement:
    """One lock placement that was tried.

    Args:
        how: in words: "the whole of work", "all / none".
        lock: the lock it uses: "counter.get_lock()"; empty if it only changes those there are.
        origin: where a new lock comes from: "new, passed to work".
        where: the lines that come to lie under the lock, or are changed.
        coverage: how much was run to judge it.
        symptom: what it showed; None: nothing, so it is safe as far as `coverage` goes.
        concurrency: None where the measured run does not end.
        parameters: of a scenario.
        diff: from the program as it is; empty if this is the program as it is.
    """

    how: str
    lock: str
    coverage: Coverage
    origin: str = ""
    where: tuple[str, ...] = ()
    symptom: Symptom | None = None
    concurrency: Concurrency | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    diff: str = ""
    text: str = ""  # the changed program

    @property
    def safe(self) -> bool:
        """Whether nothing was found with it."""
        return self.symptom is None and self.coverage.traces > 0

    @property
    def verdict(self) -> str:
        """As for a target: "passed", "failed" or "inconclusive"."""
        if self.symptom is not None:
            return "failed"
        return "passed" if self.coverage.exhaustive and self.coverage.traces else "inconclusive"

    @property
    def changed(self) -> int:
        """How many lines its diff adds or takes away."""
        lines = self.diff.splitlines()
        return sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in lines if line)


def smallest(placements: tuple[Placement, ...]) -> Placement | None:
    """The smallest safe one: least under a lock, held shortest, most at work at once.

    What was verified comes before what was only tried; what is still the same is decided by how
    often locks are taken, by the size of the change, and by the order in which they were tried.
    """
    safe = [each for each in placements if each.safe and (each.diff or each.parameters)]
    return min(safe, key=_size, default=None)


def _size(placement: Placement) -> tuple[float, ...]:
    found = placement.concurrency
    if found is None:
        return (not placement.coverage.exhaustive, float("inf"))
    return (
        not placement.coverage.exhaustive,
        found.locked,
        found.longest,
        -found.average,
        found.acquired,
        placement.changed,
    )


@dataclass(frozen=True, slots=True)
class Repair:
    """What is wrong with a target, and which lock placements make it right.

    Args:
        verdict: of the target as it is.
        placements: that were tried, the program as it is first.
        best: the smallest safe one, if there is one.
        advice: what to do where none is safe, or nothing could be tried.
    """

    verdict: Verdict
    placements: tuple[Placement, ...] = ()
    best: Placement | None = None
    advice: str = ""
