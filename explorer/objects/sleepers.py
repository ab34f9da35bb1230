"""Sleeping until notified, as CPython's Condition does it, and what goes wrong if a sleeper dies.

`notify` waits until each process it wakes has said that it woke, and holds the lock meanwhile
(Lib/multiprocessing/synchronize.py, `Condition.notify`). A process that was killed in its sleep
never says so: whoever notifies it hangs, and with it everybody who wants the lock (gh-75158).
"""

from __future__ import annotations

from typing import Any, Final

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind
from explorer.objects.base import SharedObject


class Sleepers(SharedObject):
    """An object that processes sleep at.

    `sleepers` in the order they lay down; `dead`, who was killed asleep; `stuck`, who hangs in
    notifying the dead, holding the lock.
    """

    __slots__ = ("dead", "sleepers", "stuck")

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.sleepers: list[Actor] = []
        self.dead: list[Actor] = []
        self.stuck: Actor | None = None

    def lie_down(self, actor: Actor) -> None:
        """`actor` sleeps from here on; this object is told if it is killed."""
        self.sleepers.append(actor)
        actor.process.belongings.append(self)

    def get_up(self, actor: Actor) -> None:
        """`actor` is awake."""
        self.sleepers.remove(actor)
        actor.process.belongings.remove(self)

    def abandon(self, process: Any) -> None:
        """`process` was killed, perhaps asleep."""
        for actor in [sleeper for sleeper in self.sleepers if sleeper.process is process]:
            self.sleepers.remove(actor)
            self.bury(actor)

    def bury(self, actor: Actor) -> None:
        """`actor` died in its sleep."""
        self.dead.append(actor)

    def is_free(self, actor: Actor, operation: Operation) -> bool:
        """Whether the lock inside this object can be had."""
        return self.stuck is None

    def never(self, actor: Actor, operation: Operation) -> bool:
        """Whether the dead have said that they woke."""
        return False

    def nothing(self, actor: Actor, operation: Operation) -> None:
        """Never comes to be done: see `never`."""

    def holders(self, actor: Actor, operation: Operation) -> list[Actor | Any]:
        """Whoever hangs waits for the dead; everybody else for whoever hangs."""
        if actor is self.stuck:
            return list(self.dead)
        return [] if self.stuck is None else [self.stuck]

    def check(self) -> None:
        """Nobody sleeps twice, or dead and alive; nobody hangs without a reason."""
        assert len(set(self.sleepers)) == len(self.sleepers)
        assert not set(self.sleepers) & set(self.dead)
        assert self.stuck is None or self.dead


class Hangs:
    """The result of an operation that got as far as notifying somebody who is dead."""

    def __repr__(self) -> str:
        return "waits for a dead sleeper"


HANGS: Final = Hangs()


def hanging(name: str) -> OperationKind:
    """The second half of such an operation: it waits for ever."""
    return OperationKind(name, Sleepers.nothing, Sleepers.never)
