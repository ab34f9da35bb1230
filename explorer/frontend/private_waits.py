"""`threading.Condition`, `Event`, `Semaphore` and `Barrier` inside a process.

They are classes that programs may derive from: making one gives an instance of our subclass; a
class of the program's own runs CPython's code, on virtual locks.

PYTEST_DONT_REWRITE: these assertions are CPython's, to the letter.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from explorer.frontend.conditions import wait_for
from explorer.frontend.copier import copied_types
from explorer.frontend.counts import compared, exact
from explorer.frontend.current import new_name
from explorer.frontend.private import Private, do, limit_of
from explorer.frontend.private_locks import PrivateRLock
from explorer.model.operation import Operation
from explorer.objects import barrier as barriers
from explorer.objects import condition as conditions
from explorer.objects import lock as locks
from explorer.objects import private as machines
from explorer.objects.event import ASLEEP
from explorer.objects.process import ProcessObject
from explorer.objects.semaphore import LARGEST


class PrivateCondition(Private, threading.Condition):
    """A virtual `threading.Condition`."""

    def __init__(self, lock: Any = None) -> None:
        name = new_name("threading.Condition")
        self._lock = PrivateRLock() if lock is None else lock
        self._bind()
        self._attach(machines.PrivateCondition(name, self._lock._object))

    def _bind(self) -> None:
        self.__dict__.update(acquire=self._lock.acquire, release=self._lock.release)

    def _copy(self, child: ProcessObject, forking: Any, copy: Callable[[Any], Any]) -> Any:
        self._bind()
        return self._object.copied(child, forking, copy, self._lock._object)

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()

    def wait(self, timeout: float | None = None) -> bool:
        """Give the lock up and sleep until notified; False if that took longer than `timeout`."""
        wait = limit_of(timeout)
        found = self._object
        do(Operation(machines.WAIT, found))
        kind = machines.WAKE_NOW if wait == 0 else machines.WAKE
        result = do(Operation(kind, found, None, None, wait, found.lock))
        if type(result) is conditions.Awake:
            do(Operation(locks.RETAKE, found.lock, None, result.count))
            return result.notified
        return bool(result)

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """Wait until `predicate()` is true; its last value."""
        return wait_for(self.wait, predicate, timeout)

    def notify(self, n: int = 1) -> None:
        """Wake `n` sleepers."""
        found = self._object
        do(Operation(machines.NOTIFY, found, None, compared(n), gate=found.lock))

    def notify_all(self) -> None:
        """Wake all sleepers."""
        self.notify(sys.maxsize)

    def __repr__(self) -> str:
        return f"<Condition({self._lock}, {len(self._object.sleepers)})>"


class PrivateEvent(Private, threading.Event):
    """A virtual `threading.Event`."""

    def __init__(self) -> None:
        self._attach(machines.PrivateEvent(new_name("threading.Event")))

    def is_set(self) -> bool:
        """What the flag is."""
        return bool(self._do(machines.IS_SET))

    isSet = is_set  # noqa: N815 (as in CPython)

    def set(self) -> None:
        """Set it, and wake who waits."""
        self._do(machines.SET)

    def clear(self) -> None:
        """Clear it."""
        self._do(machines.CLEAR)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set; False if that took longer than `timeout`."""
        wait = limit_of(timeout)
        return bool(self._do(machines.IS_SET if wait == 0 else machines.AWAIT, None, wait))

    def __repr__(self) -> str:
        return f"<Event at {self._object.name}: {'set' if self._object.flag else 'unset'}>"


class PrivateSemaphore(Private, threading.Semaphore):
    """A virtual `threading.Semaphore`."""

    _bounded = False

    def __init__(self, value: int = 1) -> None:
        value = exact(value)
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        name = new_name(f"threading.{'BoundedSemaphore' if self._bounded else 'Semaphore'}")
        self._attach(machines.PrivateSemaphore(name, value, value if self._bounded else LARGEST))

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take a permit; False if that would have to wait longer than `timeout` seconds."""
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        wait = limit_of(timeout)
        if not blocking or wait == 0:
            return bool(self._do(machines.TRY_PERMIT))
        return bool(self._do(machines.ACQUIRE_PERMIT, None, wait))

    def __enter__(self, blocking: bool = True, timeout: float | None = None) -> bool:
        return self.acquire(blocking, timeout)

    def release(self, n: int = 1) -> None:
        """Give `n` permits back."""
        if n < 1:
            raise ValueError("n must be one or more")
        self._do(machines.RELEASE_PERMIT, n)

    def __exit__(self, *exc: object) -> None:
        self.release()

    def __repr__(self) -> str:
        return f"<{self._object.name}: value={self._object.value}>"


class PrivateBoundedSemaphore(PrivateSemaphore, threading.BoundedSemaphore):
    """A virtual `threading.BoundedSemaphore`."""

    _bounded = True


class PrivateBarrier(Private, threading.Barrier):
    """A virtual `threading.Barrier`."""

    def __init__(
        self,
        parties: int,
        action: Callable[[], Any] | None = None,
        timeout: float | None = None,
    ) -> None:
        if parties < 1 and sys.version_info >= (3, 12):
            raise ValueError("parties must be > 0")
        self._action = action
        self._timeout = timeout
        name = new_name("threading.Barrier")
        self._attach(machines.PrivateBarrier(name, exact(parties), acts=action is not None))

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the other parties; the number of those that had come before."""
        wait = limit_of(self._timeout if timeout is None else timeout)
        result = self._do(barriers.WAIT)
        if result is barriers.ACT:
            return int(self._act())
        if result is not ASLEEP:
            return int(result)
        kind = barriers.LEAVE if wait is None else barriers.LEAVE_IN_TIME
        result = self._do(barriers.LEAVE_NOW if wait == 0 else kind, None, wait)
        while result is ASLEEP:
            result = self._do(barriers.LEAVE)
        return int(result)

    def _act(self) -> Any:
        assert self._action is not None
        try:
            self._action()
        except BaseException:
            self._do(barriers.GIVE_UP)
            raise
        return self._do(barriers.RELEASE)

    def reset(self) -> None:
        """Begin anew; who waits now gets BrokenBarrierError."""
        self._do(barriers.RESET)

    def abort(self) -> None:
        """Break it."""
        self._do(barriers.ABORT)

    @property
    def parties(self) -> int:
        """How many it takes."""
        return int(self._object.parties)

    @property
    def n_waiting(self) -> int:
        """How many wait."""
        return int(self._do(barriers.N_WAITING))

    @property
    def broken(self) -> bool:
        """Whether it is broken."""
        return bool(self._do(barriers.BROKEN_NOW))

    def __repr__(self) -> str:
        return f"<Barrier at {self._object.name}>"


#: What is made for each class of the library, in a virtual process.
CLASSES: dict[type, type] = {
    threading.Condition: PrivateCondition,
    threading.Event: PrivateEvent,
    threading.Semaphore: PrivateSemaphore,
    threading.BoundedSemaphore: PrivateBoundedSemaphore,
    threading.Barrier: PrivateBarrier,
}
copied_types.update(CLASSES.values())
