"""Probabilistic concurrency testing: random priorities that change at a few random moments.

A bug of depth d, that is one which shows whenever d events come in a certain order, is found by
each run with probability at least 1 / (n · k^(d-1)) (Burckhardt, Kothari, Musuvathi and
Nagarakatte, ASPLOS 2010).

    paper                                   here
    n threads                               actors
    k, the number of steps                  `length`, of decisions
    d, the depth                            `depth`
    initial priorities d … d+n-1            random numbers in [1, 2), drawn when first seen
    change points k_1 … k_(d-1)             `changes`, decision -> new priority
    at k_i the priority becomes i           … becomes i / d, below all initial ones

Where we differ: k counts the decisions where there is a choice, since changing a priority where
only one actor can go on changes nothing; after the first run it is what the last run had, since
change points past the end are wasted; and the change comes before the step, not after it.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.engine.loop import LogEntry
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation


class PCT:
    """The enabled actor of the highest priority goes next.

    Args:
        depth: at least 1; 1 changes no priority at all.
        length: how many decisions the first run is expected to have.

    Serves any number of runs, one at a time, each from where the last left off.
    """

    every_step = False
    delay: Callable[[Actor, Operation], int] | None = None

    def __init__(self, seed: int, depth: int = 2, length: int = 16) -> None:
        self.random = Random(seed).random
        self.depth = depth
        self.length = length
        self.decision = 0
        self.changes: dict[int, float] = {}
        self.priority: dict[int, float] = {}

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins: new priorities, new change points."""
        if self.decision:
            self.length = self.decision
        self.decision = 0
        self.priority = {}
        self.changes = {
            int(self.random() * self.length): change / self.depth for change in range(1, self.depth)
        }

    def choose(self, ready: list[Actor], last: Actor) -> Actor:
        """Who comes first by priority, after the change that is due, if any."""
        chosen = self._highest(ready)
        change = self.changes.get(self.decision)
        self.decision += 1
        if change is None:
            return chosen
        self.priority[chosen.index] = change
        return self._highest(ready)

    def _highest(self, ready: list[Actor]) -> Actor:
        priority = self.priority
        chosen = ready[0]
        highest = -1.0
        for actor in ready:
            index = actor.index
            if index not in priority:
                priority[index] = 1.0 + self.random()
            if priority[index] > highest:
                highest = priority[index]
                chosen = actor
        return chosen
