"""One shared cell, with or without a lock, and what all shared memory has in common.

With a lock of its own, a read or a write is one event that waits for that lock, as in
Lib/multiprocessing/sharedctypes.py a property takes it, looks and frees it; `+=` is both, with a
gap between them.
"""

from __future__ import annotations

from typing import Any

from explorer.frontend.coding import Coding
from explorer.frontend.current import inside, world
from explorer.frontend.locks import RLock, SemLock
from explorer.frontend.pickling import Inherited
from explorer.model.operation import Operation, quick
from explorer.objects import cell
from explorer.objects import lock as locks


class Guard:
    """How operations on cells get past the lock, if there is one.

    A lock of ours is the operations' gate. With anything else that has `acquire` and `release`,
    each operation is wrapped in calls of these.
    """

    def __init__(self, lock: Any) -> None:
        self.lock = lock
        self.gate: Any = None
        self.perform: Any = world().perform
        if isinstance(lock, SemLock):
            self.gate = lock._object
        elif isinstance(lock, locks.RLock):
            self.gate = lock
        elif lock is not None:
            self._real_perform, self.perform = self.perform, self._wrapped
        guarded = self.gate is not None
        self.read = cell.GUARDED_READ if guarded else cell.READ
        self.write = cell.GUARDED_WRITE if guarded else cell.WRITE
        self.read_slice = cell.GUARDED_READ_SLICE if guarded else cell.READ_SLICE
        self.write_slice = cell.GUARDED_WRITE_SLICE if guarded else cell.WRITE_SLICE

    def _wrapped(self, operation: Operation) -> Any:
        self.lock.acquire()
        try:
            return self._real_perform(operation)
        finally:
            self.lock.release()

    def handle(self) -> Any:
        """The lock as the program gets it; the lock that came with the value is made now."""
        if isinstance(self.lock, locks.RLock):
            self.lock = RLock.of(self.lock)
        return self.lock


_WRITE = cell.WRITE


class RawCell(Inherited):
    """What RawValue returns: one cell, read and written as `.value`.

    Programs do little else but this, so it is short: 0.1 µs to read and 0.3 µs to write, the
    operation itself not counted.
    """

    _guard: Any = None

    def __init__(self, object: cell.Cells, coding: Coding, perform: Any) -> None:
        self._object = object
        self._coding = coding
        self._perform = perform
        self._read = Operation(cell.READ, object)

    @property
    def value(self) -> Any:
        """The cell: reading and writing it are one operation each."""
        perform = self._perform  # loaded before it is called: see `Engine.advance`
        return perform(self._read)

    @value.setter
    def value(self, value: Any) -> None:
        coding = self._coding
        if type(value) is not coding.plain or not coding.low <= value <= coding.high:
            value = coding.convert(value)
        perform = self._perform
        perform(quick(_WRITE, self._object, value))

    def __repr__(self) -> str:
        # A repr made by the report, not by the program, must not be an event.
        shown = self._object.values[None] if inside() is None else self.value
        return f"{self._coding.ctype.__name__}({shown!r})"


class SynchronizedBase:
    """What a lock adds to a Value or an Array."""

    _guard: Guard
    _object: Any

    def get_lock(self) -> Any:
        """The lock; `with value.get_lock():` makes several operations one."""
        return self._guard.handle()

    def acquire(self, *args: Any, **kwargs: Any) -> bool:
        """Take its lock."""
        return bool(self._guard.handle().acquire(*args, **kwargs))

    def release(self) -> None:
        """Free its lock."""
        self._guard.handle().release()

    def __enter__(self) -> Any:
        return self._guard.handle().__enter__()

    def __exit__(self, *exc: object) -> None:
        self._guard.handle().__exit__(*exc)

    def get_obj(self) -> Any:
        """The same cells without the lock."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__} wrapper for {self.get_obj()!r}>"


class Synchronized(SynchronizedBase, RawCell):
    """A Value with a lock."""

    def __init__(self, object: cell.Cells, coding: Coding, guard: Guard) -> None:
        self._object = object
        self._coding = coding
        self._guard = guard
        self._perform = guard.perform
        self._read = Operation(guard.read, object, None, None, None, guard.gate)

    @property
    def value(self) -> Any:
        """The cell: reading and writing it wait for the lock, and free it again."""
        return self._perform(self._read)

    @value.setter
    def value(self, value: Any) -> None:
        guard, stored = self._guard, self._coding.store(value)
        self._perform(Operation(guard.write, self._object, None, stored, None, guard.gate))

    def get_obj(self) -> RawCell:
        """The cell without the lock."""
        return RawCell(self._object, self._coding, world().perform)
