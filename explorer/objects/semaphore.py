"""Semaphore and BoundedSemaphore: permits that anybody may take and anybody may give back.

They barge as locks do. Who holds the permits is kept only for the waits-for graph: a release by
somebody who holds none is taken to give back the oldest.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind, Refused
from explorer.objects.base import SharedObject

LARGEST: Final = 2**31 - 1  # SEM_VALUE_MAX


class Semaphore(SharedObject):
    """`value` permits are left of what may be at most `maximum`."""

    __slots__ = ("initial", "maximum", "owners", "value")
    kind: ClassVar[str] = "semaphore"
    label: ClassVar[str] = "Semaphore"

    def __init__(self, name: str, value: int, maximum: int = LARGEST) -> None:
        super().__init__(name)
        self.value = value
        self.initial = value
        self.maximum = maximum
        self.owners: list[Actor] = []

    def is_open_to(self, actor: Actor) -> bool:
        """Whether `actor` could take a permit now."""
        return self.value > 0

    def can_acquire(self, actor: Actor, operation: Operation) -> bool:
        """Whether acquiring would not wait."""
        return self.value > 0

    def acquire(self, actor: Actor, operation: Operation) -> bool:
        """Take a permit; False if there is none (a poll, or a wait that timed out)."""
        if self.value == 0:
            return False
        self.value -= 1
        self.owners.append(actor)
        return True

    def release(self, actor: Actor, operation: Operation) -> None:
        """Give a permit back, or add one."""
        if self.value >= self.maximum:
            raise Refused(ValueError("semaphore or lock released too many times"))
        self.value += 1
        if actor in self.owners:
            self.owners.remove(actor)
        elif self.owners:
            del self.owners[0]

    def get_value(self, actor: Actor, operation: Operation) -> int:
        """How many permits are left."""
        return self.value

    def holders(self, actor: Actor, operation: Operation) -> list[Actor | Any]:
        """Who has taken a permit and not given it back.

        Nobody, if there was none to begin with: such a semaphore is a signal, which whoever
        takes it does not owe to anybody.
        """
        return list(dict.fromkeys(self.owners)) if self.initial else []

    def check(self) -> None:
        """Never negative, never above the maximum; every permit taken has its holder."""
        assert 0 <= self.value <= self.maximum
        assert len(self.owners) >= self.initial - self.value


ACQUIRE = OperationKind("acquire", Semaphore.acquire, Semaphore.can_acquire)
TRY_ACQUIRE = OperationKind("acquire", Semaphore.acquire)
RELEASE = OperationKind("release", Semaphore.release)
GET_VALUE = OperationKind("get_value", Semaphore.get_value)
