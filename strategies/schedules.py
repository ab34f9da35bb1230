"""Which schedules to try: a strategy first, then its numbers.

Searching wants dense numbers and reporting wants few; so one example stands for many schedules,
made from a few drawn numbers, and what is found is written down and minimised by others
(`explorer.minimize`). Nothing is drawn per decision: it would cost 40 µs each, more than a run.
"""

from __future__ import annotations

from typing import Final

from hypothesis.strategies import (
    DrawFn,
    SearchStrategy,
    composite,
    integers,
    lists,
    sampled_from,
    tuples,
)

from explorer.model.plan import SchedulePlan, Tag

RUNS: Final = 50  # schedules per example, at which Hypothesis costs less than the runs
_SEEDS: Final = integers(0, 65_535)
_STRENGTHS: Final = integers(0, 3)  # what lies past a strategy's last is its last
_SKIPS: Final = lists(integers(0, 3), max_size=24)
#: Ticks are milliseconds: the short ones order operations, the long ones outlast time-outs.
_TICKS: Final = sampled_from((1, 2, 3, 5, 10, 100, 1_000, 3_000))
_DELAYS: Final = lists(tuples(integers(0, 5), integers(1, 20), _TICKS), max_size=5)

Delays = list[tuple[int, int, int]]


def jitter() -> SearchStrategy[Delays]:
    """A few delays: (process, operation, ticks), process and operation counted from 1.

    (2, 3, 5) lets Process-2 sleep 5 ticks before its third operation; process 0 is the main one.
    Shrinks towards no delays.
    """
    return _DELAYS


@composite
def schedules(draw: DrawFn, runs: int = RUNS) -> SchedulePlan:
    """Plans for `runs` schedules each; shrinks towards one that preempts nobody."""
    tag = draw(sampled_from(Tag))
    if tag is Tag.KEEP_RUNNING:
        return SchedulePlan(tag, tuple(draw(_SKIPS)))
    strength = draw(_STRENGTHS)
    seed = draw(_SEEDS)
    listed = draw(_DELAYS) if tag is Tag.DELAYS else []
    flat = [number for delay in listed for number in delay]
    return SchedulePlan(tag, (seed, strength, *flat), runs)
