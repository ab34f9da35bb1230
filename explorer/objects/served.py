"""Locks, conditions, events, barriers and queues in the server of a Manager.

There they are those of `threading` and `queue`, run by a thread of the server for each client. What
differs from the ones of multiprocessing: the errors, conditions that wake sleepers in their order,
an event that a sleeper has seen even if it was cleared again, a queue without feeders.

Not modelled: the thread of a client that was killed goes on waiting in the server, and may get a
lock that it then never frees.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, ClassVar

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind, Refused
from explorer.objects import barrier as barriers
from explorer.objects import condition as conditions
from explorer.objects import semaphore as semaphores
from explorer.objects.base import SharedObject
from explorer.objects.lock import Lock, RLock
from explorer.objects.manager import Server
from explorer.objects.process import ProcessObject, living


class ServedLock(Lock):
    """`threading.Lock`."""

    __slots__ = ("server",)
    server: Server

    def release(self, actor: Actor, operation: Operation) -> None:
        """Free it, whoever holds it."""
        if self.count == 0:
            raise Refused(RuntimeError("release unlocked lock"))
        self.give_up()


class ServedRLock(RLock):
    """`threading.RLock`: a client's thread in the server owns it, so the client does."""

    __slots__ = ("server",)
    server: Server

    def release(self, actor: Actor, operation: Operation) -> None:
        """Undo one acquire of the owner's."""
        if self.owner is not actor:
            raise Refused(RuntimeError("cannot release un-acquired lock"))
        super().release(actor, operation)


class ServedSemaphore(semaphores.Semaphore):
    """`threading.Semaphore`, or BoundedSemaphore if there is a maximum."""

    __slots__ = ("server",)
    server: Server

    def release(self, actor: Actor, operation: Operation) -> None:
        """Give a permit back."""
        if self.value >= self.maximum:
            raise Refused(ValueError("Semaphore released too many times"))
        super().release(actor, operation)


class ServedCondition(conditions.Condition):
    """`threading.Condition`: whoever sleeps longest is woken first."""

    __slots__ = ("notified", "server")
    server: Server
    error: ClassVar[type[Exception]] = RuntimeError
    wait_refused: ClassVar[str] = "cannot wait on un-acquired lock"
    notify_refused: ClassVar[str] = "cannot notify on un-acquired lock"

    def __init__(self, name: str, lock: Lock) -> None:
        super().__init__(name, lock)
        self.notified: list[Actor] = []

    def owned(self, actor: Actor) -> bool:
        """Any lock that is taken will do, if it has no owner of its own."""
        return self.lock.owner is actor if isinstance(self.lock, RLock) else self.lock.count > 0

    def is_notified(self, actor: Actor) -> bool:
        """Whether it was this one's turn."""
        return actor in self.notified

    def use_permit(self, actor: Actor) -> None:
        """It goes on."""
        self.notified.remove(actor)

    def notify(self, actor: Actor, operation: Operation) -> None:
        """Wake the first sleepers, as many as `operation.value` says."""
        if not self.owned(actor):
            raise Refused(self.error(self.notify_refused))
        asleep = [sleeper for sleeper in self.sleepers if sleeper not in self.notified]
        self.notified.extend(asleep[: max(0, operation.value)])

    def bury(self, actor: Actor) -> None:
        """Nobody waits for who was killed."""
        del self.born[actor]
        del self.counts[actor]
        if actor in self.notified:
            self.notified.remove(actor)


class ServedEvent(SharedObject):
    """`threading.Event`: a sleeper returns True once it was woken, whatever the flag is by then.

    One event suffices for a wait: to be woken by a pulse and go on later is the same, for all that
    anybody sees, as to go on within the pulse.
    """

    __slots__ = ("flag", "server")
    kind: ClassVar[str] = "event"
    label: ClassVar[str] = "Event"
    server: Server

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.flag = False

    def is_set(self, actor: Actor, operation: Operation) -> bool:
        """What the flag is."""
        return self.flag

    def set(self, actor: Actor, operation: Operation) -> None:
        """Set it."""
        self.flag = True

    def clear(self, actor: Actor, operation: Operation) -> None:
        """Clear it."""
        self.flag = False

    def locations(self) -> Iterator[tuple[Any, Any]]:
        """The flag."""
        yield None, self.flag


class ServedBarrier(barriers.Barrier):
    """`threading.Barrier`; a party that was killed still counts until the round is over."""

    __slots__ = ("ghosts", "server")
    server: Server

    def __init__(self, name: str, parties: int, *, acts: bool = False) -> None:
        super().__init__(name, parties, acts=acts)
        self.ghosts: list[Actor] = []

    def bury(self, actor: Actor) -> None:
        """Its thread in the server waits on."""
        self.ghosts.append(actor)

    def hangs(self, actor: Actor) -> bool:
        """Never: all threads wake. Those of the killed leave at once."""
        for ghost in self.ghosts:
            self._leave(ghost)
        self.ghosts.clear()
        return False


class Taken:
    """An item that was taken, which may itself be None."""

    __slots__ = ("item",)

    def __init__(self, item: Any) -> None:
        self.item = item

    def __repr__(self) -> str:
        return repr(self.item)


class ServedQueue(SharedObject):
    """`queue.Queue`: what is put can be taken at once. `unfinished` tasks, for JoinableQueue."""

    __slots__ = ("items", "maxsize", "server", "unfinished")
    kind: ClassVar[str] = "managed queue"
    label: ClassVar[str] = "Queue"
    server: Server

    def __init__(self, name: str, maxsize: int) -> None:
        super().__init__(name)
        self.maxsize = maxsize
        self.items: deque[Any] = deque()
        self.unfinished = 0

    def can_put(self, actor: Actor, operation: Operation) -> bool:
        """Whether there is room."""
        return self.maxsize <= 0 or len(self.items) < self.maxsize

    def put(self, actor: Actor, operation: Operation) -> bool:
        """Put an item in; False if it is full."""
        if not self.can_put(actor, operation):
            return False
        self.items.append(operation.value)
        self.unfinished += 1
        return True

    def can_get(self, actor: Actor, operation: Operation) -> bool:
        """Whether there is an item."""
        return bool(self.items)

    def get(self, actor: Actor, operation: Operation) -> Taken | None:
        """The oldest item; None if there is none."""
        return Taken(self.items.popleft()) if self.items else None

    def task_done(self, actor: Actor, operation: Operation) -> None:
        """One task less."""
        if self.unfinished <= 0:
            raise Refused(ValueError("task_done() called too many times"))
        self.unfinished -= 1

    def is_done(self, actor: Actor, operation: Operation) -> bool:
        """Whether no task is left."""
        return self.unfinished == 0

    def join(self, actor: Actor, operation: Operation) -> None:
        """All tasks are done."""

    def qsize(self, actor: Actor, operation: Operation) -> int:
        """How many items there are."""
        return len(self.items)

    def empty(self, actor: Actor, operation: Operation) -> bool:
        """Whether there is none."""
        return not self.items

    def full(self, actor: Actor, operation: Operation) -> bool:
        """Whether there is no room."""
        return 0 < self.maxsize <= len(self.items)

    def wakers(self, actor: Actor, operation: Operation) -> list[ProcessObject] | None:
        """Anybody else might make room."""
        if operation.name != "put":
            return None
        return [process for process in living(actor.process) if process is not actor.process]

    def check(self) -> None:
        """Never more than fit."""
        assert self.maxsize <= 0 or len(self.items) <= self.maxsize


def _served(name: str, apply: Any, ready: Any = None, *, wide: bool = False) -> OperationKind:
    """An operation in the server: refused once that is down, even to those who wait by then."""

    def serve(thing: Any, actor: Actor, operation: Operation) -> Any:
        waiting = ready is not None and not ready(thing, actor, operation)
        if thing.server.down and waiting and not actor.expired:
            raise Refused(EOFError())
        thing.server.admit(actor)
        return apply(thing, actor, operation)

    def can_go_on(thing: Any, actor: Actor, operation: Operation) -> bool:
        return bool(thing.server.down or ready(thing, actor, operation))

    return OperationKind(name, serve, can_go_on if ready is not None else None, wide=wide)


ACQUIRE = _served("acquire", Lock.acquire, Lock.can_acquire)
TRY_ACQUIRE = _served("acquire", Lock.acquire)
RETAKE = _served("acquire", Lock.retake, Lock.can_acquire)
RELEASE = _served("release", ServedLock.release)
RELEASE_RLOCK = _served("release", ServedRLock.release)
ACQUIRE_PERMIT = _served("acquire", semaphores.Semaphore.acquire, semaphores.Semaphore.can_acquire)
TRY_PERMIT = _served("acquire", semaphores.Semaphore.acquire)
RELEASE_PERMIT = _served("release", ServedSemaphore.release)
WAIT = _served("wait", conditions.Condition.wait, wide=True)
WAKE = _served("wake", conditions.Condition.wake, conditions.Condition.can_wake, wide=True)
WAKE_NOW = _served("wake", conditions.Condition.wake, wide=True)
NOTIFY = _served("notify", ServedCondition.notify)
IS_SET = _served("is_set", ServedEvent.is_set)
SET = _served("set", ServedEvent.set)
CLEAR = _served("clear", ServedEvent.clear)
AWAIT = _served("wait", ServedEvent.is_set, ServedEvent.is_set)
COME = _served("wait", barriers.Barrier.wait, barriers.Barrier.can_enter)
LEAVE = _served("leave", barriers.Barrier.leave, barriers.Barrier.can_leave)
LEAVE_IN_TIME = _served("leave in time", barriers.Barrier.leave, barriers.Barrier.can_leave)
LEAVE_NOW = _served("leave in time", barriers.Barrier.leave)
LET_GO = _served("release", barriers.Barrier.release)
GIVE_UP = _served("give up", barriers.Barrier.give_up)
ABORT = _served("abort", barriers.Barrier.abort, barriers.Barrier.is_free)
RESET = _served("reset", barriers.Barrier.reset, barriers.Barrier.is_free)
N_WAITING = _served("n_waiting", barriers.Barrier.n_waiting)
BROKEN = _served("broken", barriers.Barrier.broken)
PUT = _served("put", ServedQueue.put, ServedQueue.can_put)
TRY_PUT = _served("put", ServedQueue.put)
GET = _served("get", ServedQueue.get, ServedQueue.can_get)
TRY_GET = _served("get", ServedQueue.get)
TASK_DONE = _served("task_done", ServedQueue.task_done)
JOIN = _served("join", ServedQueue.join, ServedQueue.is_done)
QSIZE = _served("qsize", ServedQueue.qsize)
EMPTY = _served("empty", ServedQueue.empty)
FULL = _served("full", ServedQueue.full)
