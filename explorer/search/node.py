"""A decision of the execution that the search is in, and what the search needs of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from explorer.search.readiness import Pictures, pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.engine.loop import LogEntry
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation
    from explorer.objects.base import SharedObject
    from explorer.search.footprints import Footprint
    from explorer.search.wakeup import Branch


class World(Protocol):
    """What the search needs of a run that was made (see `VirtualWorld`)."""

    log: list[LogEntry]
    wakes: list[tuple[int, Actor]]
    stranded: Sequence[Actor]
    waited_for: Sequence[Operation | None]
    victims: tuple[tuple[Actor, Operation | None], ...]
    cut_off: bool
    fair_from: int | None
    abandoned: bool


class Node:
    """Who was chosen, and what else is to be tried in its place.

    `kind` is what it does, `place` the actor's in the list of those that could go, `number` the
    event's in the log. `sleep` says who need not go here: what it would do has been tried before,
    here or earlier. `pictures` are of the objects that the event changed, and `belongings` of its
    process (`ProcessObject.belongings`), both from before it. `before` is the decision before of
    the same actor, `count` the number of its decisions up to this one. `spins`: see `spinning`.
    """

    __slots__ = (
        "actor",
        "before",
        "belongings",
        "count",
        "foot",
        "kind",
        "number",
        "pictures",
        "place",
        "sleep",
        "spins",
        "todo",
        "tried",
    )

    def __init__(self, number: int, sleep: dict[str, Footprint], todo: list[Branch]) -> None:
        self.number = number
        self.sleep = sleep
        self.todo = todo
        self.tried = 0  # branches that are done

    def take(
        self,
        actor: Actor,
        place: int,
        foot: Footprint,
        before: Node | None,
        *,
        spins: bool,
    ) -> None:
        """This actor goes."""
        operation = actor.pending
        assert operation is not None
        self.actor = actor.name
        self.place = place
        self.kind = operation.kind
        self.foot = foot
        self.pictures: Pictures = pictures(operation)
        self.belongings: tuple[SharedObject, ...] = tuple(actor.process.belongings)
        self.before = before
        self.count: int = 1 if before is None else before.count + 1
        self.spins = spins

    def turn(self) -> Branch | None:
        """Take the next branch; None if there is none left."""
        self.sleep = {**self.sleep, self.actor: self.foot}
        self.tried += 1
        if not self.todo:
            return None
        branch = self.todo.pop(0)
        self.actor, self.foot = branch.actor, branch.foot
        return branch

    def __repr__(self) -> str:
        return f"<{self.actor}, {self.tried} tried, {len(self.todo)} to do>"
