"""A plan: which schedules to try, as small numbers that Hypothesis can draw and shrink.

A plan stands for many runs, since making one costs Hypothesis as much as ten to twenty runs cost
us. All its numbers shrink towards 0, and what they mean is up to the strategy that `tag` names;
`explorer.search.portfolio.choosers` is the one place that knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tag(StrEnum):
    """The strategies, simplest first."""

    KEEP_RUNNING = "keep-running"  # the default, but for the listed skips
    PREEMPTION = "preemption"  # the default, left at random
    RANDOM = "random"  # a random walk
    PCT = "pct"
    POS = "pos"
    DELAYS = "delays"  # the default, with sleeps


@dataclass(frozen=True, slots=True)
class SchedulePlan:
    """`runs` schedules of the strategy `tag`.

    Args:
        numbers: keep-running: how many enabled actors to skip at each decision, () preempts
            nobody. The others: a seed, then how strong the disturbance is, each from 0. Delays:
            after these two, threes of (process, operation, ticks) that are tried first.
    """

    tag: Tag = Tag.KEEP_RUNNING
    numbers: tuple[int, ...] = ()
    runs: int = 1

    def __str__(self) -> str:
        return f"{self.tag} {', '.join(map(str, self.numbers))} × {self.runs}"
