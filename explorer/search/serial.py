"""Serial executions: each process as far as it can go, in one order after another.

What they leave behind is what an update that was not lost would have given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, permutations

from explorer.model.actor import Actor
from explorer.model.operation import Operation

#: Orders tried where there are too many processes for all of them.
MAX_ORDERS = 24


class Serial:
    """Keep running; where that cannot be, the first in `order` that can go on.

    Actors that are not in `order` (feeders, signals in flight) go first: they only finish what a
    process has begun.
    """

    every_step = False
    delay: Callable[[Actor, Operation], int] | None = None

    def __init__(self, order: Sequence[str]) -> None:
        self.rank = {name: place for place, name in enumerate(order)}

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """`last` while it can go on, else by rank."""
        if last.ready:
            return last
        return min(ready, key=lambda actor: self.rank.get(actor.name, -1))


def orders(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """All orders of up to four processes; of more, rotations forwards and backwards."""
    if len(names) <= 4:
        yield from permutations(names)
        return
    every = (
        tuple(line[start:]) + tuple(line[:start])
        for line in (tuple(names), tuple(reversed(names)))
        for start in range(len(names))
    )
    yield from islice(dict.fromkeys(every), MAX_ORDERS)
