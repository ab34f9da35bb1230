"""From a plan to its choosers: the portfolio of searches, each good at other bugs.

No single search is best (a 2024 study over 46 programs: POS finds lock-order and atomicity bugs
sooner, PCT order bugs with many threads; together they find more than either), so Hypothesis
draws which one goes next, and how strongly it disturbs the default schedule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, islice, repeat
from typing import Final, TypeVar

from explorer.engine.chooser import Chooser
from explorer.model.plan import SchedulePlan, Tag
from explorer.search.jitter import DelayList, RandomJitter, scramble
from explorer.search.pct import PCT
from explorer.search.pos import POS
from explorer.search.preemption import BiasedPreemption, Skips
from explorer.search.random_walk import RandomWalk

Setting = TypeVar("Setting")

#: What the second number of a plan chooses; past the end, the last.
PREEMPTION: Final = ((0.1, 0.5), (0.05, 0.25), (0.02, 0.1))  # quiet, busy
#: Deeper finds rarer orders, and simple ones later; 1 changes no priority.
DEPTH: Final = (2, 3, 5, 1)
SHARE_AND_MOST: Final = ((0.25, 5), (0.5, 20), (0.1, 5), (0.05, 3_000))


def choosers(plan: SchedulePlan) -> Iterator[Chooser]:
    """The `plan.runs` choosers of a plan, in order. The same plan gives the same.

    Use each for one run, and before asking for the next: most of them are the same object, which
    goes on from run to run.
    """
    if plan.tag is Tag.DELAYS:
        return islice(_delayed(plan.numbers), plan.runs)
    return repeat(_chooser(plan), plan.runs)


def _chooser(plan: SchedulePlan) -> Chooser:
    seed, strength = (*plan.numbers, 0, 0)[:2]
    match plan.tag:
        case Tag.PREEMPTION:
            return BiasedPreemption(seed, *_at(PREEMPTION, strength))
        case Tag.RANDOM:
            return RandomWalk(seed)
        case Tag.PCT:
            return PCT(seed, _at(DEPTH, strength))
        case Tag.POS:
            return POS(seed)
        case _:
            return Skips(plan.numbers)


def _delayed(numbers: tuple[int, ...]) -> Iterator[Chooser]:
    """The listed delays, if there are any, then jitter of the given strength without end."""
    seed, strength, *listed = (*numbers, *(0, 0)[len(numbers) :])
    if listed:
        yield DelayList(zip(listed[::3], listed[1::3], listed[2::3], strict=True))
    for run in count():
        yield RandomJitter(scramble(seed, run), *_at(SHARE_AND_MOST, strength))


def _at(table: Sequence[Setting], strength: int) -> Setting:
    return table[min(strength, len(table) - 1)]
