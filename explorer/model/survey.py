"""What a hunt counted on its way: the figures of its report, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Sample:
    """How far a hunt was at one moment; `seconds` are real ones."""

    seconds: float
    executions: int
    traces: int
    failing: int
    defects: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some runs looked wrong."""

    runs: int
    failing: int


@dataclass(frozen=True, slots=True)
class Survey:
    """One hunt in one target.

    `cells` go by how locks are placed (or what else is not a number in a scenario) and how many
    processes there are. `preemptions` and `endings` are of sampled runs, one for each example:
    how many runs had so many preemptions, and how they ended.
    """

    verdict: Verdict
    samples: tuple[Sample, ...] = ()
    cells: tuple[tuple[str, int, Share], ...] = ()
    preemptions: tuple[tuple[int, Share], ...] = ()
    endings: tuple[tuple[str, int], ...] = ()
