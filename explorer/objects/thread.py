"""A thread of a process as the others see it: running, or ended."""

from __future__ import annotations

from typing import Any, ClassVar

from explorer.model.actor import Actor
from explorer.model.operation import Access, Operation, OperationKind
from explorer.objects.base import SharedObject
from explorer.objects.process import ProcessObject


class ThreadObject(SharedObject):
    """The life of one thread; its process's end ends it, too."""

    __slots__ = ("actor", "daemon", "ended", "joined", "process")
    kind: ClassVar[str] = "thread"
    label: ClassVar[str] = "Thread"

    def __init__(self, name: str, process: ProcessObject, *, daemon: bool) -> None:
        super().__init__(name)
        self.process = process
        self.daemon = daemon
        self.ended = False
        self.joined = False  # the main thread knows that it has ended
        self.actor: Actor | None = None

    def end(self, actor: Actor, operation: Operation) -> None:
        """Its code has come to its end."""
        self.ended = True

    def has_ended(self, actor: Actor, operation: Operation) -> bool:
        """Whether a join would not wait."""
        return self.ended

    def join(self, actor: Actor, operation: Operation) -> bool:
        """Whether it has ended (False: the join timed out)."""
        return self.ended

    def is_alive(self, actor: Actor, operation: Operation) -> bool:
        """Whether it runs."""
        return not self.ended

    def holders(self, actor: Actor, operation: Operation) -> list[Actor | Any]:
        """Who joins waits for the thread."""
        return [] if self.actor is None else [self.actor]


class ForkOperation(Operation):
    """Starting a child from a process with threads: it copies that process's locks as they are.

    So it is a decision, and its order against the operations on these locks counts.
    """

    __slots__ = ("copied", "owner")

    def __init__(self, child: ProcessObject, copied: list[SharedObject]) -> None:
        super().__init__(START_COPY, child)
        self.copied = copied
        #: Whose name tells, as that of an `OwnedOperation`'s owner does, which footprint this has.
        self.owner = SharedObject(", ".join(sorted(thing.name for thing in copied)))

    def accesses(self) -> tuple[Access, ...]:
        """The start itself, and the state of all that is copied."""
        looks = {((thing.name, "state"), False): None for thing in self.copied}
        return (*super().accesses(), *looks)


END = OperationKind("end", ThreadObject.end)
JOIN = OperationKind("join", ThreadObject.join, ThreadObject.has_ended)
IS_ALIVE = OperationKind("is_alive", ThreadObject.is_alive)
START_COPY = OperationKind("start", ProcessObject.start)
