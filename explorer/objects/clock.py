"""Sleeping: an operation that waits for nothing but its time-out, and conflicts with nobody's.

Each sleep has a Clock of its own, so that one sleeper's waking is no concern of the others.
"""

from __future__ import annotations

from typing import ClassVar

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind
from explorer.objects.base import SharedObject


class Clock(SharedObject):
    """What a sleeping process waits at."""

    __slots__ = ()
    kind: ClassVar[str] = "clock"
    label: ClassVar[str] = "clock"

    def __init__(self) -> None:
        super().__init__("clock")

    def never(self, actor: Actor, operation: Operation) -> bool:
        """Only the time-out ends a sleep (with unknown time: at once)."""
        return False

    def sleep(self, actor: Actor, operation: Operation) -> None:
        """Go on; `operation.value` is what the program asked for, in seconds."""


SLEEP = OperationKind("sleep", Clock.sleep, Clock.never)
#: `sleep(0)`: gives the others a chance, and takes no time.
YIELD = OperationKind("sleep", Clock.sleep)
