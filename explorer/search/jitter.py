"""Schedules made of delays: processes sleep before some of their operations, and so overtake.

This is what sleeps in real programs do, and what can be done to real processes. Places are counted
per process here, since that is what can be drawn before anything is known of a program; a finding
is written down with places named (`explorer.search.delays`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from explorer.engine.chooser import keep_running
from explorer.model.actor import MAIN

if TYPE_CHECKING:
    from explorer.engine.loop import LogEntry
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation

#: The ticks that an actor sleeps before its n-th operation, counted from 1.
Ticks = Callable[["Actor", int], int]

_MASK: Final = 0xFFFFFFFF
_EVEN: Final = 256  # shares are out of so many


class Arrivals:
    """Counts the operations that each actor comes to, and asks `ticks` about each."""

    def __init__(self, ticks: Ticks) -> None:
        self.ticks = ticks
        self.counts: dict[int, int] = {}

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins."""
        self.counts = {}

    def __call__(self, actor: Actor, operation: Operation) -> int:
        """The ticks that `actor` sleeps before `operation`."""
        index = actor.index
        count = self.counts.get(index, 0) + 1
        self.counts[index] = count
        return self.ticks(actor, count)


class _Jittery:
    """Keeps running; what order there is comes from the delays. Serves any number of runs."""

    every_step = False

    def __init__(self, ticks: Ticks) -> None:
        self.arrivals = Arrivals(ticks)
        self.delay: Callable[[Actor, Operation], int] | None = self.arrivals

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins."""
        self.arrivals.begin(log)

    def choose(self, ready: list[Actor], last: Actor) -> Actor:
        """The default."""
        return keep_running(ready, last)


class DelayList(_Jittery):
    """The delays that are listed, and no others.

    Args:
        delays: (process, operation, ticks), each counted from 1; "(2, 3, 5)" lets Process-2 sleep
            5 ticks before its third operation. Process 0 is the main process. Of two delays
            before the same operation, the later counts.
    """

    def __init__(self, delays: Iterable[tuple[int, int, int]]) -> None:
        listed = {
            (f"Process-{process}" if process else MAIN, count): ticks
            for process, count, ticks in delays
        }
        super().__init__(lambda actor, count: listed.get((actor.name, count), 0))


class RandomJitter(_Jittery):
    """A share of all operations, chosen at random, is slept before; 1 to `most` ticks.

    All of it is a function of the seed, so each run under it has the same delays.
    """

    def __init__(self, seed: int, share: float = 0.25, most: int = 10) -> None:
        limit = int(share * _EVEN)

        def ticks(actor: Actor, count: int) -> int:
            number = scramble(seed, actor.index, count)
            return 1 + (number >> 8) % most if number % _EVEN < limit else 0

        super().__init__(ticks)


def scramble(*numbers: int) -> int:
    """A number below 2**32 that looks random and depends on all the given ones.

    The finaliser of MurmurHash3 over each (Appleby; public domain), 0.3 µs for three: a seeded
    generator for each would take 5 µs.
    """
    mixed = 0
    for number in numbers:
        mixed = (mixed * 0x9E3779B1 + number + 0x7F4A7C15) & _MASK
        mixed = ((mixed ^ (mixed >> 16)) * 0x85EBCA6B) & _MASK
        mixed = ((mixed ^ (mixed >> 13)) * 0xC2B2AE35) & _MASK
        mixed ^= mixed >> 16
    return mixed
