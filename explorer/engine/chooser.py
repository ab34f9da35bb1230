"""The seam between the engine and every search: who goes next, and after what delay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.engine.loop import LogEntry
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation


class Chooser(Protocol):
    """A schedule: decides which of the enabled actors performs its pending operation.

    `every_step` asks to be consulted even where only one actor can go on. `delay`, if not None,
    gives the virtual ticks an actor sleeps before an operation it is about to perform.
    """

    every_step: bool
    delay: Callable[[Actor, Operation], int] | None

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """The actor to go next, from `ready` (by creation order); None abandons the run."""
        ...


class Reading(Chooser, Protocol):
    """A chooser that also reads what has happened so far. The engine looks for `begin` itself."""

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins; its events will be appended to `log`."""
        ...


class KeepRunning:
    """The default schedule: keep running, else round robin by creation order."""

    every_step = False
    delay: Callable[[Actor, Operation], int] | None = None

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """`last` while it can go on, else the next enabled actor after it."""
        return keep_running(ready, last)


def keep_running(ready: list[Actor], last: Actor) -> Actor:
    """The default decision that schedules are written relative to."""
    if last.ready:
        return last
    index = last.index
    for actor in ready:
        if actor.index > index:
            return actor
    return ready[0]
