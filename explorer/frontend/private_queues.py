"""`queue.Queue`, `LifoQueue`, `PriorityQueue` and `SimpleQueue` inside a process.

Each call is one operation, once the process has threads. A class derived from one of them runs
CPython's code, on virtual locks. Not modelled: the attributes `mutex`, `not_empty`, `not_full`.
"""

from __future__ import annotations

import queue
from collections import deque
from types import GenericAlias
from typing import Any

from explorer.frontend.copier import copied_types
from explorer.frontend.counts import compared
from explorer.frontend.current import inside, new_name
from explorer.frontend.private import Private, limit_of
from explorer.objects import private as machines


class PrivateQueue(Private, queue.Queue):  # type: ignore[type-arg]
    """A virtual `queue.Queue`."""

    _machine: type[machines.PrivateQueue] = machines.PrivateQueue
    _put_kind = machines.PUT
    _try_put = machines.TRY_PUT

    def __init__(self, maxsize: int = 0) -> None:
        self.maxsize = maxsize
        self._attach(self._machine(new_name(f"queue.{self._word()}"), compared(maxsize)))

    def _word(self) -> str:
        return type(self).__name__.removeprefix("Private")

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put an item in; Full if there is no room in time."""
        wait = _wait(block, timeout)
        if not self._do(self._try_put if wait == 0 else self._put_kind, item, wait):
            raise queue.Full

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take an item out; Empty if there is none in time."""
        wait = _wait(block, timeout)
        found = self._do(machines.TRY_GET if wait == 0 else machines.GET, None, wait)
        if found is None:
            raise queue.Empty
        return found.item

    def put_nowait(self, item: Any) -> None:
        """Put an item in if there is room."""
        self.put(item, False)

    def get_nowait(self) -> Any:
        """Take an item out if there is one."""
        return self.get(False)

    def qsize(self) -> int:
        """How many items there are."""
        return int(self._do(machines.QSIZE))

    def empty(self) -> bool:
        """Whether there is none."""
        return bool(self._do(machines.EMPTY))

    def full(self) -> bool:
        """Whether there is no room."""
        return bool(self._do(machines.FULL))

    def task_done(self) -> None:
        """One of the items that were taken has been dealt with."""
        self._do(machines.TASK_DONE)

    def join(self) -> None:
        """Wait until all items have been dealt with."""
        self._do(machines.JOIN)

    @property
    def queue(self) -> deque[Any]:
        """Its items, as they are."""
        found: deque[Any] = self._object.items
        return found

    @property
    def unfinished_tasks(self) -> int:  # type: ignore[override]
        """How many items have not been dealt with."""
        return int(self._object.unfinished)

    def __repr__(self) -> str:
        return f"<queue.{self._word()} object at {self._object.name}>"


class PrivateLifoQueue(PrivateQueue, queue.LifoQueue):  # type: ignore[type-arg, misc]
    """A virtual `queue.LifoQueue`."""

    _machine = machines.PrivateStack


class PrivatePriorityQueue(PrivateQueue, queue.PriorityQueue):  # type: ignore[type-arg, misc]
    """A virtual `queue.PriorityQueue`."""

    _machine = machines.PrivateHeap
    _put_kind = machines.PUT_HEAP
    _try_put = machines.TRY_PUT_HEAP


_RealSimpleQueue = queue.SimpleQueue


class SimpleQueue:
    """`queue.SimpleQueue`: the real one outside of virtual processes."""

    def __new__(cls, *args: Any) -> Any:
        if inside() is None and cls is SimpleQueue:
            return _RealSimpleQueue()
        return super().__new__(PrivateSimpleQueue if cls is SimpleQueue else cls)

    __class_getitem__: Any = classmethod(GenericAlias)


class PrivateSimpleQueue(Private, SimpleQueue):
    """A virtual `queue.SimpleQueue`."""

    def __init__(self) -> None:
        self._attach(machines.PrivateQueue(new_name("queue.SimpleQueue"), 0))

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put an item in."""
        self._do(machines.TRY_PUT, item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take the oldest item out; Empty if there is none in time."""
        wait = _wait(block, timeout)
        found = self._do(machines.TRY_GET if wait == 0 else machines.GET, None, wait)
        if found is None:
            raise queue.Empty
        return found.item

    def put_nowait(self, item: Any) -> None:
        """Put an item in."""
        self.put(item)

    def get_nowait(self) -> Any:
        """Take the oldest item out if there is one."""
        return self.get(False)

    def qsize(self) -> int:
        """How many items there are."""
        return int(self._do(machines.QSIZE))

    def empty(self) -> bool:
        """Whether there is none."""
        return bool(self._do(machines.EMPTY))


def _wait(block: bool, timeout: float | None) -> int | None:
    if not block:
        return 0
    if timeout is not None and timeout < 0:
        raise ValueError("'timeout' must be a non-negative number")
    return limit_of(timeout)


CLASSES: dict[type, type] = {
    queue.Queue: PrivateQueue,
    queue.LifoQueue: PrivateLifoQueue,
    queue.PriorityQueue: PrivatePriorityQueue,
}
copied_types.update((*CLASSES.values(), PrivateSimpleQueue))
#: Classes written in C, which are replaced by name.
NAMES: dict[tuple[Any, str], Any] = {(queue, "SimpleQueue"): SimpleQueue}
