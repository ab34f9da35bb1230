"""Queue and JoinableQueue: slots, a buffer in each process, a feeder, and the pipe behind it all.

`put` takes a slot and appends to the buffer of its own process; the *feeder*, a thread of that
process, pickles the item when it comes to it and writes it into the pipe (`flush`); `get` reads
the pipe and frees the slot. So qsize counts at once what get cannot yet have, items of different
processes overtake each other, what is changed after put arrives changed, and a process does not
end before its buffers are empty (Lib/multiprocessing/queues.py).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, ClassVar

from explorer.errors import ExplorerError
from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind, Refused
from explorer.objects.channel import Channel, Outcome
from explorer.objects.process import ProcessObject


class Buffer:
    """What one process has put and its feeder has not yet written.

    `pack` pickles an item. `failure` is what it raised, and the item, until the slot is freed.
    `joins`: whether the process waits for the feeder before it ends.
    """

    __slots__ = ("failure", "feeder", "items", "joined", "joins", "pack")

    def __init__(self, pack: Callable[[Any], bytes]) -> None:
        self.pack = pack
        self.items: deque[Any] = deque()
        self.feeder: Actor | None = None
        self.failure: tuple[Exception, Any] | None = None
        self.joins = True
        self.joined = False


class Queue(Channel):
    """`multiprocessing.Queue` with room for `slots` items; `taken` counts those in use."""

    __slots__ = ("buffers", "slots", "taken")
    kind: ClassVar[str] = "queue"

    def __init__(self, name: str, slots: int) -> None:
        super().__init__(name)
        self.slots = slots
        self.taken = 0
        self.buffers: dict[ProcessObject, Buffer] = {}

    def buffer(self, process: ProcessObject) -> Buffer:
        """The buffer of a process that has put something."""
        return self.buffers[process]

    def can_put(self, actor: Actor, operation: Operation) -> bool:
        """Whether a slot is free."""
        return self.taken < self.slots

    def put(self, actor: Actor, operation: Operation) -> bool:
        """Take a slot and append the item to the process's buffer; False if it is full."""
        if self.taken >= self.slots:
            return False
        self.taken += 1
        self.buffer(actor.process).items.append(operation.value)
        return True

    def can_flush(self, actor: Actor, operation: Operation) -> bool:
        """Whether there is an item and the writers' lock is free."""
        return bool(self.buffer(actor.process).items) and self.writer is None

    def flush(self, actor: Actor, operation: Operation) -> Outcome | None:
        """The feeder pickles the oldest item of its process, and writes it."""
        buffer = self.buffer(actor.process)
        item = buffer.items.popleft()
        try:
            message = buffer.pack(item)
        except ExplorerError:
            raise
        except Exception as error:
            buffer.failure = error, item
            return Outcome(f"cannot be pickled: {type(error).__name__}")
        return self.write(actor, message)

    def can_drop(self, actor: Actor, operation: Operation) -> bool:
        """Whether there is such an item, still."""
        return self.buffer(actor.process).failure is not None

    def drop(self, actor: Actor, operation: Operation) -> None:
        """Free the slot of an item that could not be pickled."""
        self.buffer(actor.process).failure = None
        self.taken -= 1

    def take(self, actor: Actor) -> bytes:
        """Take the oldest message, and free its slot."""
        self.taken -= 1
        return super().take(actor)

    def is_flushed(self, process: ProcessObject) -> bool:
        """Whether all that a process has put has gone into the pipe."""
        buffer = self.buffers.get(process)
        if buffer is None:
            return True
        writing = self.writer is not None and self.writer is buffer.feeder
        return not (buffer.items or buffer.failure or writing)

    def can_join_thread(self, actor: Actor, operation: Operation) -> bool:
        """Whether the feeder of this process has nothing left to do."""
        return self.is_flushed(actor.process)

    def join_thread(self, actor: Actor, operation: Operation) -> None:
        """The feeder has ended; the end of its process concerns this queue no more."""
        self.buffer(actor.process).joined = True
        actor.process.belongings.remove(self)

    def empty(self, actor: Actor, operation: Operation) -> bool:
        """Whether nothing is in the pipe; refused once the feeder has closed this process's end."""
        process = actor.process
        if process in self.closed and process in self.buffers and self.is_flushed(process):
            raise Refused(OSError("handle is closed"))
        return super().empty(actor, operation)

    def qsize(self, actor: Actor, operation: Operation) -> int:
        """How many slots are taken."""
        return self.taken

    def full(self, actor: Actor, operation: Operation) -> bool:
        """Whether no slot is free."""
        return self.taken >= self.slots

    def abandon(self, process: Any) -> None:
        """`process` ends, or was killed: what its feeder has not written is lost."""
        super().abandon(process)
        buffer = self.buffers[process]
        buffer.items.clear()
        buffer.failure = None
        if buffer.feeder is not None:
            buffer.feeder.ended = True

    def holders(self, actor: Actor, operation: Operation) -> list[Actor | Any]:
        """Who joins a feeder waits for the feeder, who else for the lock that it needs."""
        if operation.name == "join_thread":
            feeder = self.buffer(actor.process).feeder
            return [] if feeder is None else [feeder]
        return [] if operation.name in ("put", "join") else super().holders(actor, operation)

    def wakers(self, actor: Actor, operation: Operation) -> list[ProcessObject] | None:
        """As for any pipe; but who joins the tasks waits for nobody in particular."""
        return None if operation.name == "join" else super().wakers(actor, operation)

    def check(self) -> None:
        """Every slot in use is that of an item somewhere, or of one that was lost."""
        super().check()
        somewhere = len(self.messages) + sum(
            len(buffer.items) + (buffer.failure is not None) for buffer in self.buffers.values()
        )
        assert somewhere <= self.taken <= self.slots


class UnboundedQueue(Queue):
    """A queue without a bound on its items."""

    __slots__ = ()
    kind: ClassVar[str] = "unbounded queue"


class JoinableQueue(Queue):
    """`multiprocessing.JoinableQueue`: `tasks` were put and not yet said to be done."""

    __slots__ = ("tasks",)
    kind: ClassVar[str] = "joinable queue"
    label: ClassVar[str] = "JoinableQueue"

    def __init__(self, name: str, slots: int) -> None:
        super().__init__(name, slots)
        self.tasks = 0

    def put(self, actor: Actor, operation: Operation) -> bool:
        """The same, and one more task."""
        done = super().put(actor, operation)
        self.tasks += done
        return done

    def task_done(self, actor: Actor, operation: Operation) -> None:
        """One task less."""
        if self.tasks == 0:
            raise Refused(ValueError("task_done() called too many times"))
        self.tasks -= 1

    def is_done(self, actor: Actor, operation: Operation) -> bool:
        """Whether no task is left."""
        return self.tasks == 0

    def join(self, actor: Actor, operation: Operation) -> None:
        """All tasks are done."""


class UnboundedJoinableQueue(JoinableQueue):
    """The same without a bound on its items."""

    __slots__ = ()
    kind: ClassVar[str] = "unbounded joinable queue"


PUT = OperationKind("put", Queue.put, Queue.can_put)
TRY_PUT = OperationKind("put", Queue.put)
FLUSH = OperationKind("flush", Queue.flush, Queue.can_flush)
FINISH_FLUSH = OperationKind("flush", Channel.finish, Channel.fits)
DROP = OperationKind("drop", Queue.drop, Queue.can_drop)
JOIN_THREAD = OperationKind("join_thread", Queue.join_thread, Queue.can_join_thread)
EMPTY_NOW = OperationKind("empty", Queue.empty)
QSIZE = OperationKind("qsize", Queue.qsize)
FULL = OperationKind("full", Queue.full)
# A kind names the method of one class, so what a subclass does otherwise has kinds of its own.
PUT_TASK = OperationKind("put", JoinableQueue.put, Queue.can_put)
TRY_PUT_TASK = OperationKind("put", JoinableQueue.put)
TASK_DONE = OperationKind("task_done", JoinableQueue.task_done)
JOIN = OperationKind("join", JoinableQueue.join, JoinableQueue.is_done)
