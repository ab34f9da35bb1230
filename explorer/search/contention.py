"""Do the next operations of two actors depend on their order? Asked at every decision, so fast.

Invariant: `dependent` says what `explorer.model.operation.conflict` says, which is the definition;
this is only quicker (0.2 µs against 3 µs), because most pairs differ in their object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.model.operation import conflict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from explorer.model.actor import Actor
    from explorer.model.operation import Operation

#: (object kind, one operation, the other, whether on the same key) -> whether they conflict, both
#: being on the same object and neither changing others.
_known: dict[tuple[str, str, str, bool], bool] = {}


def dependent(first: Operation, second: Operation) -> bool:
    """Whether two operations of different processes depend on their order."""
    here, there = first.object, second.object
    if here is not there:
        if first.kind.wide or second.kind.wide:
            return conflict(first, second)
        if first.gate is there or second.gate is here:
            return conflict(first, second)
        return False
    if first.kind.wide or second.kind.wide or first.gate is not here or second.gate is not here:
        return conflict(first, second)
    pair = (here.kind, first.kind.name, second.kind.name, first.key == second.key)
    known = _known.get(pair)
    if known is None:
        known = _known[pair] = conflict(first, second)
    return known


def contested(actor: Actor, ready: Iterable[Actor]) -> bool:
    """Whether what `actor` is about to do depends on the next operation of another one."""
    mine = actor.pending
    assert mine is not None
    return any(
        other is not actor and other.pending is not None and dependent(mine, other.pending)
        for other in ready
    )
