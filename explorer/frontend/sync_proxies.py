"""Proxies of locks, conditions, events, barriers and queues in a manager.

PYTEST_DONT_REWRITE: these assertions are CPython's, to the letter.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from queue import Empty, Full
from typing import Any

from explorer.engine.clock import nanoseconds
from explorer.frontend.base_proxy import BaseProxy
from explorer.frontend.conditions import wait_for
from explorer.frontend.counts import compared
from explorer.frontend.pickling import copied
from explorer.model.operation import Operation, OperationKind
from explorer.objects import barrier as barriers
from explorer.objects import served
from explorer.objects.condition import Awake
from explorer.objects.event import ASLEEP
from explorer.objects.lock import RLock
from explorer.objects.semaphore import Semaphore


class SyncProxy(BaseProxy):
    """The handle of something to wait for."""

    def _do(self, kind: OperationKind, value: Any = None, wait: int | None = None) -> Any:
        return self._perform(Operation(kind, self._object, None, value, wait))

    def _callmethod(self, methodname: str, args: Any = (), kwds: Any = {}) -> Any:  # noqa: B006
        return getattr(self, methodname)(*args, **kwds)

    def __str__(self) -> str:
        return repr(self)


class AcquirerProxy(SyncProxy):
    """A lock or a semaphore in the server."""

    _exposed_ = ("acquire", "release")

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take it; False if that would have to wait longer than `timeout` seconds."""
        counts = isinstance(self._object, Semaphore)
        wait = None
        if timeout is not None:
            if not blocking:
                text = "timeout for non-blocking acquire"
                raise ValueError(
                    f"can't specify {text}"
                    if counts
                    else "can't specify a timeout for a non-blocking call"
                )
            if timeout < 0 and not counts and timeout != -1:
                raise ValueError("timeout value must be positive")
            wait = None if timeout == -1 and not counts else nanoseconds(timeout)
        if not blocking or wait == 0:
            return bool(self._do(served.TRY_PERMIT if counts else served.TRY_ACQUIRE))
        kind = served.ACQUIRE_PERMIT if counts else served.ACQUIRE
        return bool(self._do(kind, None, wait))

    def release(self) -> None:
        """Free it."""
        if isinstance(self._object, Semaphore):
            self._do(served.RELEASE_PERMIT)
        elif isinstance(self._object, RLock):
            self._do(served.RELEASE_RLOCK)
        else:
            self._do(served.RELEASE)

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()


class ConditionProxy(SyncProxy):
    """A condition in the server, with its lock."""

    _exposed_ = ("acquire", "release", "wait", "notify", "notify_all")

    def _lock(self) -> AcquirerProxy:
        return AcquirerProxy(self._manager, self._object.lock, "Lock")

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take its lock."""
        return self._lock().acquire(blocking, timeout)

    def release(self) -> None:
        """Free its lock."""
        self._lock().release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()

    def wait(self, timeout: float | None = None) -> bool:
        """Give the lock up and sleep until notified; False if that took longer than `timeout`."""
        wait = None if timeout is None else nanoseconds(timeout)
        found = self._object
        self._do(served.WAIT)
        kind = served.WAKE_NOW if wait == 0 else served.WAKE
        result = self._perform(Operation(kind, found, None, None, wait, found.lock))
        if type(result) is Awake:
            self._perform(Operation(served.RETAKE, found.lock, None, result.count))
            return result.notified
        return bool(result)

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """Wait until `predicate()` is true; its last value."""
        return wait_for(self.wait, predicate, timeout)

    def notify(self, n: int = 1) -> None:
        """Wake the first `n` sleepers."""
        found = self._object
        self._perform(Operation(served.NOTIFY, found, None, compared(n), None, found.lock))

    def notify_all(self) -> None:
        """Wake all sleepers."""
        self.notify(sys.maxsize)


class EventProxy(SyncProxy):
    """An event in the server."""

    _exposed_ = ("is_set", "set", "clear", "wait")

    def is_set(self) -> bool:
        """What the flag is."""
        return bool(self._do(served.IS_SET))

    def set(self) -> None:
        """Set it, and wake who waits."""
        self._do(served.SET)

    def clear(self) -> None:
        """Clear it."""
        self._do(served.CLEAR)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set; False if that took longer than `timeout`."""
        wait = None if timeout is None else nanoseconds(timeout)
        return bool(self._do(served.IS_SET if wait == 0 else served.AWAIT, None, wait))


class BarrierProxy(SyncProxy):
    """A barrier in the server. Its action runs there, too."""

    _exposed_ = ("__getattribute__", "wait", "abort", "reset")
    _action: Callable[[], Any] | None = None
    _timeout: float | None = None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the other parties; the number of those that had come before."""
        timeout = self._timeout if timeout is None else timeout
        wait = None if timeout is None else nanoseconds(timeout)
        result = self._do(served.COME)
        if result is barriers.ACT:
            return int(self._act())
        if result is not ASLEEP:
            return int(result)
        kind = served.LEAVE if wait is None else served.LEAVE_IN_TIME
        result = self._do(served.LEAVE_NOW if wait == 0 else kind, None, wait)
        while result is ASLEEP:
            result = self._do(served.LEAVE)
        return int(result)

    def _act(self) -> Any:
        assert self._action is not None
        try:
            self._action()
        except BaseException:
            self._do(served.GIVE_UP)
            raise
        return self._do(served.LET_GO)

    def abort(self) -> None:
        """Break it."""
        self._do(served.ABORT)

    def reset(self) -> None:
        """Begin anew; who waits now gets BrokenBarrierError."""
        self._do(served.RESET)

    @property
    def parties(self) -> int:
        """How many it takes."""
        return int(self._object.parties)

    @property
    def n_waiting(self) -> int:
        """How many wait."""
        return int(self._do(served.N_WAITING))

    @property
    def broken(self) -> bool:
        """Whether it is broken."""
        return bool(self._do(served.BROKEN))


class QueueProxy(SyncProxy):
    """A `queue.Queue` in the server: what was put is there at once."""

    _exposed_ = (
        *("empty", "full", "get", "get_nowait", "join", "put", "put_nowait", "qsize"),
        "task_done",
    )

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put an item in; `Full` if there is no room in time."""
        item = copied(item)
        wait = _wait_of(block, timeout)
        if not self._do(served.PUT if wait != 0 else served.TRY_PUT, item, wait):
            raise Full

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take an item out; `Empty` if there is none in time."""
        wait = _wait_of(block, timeout)
        found = self._do(served.GET if wait != 0 else served.TRY_GET, None, wait)
        if found is None:
            raise Empty
        return copied(found.item)

    def put_nowait(self, item: Any) -> None:
        """Put an item in if there is room."""
        self.put(item, False)

    def get_nowait(self) -> Any:
        """Take an item out if there is one."""
        return self.get(False)

    def task_done(self) -> None:
        """One of the items that were taken has been dealt with."""
        self._do(served.TASK_DONE)

    def join(self) -> None:
        """Wait until all items have been dealt with."""
        self._do(served.JOIN)

    def qsize(self) -> int:
        """How many items there are."""
        return int(self._do(served.QSIZE))

    def empty(self) -> bool:
        """Whether there is none."""
        return bool(self._do(served.EMPTY))

    def full(self) -> bool:
        """Whether there is no room."""
        return bool(self._do(served.FULL))


QueueProxy.__name__ = QueueProxy.__qualname__ = "AutoProxy[Queue]"
#: The same for `JoinableQueue()`.
JoinableQueueProxy = type("AutoProxy[JoinableQueue]", (QueueProxy,), {})


def _wait_of(block: bool, timeout: float | None) -> int | None:
    """The time-out of a queue's operation; None waits for ever, 0 not at all."""
    if not block:
        return 0
    if timeout is None:
        return None
    if timeout < 0:
        raise ValueError("'timeout' must be a non-negative number")
    return nanoseconds(timeout)
