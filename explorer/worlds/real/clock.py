"""Time in a gated process: the virtual clock, as the last grant told it; sleeping takes none.

What reads the clock is that of the virtual world (`frontend.clock`), so that a program which looks
at the time decides as it did there. The world it reads from is this process's gate.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

from greenlet import getcurrent

from explorer.engine.clock import nanoseconds
from explorer.frontend import clock
from explorer.frontend.current import slot
from explorer.model.operation import Operation
from explorer.objects.clock import SLEEP, Clock
from explorer.worlds.real import gate as gates
from explorer.worlds.real.gate import gate, real_sleep


class _Anybody:
    """Stands for the actor whose code runs, or for nobody if that code is not the program's."""

    def __init__(self, process: str | None) -> None:
        self.process = process
        self.greenlet = getcurrent()


class GateWorld:
    """What `frontend.clock` needs of a world, in a real process. Forked children begin anew."""

    @property
    def runtime(self) -> GateWorld:
        """Where the readings are."""
        return self

    @property
    def readings(self) -> dict[object, Any]:
        """What this process has seen of the clock."""
        found: dict[object, Any] = gate().tables.setdefault("readings", {})
        return found

    @property
    def log(self) -> list[tuple[Any, Operation, Any]]:
        """What this process slept and waited."""
        found: list[tuple[Any, Operation, Any]] = gate().tables.setdefault("slept", [])
        return found

    @property
    def now(self) -> int:
        """Virtual nanoseconds."""
        return gate().now

    @property
    def timed(self) -> bool:
        """Whether time is known."""
        return gate().settings.timed

    @property
    def running(self) -> _Anybody:
        """Whose code this is."""
        return _Anybody(gate().process if gate().open else None)

    def perform(self, operation: Operation) -> None:
        """Sleep: granted, it takes no time."""
        gate().perform("sleep", "clock", lambda: None, value=operation.value)
        self.passed(operation)

    def passed(self, operation: Operation) -> None:
        """Keep how long was slept, for a process that knows no other time."""
        self.log.append((self.running, operation, None))

    def timed_out(self, seconds: float) -> None:
        """The program's own time-out has passed."""
        self.passed(Operation(SLEEP, Clock(), timeout=nanoseconds(seconds)))


def install() -> None:
    """Patch this interpreter, for good. Only for processes that are gated."""
    world = GateWorld()
    slot.world = world
    gates.timed_out = world.timed_out
    for (owner, name), replacement in clock.PATCHES.items():
        if name in vars(owner):
            setattr(owner, name, _dispatching(replacement, vars(owner)[name]))


def _dispatching(replacement: Callable[..., Any], real: Any) -> Any:
    @functools.wraps(real)
    def dispatch(*args: Any, **kwargs: Any) -> Any:
        return replacement(real, *args, **kwargs)

    return dispatch


def install_free() -> None:
    """The same for processes that are only observed: sleeps are seen, and real."""

    def sleep(seconds: float, /) -> None:
        here = gate()

        def really() -> None:
            here.patience(seconds)
            real_sleep(seconds)

        here.perform("sleep", "clock", really, value=seconds)

    vars(time)["sleep"] = sleep
