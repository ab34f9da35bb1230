"""Every schedule that costs no more than a bound: in preemptions, or in delays.

Where there are too many traces for all of them, most bugs still need only one or two deviations
from a plain schedule (Musuvathi and Qadeer, PLDI 2007; Emmi, Qadeer, Rakamarić, POPL 2011). Nothing
is pruned: sleep sets and persistent sets are unsound under a bound, for the schedule that they keep
of a trace may cost more than the one that they leave out.

A *preemption* leaves an actor that could go on. A *delay* skips one actor in the plain order: keep
running, else round robin by creation order. The order goes by decisions; what the main process does
without one (`OperationKind.eager`) does not count as its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.engine.chooser import Chooser
    from explorer.engine.loop import LogEntry
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation

#: What it costs to choose the actor at this place of the plain order; whether `last` could go on.
Cost = Callable[[int, bool], int]


def preemptions(place: int, could_go_on: bool) -> int:
    """One for leaving an actor that could go on."""
    return int(could_go_on and place > 0)


def delays(place: int, could_go_on: bool) -> int:
    """One for each actor that is skipped."""
    return place


class Bounded:
    """The chooser: plays a prefix, then the plain order; notes what else it could afford."""

    every_step = False
    delay: Callable[[Actor, Operation], int] | None = None

    def __init__(self, prefix: tuple[int, ...], spent: int, bound: int, cost: Cost) -> None:
        self.prefix = prefix  # places in the plain order, one for each decision
        self.left = bound - spent
        self.cost = cost
        self.decision = 0
        self.last: Actor | None = None
        self.others: list[tuple[int, int, int]] = []  # (decision, place, what it costs)

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins."""
        self.decision = 0
        self.last = None

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """The actor at the prefix's place of the plain order, then the first."""
        order, could_go_on = self._plain_order(ready)
        decision = self.decision
        self.decision += 1
        place = 0
        if decision < len(self.prefix):
            place = self.prefix[decision]
        else:
            for other in range(1, len(order)):
                price = self.cost(other, could_go_on)
                if price <= self.left:
                    self.others.append((decision, other, price))
        self.last = order[place]
        return order[place]

    def _plain_order(self, ready: list[Actor]) -> tuple[list[Actor], bool]:
        last = self.last
        if last is None:
            return ready, False
        start = next((n for n, actor in enumerate(ready) if actor.index >= last.index), 0)
        return ready[start:] + ready[:start], last.ready


def within(
    run: Callable[[Chooser], Any], bound: int, cost: Cost = preemptions
) -> Iterator[tuple[int, Any]]:
    """Run every schedule that costs at most `bound`, each once, depth first.

    Yields:
        What each schedule costs, and the world of its run.
    """
    todo: list[tuple[tuple[int, ...], int]] = [((), 0)]
    while todo:
        prefix, spent = todo.pop()
        chooser = Bounded(prefix, spent, bound, cost)
        world = run(chooser)
        yield spent, world
        for decision, place, price in reversed(chooser.others):
            plain = (0,) * (decision - len(prefix))
            todo.append(((*prefix, *plain, place), spent + price))
