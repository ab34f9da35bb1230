"""Partial order sampling: every event has a random priority, drawn anew when it lost a race.

A random walk favours partial orders that many interleavings share. Here each pending event gets a
random priority, the highest goes next, and the pending events that conflict with it draw again,
so that having lost one race says nothing about the next (Yuan, Yang and Gu, CAV 2018).

    paper                                   here
    pri(e)                                  `priority` of the actor whose next event e is
    enabled events                          the pending operations of `ready`
    e and e' race                           `dependent`: different actors, conflicting operations
    reset the priorities of e's races       the loop over the log in `choose`

Where we differ: the engine asks only where there is a choice, so all the events since the last
question are caught up with at once; an event that was alone had won whatever its priority.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from explorer.search.contention import dependent

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.engine.loop import LogEntry
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation


class POS:
    """The enabled actor whose next event has the highest priority goes next.

    Serves any number of runs, one at a time, each from where the last left off.
    """

    every_step = False
    delay: Callable[[Actor, Operation], int] | None = None

    def __init__(self, seed: int) -> None:
        self.random = Random(seed).random
        self.log: list[LogEntry] = []
        self.seen = 0  # how much of the log has been caught up with
        self.priority: dict[int, float] = {}

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins."""
        self.log = log
        self.seen = len(log)
        self.priority = {}

    def choose(self, ready: list[Actor], last: Actor) -> Actor:
        """Who comes first by priority."""
        priority = self.priority
        if self.seen < len(self.log):
            self._catch_up(ready)
        chosen = ready[0]
        highest = -1.0
        for actor in ready:
            index = actor.index
            if index not in priority:
                priority[index] = self.random()
            if priority[index] > highest:
                highest = priority[index]
                chosen = actor
        return chosen

    def _catch_up(self, ready: list[Actor]) -> None:
        priority = self.priority
        for performer, operation, _ in self.log[self.seen :]:
            priority.pop(performer.index, None)  # its next event draws
            for other in ready:
                lost = other.pending
                if other is not performer and lost is not None and dependent(operation, lost):
                    priority.pop(other.index, None)
        self.seen = len(self.log)
