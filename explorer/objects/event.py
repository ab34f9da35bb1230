"""Event: a flag to wait for.

A wait that finds the flag clear is two events: `wait` lies down, `wake` gets up and says what the
flag is *then*. So a pulse (`set(); clear()`) wakes the sleepers, and most of them return False,
while whoever comes a moment later waits on: all of it can happen, and did in nine of ten pulses
(Lib/multiprocessing/synchronize.py looks at the flag again after its Condition has woken).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind
from explorer.objects.sleepers import HANGS, Hangs, Sleepers, hanging


class Asleep:
    """The result of a wait that has to wait."""

    def __repr__(self) -> str:
        return "asleep"


ASLEEP: Final = Asleep()


class Event(Sleepers):
    """`notified`: sleepers that a `set` has woken, and that have not gone on yet."""

    __slots__ = ("flag", "notified")
    kind: ClassVar[str] = "event"
    label: ClassVar[str] = "Event"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.flag = False
        self.notified: list[Actor] = []

    def is_set(self, actor: Actor, operation: Operation) -> bool:
        """What the flag is."""
        return self.flag

    def set(self, actor: Actor, operation: Operation) -> Hangs | None:
        """Set the flag and wake all sleepers; hangs if one of them is dead."""
        self.flag = True
        self.notified.extend(sleeper for sleeper in self.sleepers if sleeper not in self.notified)
        if not self.dead:
            return None
        self.stuck = actor
        return HANGS

    def clear(self, actor: Actor, operation: Operation) -> None:
        """Clear the flag."""
        self.flag = False

    def wait(self, actor: Actor, operation: Operation) -> bool | Asleep:
        """True if the flag is set; else lie down."""
        if self.flag:
            return True
        self.lie_down(actor)
        return ASLEEP

    def can_wake(self, actor: Actor, operation: Operation) -> bool:
        """Woken, and not shut out by somebody who hangs."""
        return actor in self.notified and self.stuck is None

    def wake(self, actor: Actor, operation: Operation) -> bool | Hangs:
        """What the flag is now; hangs if the time is up, but somebody hangs inside."""
        if self.stuck is not None:
            return HANGS
        self.get_up(actor)
        if actor in self.notified:
            self.notified.remove(actor)
        return self.flag

    def bury(self, actor: Actor) -> None:
        """Who had been woken already is not waited for."""
        if actor in self.notified:
            self.notified.remove(actor)
        else:
            super().bury(actor)

    def locations(self) -> Iterator[tuple[Any, Any]]:
        """The flag."""
        yield None, self.flag

    def check(self) -> None:
        """Only sleepers are woken; who lay down before the flag was set has been."""
        super().check()
        assert set(self.notified) <= set(self.sleepers)


IS_SET = OperationKind("is_set", Event.is_set, Event.is_free)
SET = OperationKind("set", Event.set, Event.is_free)
CLEAR = OperationKind("clear", Event.clear, Event.is_free)
WAIT = OperationKind("wait", Event.wait, Event.is_free)
WAKE = OperationKind("wake", Event.wake, Event.can_wake)
#: A wait without waiting: what the flag is.
LOOK = OperationKind("wait", Event.is_set, Event.is_free)
HANG = hanging("set")
SHUT_OUT = hanging("wake")
