"""Schedules that keep running and now and then leave a process that could go on.

Most known bugs need one to three preemptions (Musuvathi and Qadeer, PLDI 2007), so schedules with
few of them are tried often: listed one by one (`Skips`, for Hypothesis to draw and to shrink), or
at random and more often where it matters (`BiasedPreemption`).
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from explorer.engine.chooser import keep_running
from explorer.search.contention import contested

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from explorer.engine.loop import LogEntry
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation


class Skips:
    """Number k of the list belongs to decision k: how many enabled actors to skip there.

    They are counted round robin from the one that the default would choose, so 0 keeps running,
    and so does whatever lies behind the end of the list.
    """

    every_step = False
    delay: Callable[[Actor, Operation], int] | None = None

    def __init__(self, skips: Sequence[int]) -> None:
        self.skips = skips
        self.decision = 0

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins."""
        self.decision = 0

    def choose(self, ready: list[Actor], last: Actor) -> Actor:
        """The default, or who comes so many places behind it."""
        default = keep_running(ready, last)
        if self.decision >= len(self.skips):
            return default
        skip = self.skips[self.decision]
        self.decision += 1
        return ready[(ready.index(default) + skip) % len(ready)] if skip else default


class BiasedPreemption:
    """Leaves a running process with probability `quiet`, or `busy` where its next step conflicts.

    Who goes instead, and who goes on when one is blocked, is chosen evenly. Serves any number of
    runs, one at a time, each from where the last left off.
    """

    every_step = False
    delay: Callable[[Actor, Operation], int] | None = None

    def __init__(self, seed: int, quiet: float = 0.05, busy: float = 0.25) -> None:
        assert quiet <= busy, "it is busy places that are to be left more often"
        self.random = Random(seed).random
        self.quiet = quiet
        self.busy = busy

    def choose(self, ready: list[Actor], last: Actor) -> Actor:
        """`last`, mostly."""
        random = self.random
        if not last.ready:
            return ready[int(random() * len(ready))]
        draw = random()
        if draw >= self.busy or (draw >= self.quiet and not contested(last, ready)):
            return last
        other = ready[int(random() * (len(ready) - 1))]
        return ready[-1] if other is last else other
