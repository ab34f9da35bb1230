"""Could an actor have gone on in a state that no run went through? A run up to there tells.

Answers are kept by what the actor waits for and by all that has been done to it: the same events
that conflict with an operation, in the same order, leave it able to go on or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from explorer.model.text import show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from explorer.engine.chooser import Chooser
    from explorer.engine.loop import LogEntry
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation
    from explorer.search.footprints import Footprint

#: What has been done to what an operation waits for.
Word = tuple[tuple[str, ...], ...]


class Probe:
    """A chooser that plays these decisions, sees whether `wanted` can go then, and gives up."""

    every_step = True
    delay: Callable[[Actor, Operation], int] | None = None

    def __init__(self, order: Sequence[str], wanted: str) -> None:
        self.order = order
        self.wanted = wanted
        self.decision = 0
        self.answer = False

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """The next of `order`; None at its end."""
        decision = self.decision
        self.decision += 1
        if decision == len(self.order):
            self.answer = any(actor.name == self.wanted for actor in ready)
            return None
        return next((actor for actor in ready if actor.name == self.order[decision]), None)


class Probes:
    """All that one search has found out in this way."""

    def __init__(self, run: Callable[[Chooser], Any]) -> None:
        self._run = run
        self._known: dict[tuple[Any, ...], bool] = {}
        self.made = 0

    def could_go(
        self, actor: str, operation: Operation, order: Callable[[], list[str]], word: Word
    ) -> bool:
        """Whether `actor` could perform `operation` after the decisions in `order`.

        Args:
            word: what they have done that conflicts with it.
        """
        key = (actor, operation.kind, operation.object.name, show(operation.key), word)
        known = self._known.get(key)
        if known is None:
            probe = Probe(order(), actor)
            self._run(probe)
            self.made += 1
            known = self._known[key] = probe.answer
        return known


def word(
    log: Sequence[LogEntry], events: Sequence[int], feet: Sequence[Footprint], foot: Footprint
) -> Word:
    """Those of these events of a run that conflict with `foot`."""
    found = []
    for number in events:
        if foot.conflicts(feet[number]):
            actor, operation, result = log[number]
            found.append(
                (
                    actor.name,
                    operation.kind.name,
                    operation.object.name,
                    show(operation.key),
                    show(operation.value),
                    show(result),
                )
            )
    return tuple(found)
