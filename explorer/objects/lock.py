"""Lock and RLock. Locks barge: whoever runs may take a free one, a parked waiter has no claim.

Differences from a mutex that CPython's have: any process may release a Lock; only the owning
thread may release an RLock; neither is released when its holder ends (Lib/multiprocessing/
synchronize.py and Modules/_multiprocessing/semaphore.c).
"""

from __future__ import annotations

from typing import ClassVar

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind, Refused
from explorer.objects.base import SharedObject


class Lock(SharedObject):
    """`multiprocessing.Lock`: held or free; `owner` is who took it last, for the report."""

    __slots__ = ("count", "owner")
    kind: ClassVar[str] = "lock"
    label: ClassVar[str] = "Lock"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.owner: Actor | None = None
        self.count = 0

    def is_open_to(self, actor: Actor) -> bool:
        """Whether `actor` could take it now."""
        return self.count == 0

    def can_acquire(self, actor: Actor, operation: Operation) -> bool:
        """Whether acquiring would not wait."""
        return self.is_open_to(actor)

    def acquire(self, actor: Actor, operation: Operation) -> bool:
        """Take the lock; False if it is not free (a poll, or a wait that timed out)."""
        if not self.is_open_to(actor):
            return False
        self.owner = actor
        self.count += 1
        return True

    def release(self, actor: Actor, operation: Operation) -> None:
        """Free the lock, whoever holds it."""
        if self.count == 0:
            raise Refused(ValueError("semaphore or lock released too many times"))
        self.count = 0
        self.owner = None

    def give_up(self) -> int:
        """Free it altogether; how often it had been taken."""
        count, self.count = self.count, 0
        self.owner = None
        return count

    def take(self, actor: Actor, count: int) -> None:
        """Undo `give_up`."""
        self.owner = actor
        self.count = count

    def retake(self, actor: Actor, operation: Operation) -> None:
        """Take it as often as `operation.value` says, after `give_up`."""
        self.take(actor, operation.value)

    def holders(self, actor: Actor, operation: Operation) -> list[Actor]:
        """Its holder."""
        return [self.owner] if self.owner is not None else []

    def check(self) -> None:
        """Held exactly when it has an owner."""
        assert (self.count > 0) == (self.owner is not None)


class RLock(Lock):
    """`multiprocessing.RLock`: its owner may take it again, and must release it as often."""

    __slots__ = ()
    label: ClassVar[str] = "RLock"

    def is_open_to(self, actor: Actor) -> bool:
        """Free, or already its own."""
        return self.count == 0 or self.owner is actor

    def release(self, actor: Actor, operation: Operation) -> None:
        """Undo one acquire of the owner's."""
        if self.owner is not actor:
            raise Refused(AssertionError("attempt to release recursive lock not owned by thread"))
        self.count -= 1
        if self.count == 0:
            self.owner = None


ACQUIRE = OperationKind("acquire", Lock.acquire, Lock.can_acquire)
TRY_ACQUIRE = OperationKind("acquire", Lock.acquire)
RETAKE = OperationKind("acquire", Lock.retake, Lock.can_acquire)
RELEASE = OperationKind("release", Lock.release)
RELEASE_RLOCK = OperationKind("release", RLock.release)
