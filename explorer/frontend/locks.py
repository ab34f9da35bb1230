"""`multiprocessing.Lock`, `RLock`, `Semaphore`, `BoundedSemaphore`: handles of the state machines.

The same handle serves every process it is passed to; whose lock it is, the state machine knows.
"""

from __future__ import annotations

import errno
import os
from typing import Any

from explorer.engine.clock import nanoseconds
from explorer.frontend.counts import exact
from explorer.frontend.current import new_name, slot, world
from explorer.frontend.pickling import Inherited
from explorer.model.actor import Actor
from explorer.model.operation import Operation
from explorer.objects import lock as locks
from explorer.objects import semaphore as semaphores


def wait_of(timeout: Any) -> int:
    """A time-out in seconds as nanoseconds; 0 if it polls (a negative one polls too)."""
    if not isinstance(timeout, int | float):
        raise TypeError(f"must be real number, not {type(timeout).__name__}")
    return nanoseconds(timeout)


class SemLock(Inherited):
    """What locks and semaphores have in common, named as CPython's."""

    _object: Any
    _acquire_kind = locks.ACQUIRE
    _try_kind = locks.TRY_ACQUIRE
    _release_kind = locks.RELEASE

    def _attach(self, machine: Any) -> None:
        """Become the handle of `machine`."""
        self._perform = world().perform
        self._object = machine
        self._acquire = Operation(self._acquire_kind, machine)
        self._release = Operation(self._release_kind, machine)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take it; False if that would have to wait longer than `timeout` seconds."""
        if block and timeout is None:
            return bool(self._perform(self._acquire))
        wait = 0 if timeout is None else wait_of(timeout)
        if not block or not wait:
            return bool(self._perform(Operation(self._try_kind, self._object)))
        return bool(self._perform(Operation(self._acquire_kind, self._object, timeout=wait)))

    def release(self) -> None:
        """Free it."""
        self._perform(self._release)

    def __enter__(self) -> bool:
        return bool(self._perform(self._acquire))

    def __exit__(self, *exc: object) -> None:
        self._perform(self._release)


class Lock(SemLock):
    """A virtual `multiprocessing.Lock`."""

    _machine: type[locks.Lock] = locks.Lock

    def __init__(self, *, ctx: Any = None) -> None:
        self._attach(self._machine(new_name(self._machine.label)))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}(owner={owner_name(self._object.owner)})>"


class RLock(Lock):
    """A virtual `multiprocessing.RLock`."""

    _machine = locks.RLock
    _release_kind = locks.RELEASE_RLOCK

    @classmethod
    def of(cls, machine: locks.RLock) -> RLock:
        """The handle of an RLock that was made as part of something else."""
        handle = cls.__new__(cls)
        handle._attach(machine)
        return handle

    def __repr__(self) -> str:
        who = owner_name(self._object.owner)
        count = "nonzero" if who.startswith("SomeOther") else self._object.count
        return f"<{type(self).__name__}({who}, {count})>"


def owner_name(owner: Actor | None) -> str:
    """How a lock's repr tells the running process who holds it.

    Looks without an operation: a repr is for people, and must not be an event of the run.
    """
    if owner is None:
        return "None"
    running = slot.world.running if slot.world is not None else None
    if running is None or owner.process is not running.process:
        return "SomeOtherProcess"
    if owner is not running:
        return "SomeOtherThread"
    name: str = owner.process.handle.name if owner.process.handle else owner.process.title
    return name


class Semaphore(SemLock):
    """A virtual `multiprocessing.Semaphore`."""

    _acquire_kind = semaphores.ACQUIRE
    _try_kind = semaphores.TRY_ACQUIRE
    _release_kind = semaphores.RELEASE

    def __init__(self, value: int = 1, *, ctx: Any = None) -> None:
        self._make(value, semaphores.LARGEST)

    def _make(self, value: int, maximum: int) -> None:
        value, maximum = exact(value), exact(maximum)
        if value < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        name = new_name(type(self).__name__)
        self._attach(semaphores.Semaphore(name, value, maximum))

    def get_value(self) -> int:
        """How many permits are left."""
        return int(self._perform(Operation(semaphores.GET_VALUE, self._object)))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}(value={self._object.value})>"


class BoundedSemaphore(Semaphore):
    """A virtual `multiprocessing.BoundedSemaphore`: never more permits than at first."""

    def __init__(self, value: int = 1, *, ctx: Any = None) -> None:
        self._make(value, value)

    def __repr__(self) -> str:
        found = self._object
        return f"<{type(self).__name__}(value={found.value}, maxvalue={found.maximum})>"
