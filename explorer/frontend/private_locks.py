"""`threading.Lock`, `RLock`, `Condition`, `Event`, `Semaphore` and `Barrier` inside a process.

They are memory of their process, copied at fork as they are. As long as it has one thread, nobody
else can see them: what need not wait is no operation then, and waiting is waiting for ever (or for
the time-out), a deadlock of the process with itself instead of a hanging interpreter. From its
first `Thread.start` on, all that is done to them is an operation.

`Lock` and `RLock` are functions of the library, and replaced as such. The others are classes that
programs may derive from: making one gives an instance of our subclass; a class of the program's
own runs CPython's code, on virtual locks.
"""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Callable
from typing import Any

from explorer.engine.clock import nanoseconds
from explorer.frontend.conditions import wait_for
from explorer.frontend.copier import copied_types
from explorer.frontend.current import inside, new_name, slot, world
from explorer.model.operation import Operation, OperationKind, Raised, Refused
from explorer.objects import barrier as barriers
from explorer.objects import condition as conditions
from explorer.objects import lock as locks
from explorer.objects import private as machines
from explorer.objects.event import ASLEEP
from explorer.objects.process import ProcessObject
from explorer.objects.semaphore import LARGEST


def has_threads(process: ProcessObject) -> bool:
    """Whether a process has, or had, more than one thread that the program can see."""
    return "Thread" in process.counters


class Private:
    """A handle of something that belongs to one process."""

    _object: Any

    def _attach(self, machine: Any) -> None:
        self._object = machine
        running = world()
        running.runtime.private.setdefault(running.running.process, []).append(machine)

    def _do(self, kind: OperationKind, value: Any = None, timeout: int | None = None) -> Any:
        """Perform an operation; without an event if no other thread can tell."""
        machine = self._object
        return do(Operation(kind, machine, None, value, timeout))

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle '_thread.lock' object")

    def forked(self, child: ProcessObject, copy: Callable[[Any], Any]) -> None:
        """This is the copy that a child gets."""
        running = slot.world
        self._object = self._copy(child, running.running, copy)
        running.runtime.private.setdefault(child, []).append(self._object)

    def _copy(self, child: ProcessObject, forking: Any, copy: Callable[[Any], Any]) -> Any:
        return self._object.copied(child, forking, copy)


def do(operation: Operation) -> Any:
    """See `Private._do`."""
    running = slot.world
    actor = running.running
    if has_threads(actor.process):
        return running.perform(operation)
    kind = operation.kind
    if kind.ready is not None and not kind.ready(operation.object, actor, operation):
        return running.perform(operation)
    if running.closing:
        running.refuse()
    actor.expired = False
    try:
        result = kind.apply(operation.object, actor, operation)
    except Refused as refused:
        raise refused.error from None
    if type(result) is Raised:
        raise result.error
    return result


def limit_of(timeout: float | None) -> int | None:
    """A time-out as these take it: None waits for ever, what is not positive polls."""
    return None if timeout is None else nanoseconds(timeout)


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
        do(Operation(machines.NOTIFY, found, None, n, gate=found.lock))

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
        self._attach(machines.PrivateBarrier(name, parties, acts=action is not None))

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
copied_types.update((PrivateLock, PrivateRLock, *CLASSES.values()))


def make_virtual(classes: dict[type, type]) -> None:
    """Let virtual processes get our subclass when they make one of these; stays for ever.

    (A class whose `__new__` was taken away again refuses arguments.)
    """
    for real, virtual in classes.items():
        if "__new__" not in vars(real):
            real.__new__ = _maker(real, virtual)  # type: ignore[method-assign]


def _maker(real: type, virtual: type) -> Any:
    def make(cls: type, *args: Any, **kwargs: Any) -> Any:
        if cls is not real or inside() is None or not _suits(*args, **kwargs):
            return object.__new__(cls)
        return object.__new__(virtual)

    return make


def _suits(lock: Any = None, *args: Any, **kwargs: Any) -> bool:
    """Whether a Condition's lock is one of ours, and not one of several processes, say."""
    lock = kwargs.get("lock", lock)
    return not hasattr(lock, "acquire") or isinstance(lock, PrivateLock)


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
