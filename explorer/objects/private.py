"""Locks, conditions, events, barriers and queues of one process, for its threads.

They are those of `threading` and `queue`, as a manager's server has them (`objects.served`), and
they are memory of their process: a fork copies them as they are, with nobody waiting. A lock that
another thread than the forking one held stays held in the child, for ever.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind, Refused
from explorer.objects import barrier as barriers
from explorer.objects import condition as conditions
from explorer.objects import lock as locks
from explorer.objects import semaphore as semaphores
from explorer.objects import served
from explorer.objects.process import ProcessObject

Copy = Callable[[Any], Any]


def _name(name: str, child: ProcessObject) -> str:
    return f"{name.partition(' in ')[0]} in {child.name}"


class PrivateLock(served.ServedLock):
    """`threading.Lock`; `heir`: the child whose main thread has it since the fork."""

    __slots__ = ("heir",)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.heir: ProcessObject | None = None

    def copied(self, child: ProcessObject, forking: Actor, copy: Copy) -> PrivateLock:
        """The child's."""
        made = type(self)(_name(self.name, child))
        made.count, made.owner = self.count, self.owner
        if self.owner is forking or self.heir is forking.process:
            made.heir = child
        return made

    def is_open_to(self, actor: Actor) -> bool:
        """Whether `actor` could take it now."""
        self.settle()
        return super().is_open_to(actor)

    def is_held(self, actor: Actor, operation: Operation) -> bool:
        """Whether anybody holds it."""
        return self.count > 0

    def settle(self) -> None:
        """The main thread of the child is the thread that forked it."""
        if self.heir is not None and self.heir.main is not None:
            self.owner, self.heir = self.heir.main, None

    def holders(self, actor: Actor, operation: Operation) -> list[Actor]:
        """Its holder, unless that was left behind by a fork."""
        self.settle()
        return [one for one in super().holders(actor, operation) if one.process is actor.process]


class PrivateRLock(PrivateLock):
    """`threading.RLock`."""

    __slots__ = ()

    def is_open_to(self, actor: Actor) -> bool:
        """Free, or already its own."""
        self.settle()
        return self.count == 0 or self.owner is actor

    def release(self, actor: Actor, operation: Operation) -> None:
        """Undo one acquire of the owner's."""
        self.settle()
        if self.owner is not actor:
            raise Refused(RuntimeError("cannot release un-acquired lock"))
        self.count -= 1
        if self.count == 0:
            self.owner = None


class PrivateSemaphore(served.ServedSemaphore):
    """`threading.Semaphore`, or BoundedSemaphore if there is a maximum."""

    __slots__ = ()

    def copied(self, child: ProcessObject, forking: Actor, copy: Copy) -> PrivateSemaphore:
        """The child's."""
        made = PrivateSemaphore(_name(self.name, child), self.initial, self.maximum)
        made.value, made.owners = self.value, list(self.owners)
        return made

    def release(self, actor: Actor, operation: Operation) -> None:
        """Give back as many permits as `operation.value` says."""
        count = operation.value or 1
        if self.value + count > self.maximum:
            raise Refused(ValueError("Semaphore released too many times"))
        for _ in range(count):
            super().release(actor, operation)

    def holders(self, actor: Actor, operation: Operation) -> list[Actor | Any]:
        """Who has taken a permit, unless a fork left it behind."""
        found = super().holders(actor, operation)
        return [one for one in found if one.process is actor.process]


class PrivateCondition(served.ServedCondition):
    """`threading.Condition`."""

    __slots__ = ()

    def copied(
        self, child: ProcessObject, forking: Actor, copy: Copy, lock: locks.Lock
    ) -> PrivateCondition:
        """The child's, over its copy of the lock."""
        return PrivateCondition(_name(self.name, child), lock)

    def owned(self, actor: Actor) -> bool:
        """Any lock that is taken will do, if it has no owner of its own."""
        self.lock.is_open_to(actor)  # see `PrivateLock.settle`
        return (
            self.lock.owner is actor
            if isinstance(self.lock, PrivateRLock)
            else (self.lock.count > 0)
        )


class PrivateEvent(served.ServedEvent):
    """`threading.Event`."""

    __slots__ = ()

    def copied(self, child: ProcessObject, forking: Actor, copy: Copy) -> PrivateEvent:
        """The child's."""
        made = PrivateEvent(_name(self.name, child))
        made.flag = self.flag
        return made


class PrivateBarrier(served.ServedBarrier):
    """`threading.Barrier`."""

    __slots__ = ()

    def copied(self, child: ProcessObject, forking: Actor, copy: Copy) -> PrivateBarrier:
        """The child's: nobody waits at it, but whoever waited there still counts."""
        made = PrivateBarrier(_name(self.name, child), self.parties, acts=self.acts)
        made.state, made.count, made.index = self.state, self.count, dict(self.index)
        return made


class PrivateQueue(served.ServedQueue):
    """`queue.Queue`, and `queue.SimpleQueue`, which has no bound."""

    __slots__ = ()

    def copied(self, child: ProcessObject, forking: Actor, copy: Copy) -> PrivateQueue:
        """The child's, with copies of the items."""
        made = type(self)(_name(self.name, child), self.maxsize)
        made.items = deque(copy(item) for item in self.items)
        made.unfinished = self.unfinished
        return made

    def get(self, actor: Actor, operation: Operation) -> served.Taken | None:
        """The next item; None if there is none."""
        return served.Taken(self.pick()) if self.items else None

    def wakers(self, actor: Actor, operation: Operation) -> list[Any] | None:
        """The other threads might make room."""
        if operation.name != "put":
            return None
        return [one for one in actor.process.actors if one is not actor and not one.ended]

    def pick(self) -> Any:
        """Take out the oldest."""
        return self.items.popleft()


class PrivateStack(PrivateQueue):
    """`queue.LifoQueue`."""

    __slots__ = ()

    def pick(self) -> Any:
        """Take out the youngest."""
        return self.items.pop()


class PrivateHeap(PrivateQueue):
    """`queue.PriorityQueue`."""

    __slots__ = ()

    def put(self, actor: Actor, operation: Operation) -> bool:
        """Put an item in at its place; False if it is full."""
        if not self.can_put(actor, operation):
            return False
        items = list(self.items)
        try:
            heappush(items, operation.value)
        except Exception as error:
            raise Refused(error) from None
        self.items = deque(items)
        self.unfinished += 1
        return True

    def pick(self) -> Any:
        """Take out the smallest."""
        items = list(self.items)
        smallest = heappop(items)
        self.items = deque(items)
        return smallest


Private = (
    PrivateLock | PrivateSemaphore | PrivateCondition | PrivateEvent | PrivateBarrier | PrivateQueue
)

LOCKED = OperationKind("locked", PrivateLock.is_held)
RELEASE = OperationKind("release", PrivateLock.release)
RELEASE_RLOCK = OperationKind("release", PrivateRLock.release)
RELEASE_PERMIT = OperationKind("release", PrivateSemaphore.release)
ACQUIRE_PERMIT = semaphores.ACQUIRE
TRY_PERMIT = semaphores.TRY_ACQUIRE
WAIT = OperationKind("wait", conditions.Condition.wait, wide=True)
WAKE = OperationKind("wake", conditions.Condition.wake, conditions.Condition.can_wake, wide=True)
WAKE_NOW = OperationKind("wake", conditions.Condition.wake, wide=True)
NOTIFY = OperationKind("notify", served.ServedCondition.notify)
IS_SET = OperationKind("is_set", served.ServedEvent.is_set)
SET = OperationKind("set", served.ServedEvent.set)
CLEAR = OperationKind("clear", served.ServedEvent.clear)
AWAIT = OperationKind("wait", served.ServedEvent.is_set, served.ServedEvent.is_set)
COME = barriers.WAIT
PUT = OperationKind("put", PrivateQueue.put, PrivateQueue.can_put)
TRY_PUT = OperationKind("put", PrivateQueue.put)
PUT_HEAP = OperationKind("put", PrivateHeap.put, PrivateQueue.can_put)
TRY_PUT_HEAP = OperationKind("put", PrivateHeap.put)
GET = OperationKind("get", PrivateQueue.get, PrivateQueue.can_get)
TRY_GET = OperationKind("get", PrivateQueue.get)
TASK_DONE = OperationKind("task_done", PrivateQueue.task_done)
JOIN = OperationKind("join", PrivateQueue.join, PrivateQueue.is_done)
QSIZE = OperationKind("qsize", PrivateQueue.qsize)
EMPTY = OperationKind("empty", PrivateQueue.empty)
FULL = OperationKind("full", PrivateQueue.full)
