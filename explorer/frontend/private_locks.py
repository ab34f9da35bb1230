"""`threading.Lock` and `RLock` inside a process: memory of it, copied at fork as they are."""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable
from typing import Any

from explorer.engine.clock import nanoseconds
from explorer.frontend.copier import copied_types
from explorer.frontend.current import inside, new_name, world
from explorer.frontend.private import Private
from explorer.objects import lock as locks
from explorer.objects import private as machines


class PrivateLock(Private):
    """A virtual `threading.Lock`."""

    _label = "threading.Lock"
    _machine: type[machines.PrivateLock] = machines.PrivateLock
    _release = machines.RELEASE

    def __init__(self) -> None:
        self._attach(self._machine(new_name(self._label)))

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it; False if that would have to wait longer than `timeout` seconds."""
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        if not blocking or timeout == 0:
            return bool(self._do(locks.TRY_ACQUIRE))
        return bool(self._do(locks.ACQUIRE, None, None if timeout == -1 else nanoseconds(timeout)))

    def release(self) -> None:
        """Free it."""
        self._do(self._release)

    def locked(self) -> bool:
        """Whether it is held."""
        return bool(self._do(machines.LOCKED))

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self._object.give_up()

    def __repr__(self) -> str:
        return f"<{'locked' if self._object.count else 'unlocked'} {self._object.name}>"


class PrivateRLock(PrivateLock):
    """A virtual `threading.RLock`; the methods with an underscore are what Condition needs."""

    _label = "threading.RLock"
    _machine = machines.PrivateRLock
    _release = machines.RELEASE_RLOCK

    def _is_owned(self) -> bool:
        self._object.settle()
        return self._object.owner is world().running

    def _release_save(self) -> int:
        count: int = self._object.count
        self._object.count = 1
        self.release()
        return count

    def _acquire_restore(self, count: int) -> None:
        self.acquire()
        self._object.count = count

    def _recursion_count(self) -> int:
        return self._object.count if self._is_owned() else 0


copied_types.update((PrivateLock, PrivateRLock))


def _lock(real: Callable[[], Any]) -> Any:
    return real() if inside() is None else PrivateLock()


def _rlock(real: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return real(*args, **kwargs) if inside() is None else PrivateRLock()


PATCHES: dict[tuple[Any, str], Callable[..., Any]] = {
    (threading, "Lock"): _lock,
    (threading, "RLock"): _rlock,
    (threading, "_allocate_lock"): _lock,
    (_thread, "allocate_lock"): _lock,
}
