"""What every shared object is: a state machine with no greenlet and no operating system in it.

The whole contract between an object and the engine is: operations (`OperationKind`) whose
`ready(object, actor, operation)` says whether one can go on now and whose
`apply(object, actor, operation)` does it; `waiting`, the actors whose pending operation this
object gates; `holders()` and `wakers()` for the waits-for graph; `locations()` for the final
state; `check()` for its own invariant; `inherit()` and `abandon()` for what each process has a
part in (`ProcessObject.belongings`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from mypy_extensions import mypyc_attr

from explorer.model.actor import Actor
from explorer.model.operation import Operation


@mypyc_attr(allow_interpreted_subclasses=True)
class SharedObject:
    """Base of all objects that more than one process can touch."""

    __slots__ = ("name", "waiting")

    kind: ClassVar[str] = "object"
    #: The word in names: "Lock" gives Lock#1, Lock#2, …
    label: ClassVar[str] = "Object"

    def __init__(self, name: str) -> None:
        self.name = name
        self.waiting: list[Actor] = []

    def holders(self, actor: Actor, operation: Operation) -> list[Actor | Any]:
        """The processes that own what `operation` waits for (the waits-for edges)."""
        return []

    def wakers(self, actor: Actor, operation: Operation) -> list[Any] | None:
        """The processes that could make room for `operation`, where it waits for room.

        None where it does not: whoever waits for an item or a notification waits for nobody in
        particular.
        """
        return None

    def affected(self) -> list[SharedObject]:
        """The other objects that a `wide` operation on this one changes."""
        return []

    def abandon(self, process: Any) -> None:
        """`process` has ended or was killed and had a part in this object (an open end, say)."""

    def row(self, operation: str, changed: str) -> str:
        """The row of the conflict table for what a `wide` operation on `changed` does to it."""
        return operation

    def inherit(self, parent: Any, child: Any) -> None:
        """`child` is being forked from `parent`, which has a part in this object."""

    def locations(self) -> Iterator[tuple[Any, Any]]:
        """The (part, value) pairs that make up this object's observable data."""
        return iter(())

    def check(self) -> None:
        """Raise AssertionError if the state breaks this object's invariant."""

    def __repr__(self) -> str:
        return f"<{self.name}>"
