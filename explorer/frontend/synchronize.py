"""`multiprocessing.Lock`, `RLock` and their kin: handles of the shared state machines."""

from __future__ import annotations

from typing import Any

from explorer.engine.clock import nanoseconds
from explorer.frontend.current import new_name, world
from explorer.model.operation import Operation
from explorer.objects import lock as machine


class Lock:
    """A virtual `multiprocessing.Lock`. The same handle serves every process it is passed to."""

    _machine: type[machine.Lock] = machine.Lock
    _release_kind = machine.RELEASE

    def __init__(self, *, ctx: Any = None) -> None:
        running = world()
        self._perform = running.perform
        self._object = self._machine(new_name(self._machine.label))
        self._acquire = Operation(machine.ACQUIRE, self._object)
        self._release = Operation(self._release_kind, self._object)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take it; False if that would have to wait longer than `timeout` seconds."""
        if block and timeout is None:
            return bool(self._perform(self._acquire))
        if not block:
            return bool(self._perform(Operation(machine.TRY_ACQUIRE, self._object)))
        if not isinstance(timeout, int | float):
            raise TypeError(f"must be real number, not {type(timeout).__name__}")
        wait = nanoseconds(timeout)
        return bool(self._perform(Operation(machine.ACQUIRE, self._object, timeout=wait)))

    def release(self) -> None:
        """Free it."""
        self._perform(self._release)

    def __enter__(self) -> bool:
        return bool(self._perform(self._acquire))

    def __exit__(self, *exc: object) -> None:
        self._perform(self._release)

    def __repr__(self) -> str:
        owner = self._object.owner
        who = "None" if owner is None else owner.process.title
        return f"<{type(self).__name__}(owner={who})>"


class RLock(Lock):
    """A virtual `multiprocessing.RLock`."""

    _machine = machine.RLock
    _release_kind = machine.RELEASE_RLOCK

    def __repr__(self) -> str:
        found = self._object
        who = "None" if found.owner is None else found.owner.process.title
        return f"<RLock({who}, {found.count})>"
