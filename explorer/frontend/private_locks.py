"""`threading.Lock` and `RLock` inside a process of one thread.

They are memory of their process: copied at fork, held or free as they are. Nobody else can free
one, so taking a free lock is no operation, and waiting for a held one is a wait for ever (or for
the time-out): a deadlock of the process with itself, instead of a hanging interpreter.
"""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable
from typing import Any

from explorer.engine.clock import nanoseconds
from explorer.frontend.copier import copied_types
from explorer.frontend.current import inside, new_name, world
from explorer.model.actor import Actor
from explorer.model.operation import Operation
from explorer.objects import lock as machine


class PrivateLock:
    """A virtual `threading.Lock`."""

    _label = "threading.Lock"

    def __init__(self) -> None:
        self._name = new_name(self._label)
        self._count = 0
        self._owner: Actor | None = None

    def _is_open(self) -> bool:
        return self._count == 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it; if it is held, wait until the time-out, for nobody can free it."""
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        if not self._is_open():
            if not blocking:
                return False
            held = machine.Lock(self._name)
            held.owner, held.count = self._owner, 1
            wait = None if timeout == -1 else nanoseconds(timeout)
            return bool(world().perform(Operation(machine.ACQUIRE, held, timeout=wait)))
        self._count += 1
        self._owner = world().running
        return True

    def release(self) -> None:
        """Free it."""
        if self._count == 0:
            raise RuntimeError("release unlocked lock")
        self._count = 0
        self._owner = None

    def locked(self) -> bool:
        """Whether it is held."""
        return self._count > 0

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self._count = 0
        self._owner = None

    def __repr__(self) -> str:
        return f"<{'locked' if self._count else 'unlocked'} {self._name}>"


class PrivateRLock(PrivateLock):
    """A virtual `threading.RLock`; the methods with an underscore are what Condition needs."""

    _label = "threading.RLock"

    def _is_open(self) -> bool:
        return self._count == 0 or self._owner is world().running

    def release(self) -> None:
        """Undo one acquire."""
        if not self._is_owned():
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if self._count == 0:
            self._owner = None

    def _is_owned(self) -> bool:
        return self._count > 0 and self._owner is world().running

    def _release_save(self) -> int:
        count, self._count, self._owner = self._count, 0, None
        return count

    def _acquire_restore(self, count: int) -> None:
        self.acquire()
        self._count = count

    def _recursion_count(self) -> int:
        return self._count if self._is_owned() else 0


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
