"""Threads and their locks, gated: what `frontend.threads` and its neighbours make of them.

Gated are Thread, Lock, RLock, Event and semaphores that the program makes; those of the library
stay as they are, since they are part of something else. As in the virtual world, what a process
with a single thread does to them is no operation unless it waits. `unsupported` names the rest.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, Final

from explorer.frontend.place import is_user_file
from explorer.model.trace import Trace
from explorer.worlds.real import lives
from explorer.worlds.real.gate import gate

_Thread: Any = threading.Thread
_start: Final = _Thread.start
_join: Final = _Thread.join
_is_alive: Final = _Thread.is_alive
_invoke: Final = _Thread._bootstrap_inner
_lock: Final = threading.Lock
_rlock: Final = threading.RLock
_shutdown: Final = threading._shutdown  # type: ignore[attr-defined]

_NO_CODE: Final = compile("", "<none>", "exec")
#: What the virtual world has of threads and the real one does not gate.
_LACKING: Final = ("threading.Condition", "threading.Barrier", "queue.")


def unsupported(trace: Trace) -> str | None:
    """What a run uses of threads that cannot be gated, if anything."""
    for event in trace.events:
        kind = event.object.rpartition("/")[2]
        if any(word in kind for word in _LACKING):
            return event.object.partition(" in ")[0]
        if event.operation == "take" and event.actor != event.process:
            return f"{event.object}, whose workers are threads,"
    return None


def _threads() -> list[Any]:
    """The threads that this process has started, in this order."""
    found: list[Any] = gate().tables.setdefault("threads", [])
    return found


def start(self: Any) -> None:
    """Start the thread, and let it go up to its first operation."""
    here = gate()
    if not here.open or self._started.is_set() or not is_user_file(_caller()):
        _start(self)
        return
    actor = here.mine.actor or ""
    number = here.count(f"{actor} Thread")
    is_main = actor == here.process
    self.gate_name = f"{actor}/Thread-{number}" if is_main else f"{actor}:{number}"
    self.gate_arrived = threading.Event()
    self.run = reporting(self)
    _threads().append(self)
    here.within(lambda: _start(self))
    here.within(self.gate_arrived.wait)


def reporting(thread: Any) -> Callable[[], None]:
    """A thread's `run`; what ends it is told, and written to stderr by no operation of its own."""
    body = thread.run

    def run() -> None:
        try:
            body()
        except SystemExit:
            pass
        except BaseException as error:
            if is_user_file(getattr(threading.excepthook, "__code__", _NO_CODE).co_filename):
                raise  # the program's own hook looks at it
            lives.report(gate().process, error, f"Exception in thread {thread.name}:\n")

    return run


def bootstrap_inner(self: Any) -> None:
    """The whole life of a thread."""
    name = getattr(self, "gate_name", None)
    if name is None:
        _invoke(self)
        return
    here = gate()
    here.join(name, arrived=self.gate_arrived)
    try:
        _invoke(self)
    finally:
        here.perform("end", name, lambda: None, result=lambda _: None)
        here.leave()
        self.gate_arrived.set()


def join(self: Any, timeout: float | None = None) -> None:
    """Wait for the thread's end."""
    here = gate()
    name = getattr(self, "gate_name", None)
    if name is None or not here.open or name == here.mine.actor or _is_ancient(self):
        _join(self, timeout)
        return

    def wait() -> bool:
        _join(self, here.patience(timeout))
        return not _is_alive(self)

    here.perform("join", name, wait)


def _is_ancient(thread: Any) -> bool:
    """Whether a thread was one of the parent's, before the fork."""
    return thread not in _threads()


def is_alive(self: Any) -> bool:
    """Whether it runs."""
    here = gate()
    name = getattr(self, "gate_name", None)
    if name is None or not here.open or name == here.mine.actor or _is_ancient(self):
        return bool(_is_alive(self))
    return here.perform("is_alive", name, lambda: bool(_is_alive(self)))


def end_all() -> None:
    """What the end of a process waits for: its threads that are no daemons."""
    for thread in list(_threads()):
        if _is_alive(thread) and not thread.daemon:
            join(thread)
    gate().within(_shutdown)


def _caller() -> str:
    """The file of the code that called what calls this."""
    return sys._getframe(2).f_code.co_filename


class _Private:
    """Something that belongs to one process; its copy in a child has a name of its own."""

    gate_name: str
    gate_maker: str

    def named(self, label: str) -> None:
        """Give it its name."""
        here = gate()
        self.gate_name, self.gate_maker = here.new_name(label), here.process

    @property
    def label(self) -> str:
        """Its name in the running process."""
        process = gate().process
        return self.gate_name if process == self.gate_maker else f"{self.gate_name} in {process}"

    def at_once(self, name: str, action: Callable[[], Any], **given: Any) -> Any:
        """One operation that never waits; none at all if no other thread can tell."""
        here = gate()
        if not here.open:
            return action()
        if not _threads():
            return here.within(action)
        return here.perform(name, self.label, action, **given)

    def waiting(self, name: str, attempt: Callable[[bool], bool]) -> bool:
        """One operation that may have to wait; without that, as `at_once`.

        Args:
            attempt: does it and says whether it could; told whether it may wait.
        """
        here = gate()
        if not here.open:
            return attempt(True)
        if not _threads() and here.within(lambda: attempt(False)):
            return True
        return here.perform(name, self.label, lambda: attempt(True))


class GatedLock(_Private):
    """`threading.Lock`."""

    def __init__(self) -> None:
        self.real = self._make()

    def _make(self) -> Any:
        self.named("threading.Lock")
        return _lock()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it."""
        if not blocking or timeout == 0:
            return bool(self.at_once("acquire", lambda: self.real.acquire(False)))

        def attempt(may_wait: bool) -> bool:
            if not may_wait:
                return bool(self.real.acquire(False))
            patience = gate().patience(None if timeout == -1 else timeout)
            return bool(self.real.acquire(True, -1 if patience is None else patience))

        return self.waiting("acquire", attempt)

    def release(self) -> None:
        """Free it."""
        self.at_once("release", self.real.release)

    def locked(self) -> bool:
        """Whether it is held."""
        return bool(self.at_once("locked", self.real.locked))

    def _at_fork_reinit(self) -> None:
        self.real._at_fork_reinit()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()


class GatedRLock(GatedLock):
    """`threading.RLock`."""

    def _make(self) -> Any:
        self.named("threading.RLock")
        return _rlock()


class GatedEvent(_Private, threading.Event):
    """`threading.Event`."""

    def __init__(self) -> None:
        gate().within(lambda: threading.Event.__init__(self))
        self.named("threading.Event")

    def is_set(self) -> bool:
        """What the flag is."""
        return bool(self.at_once("is_set", lambda: threading.Event.is_set(self)))

    def set(self) -> None:
        """Set it."""
        self.at_once("set", lambda: threading.Event.set(self))

    def clear(self) -> None:
        """Clear it."""
        self.at_once("clear", lambda: threading.Event.clear(self))

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set."""
        if timeout is not None and timeout <= 0:
            return self.is_set()

        def attempt(may_wait: bool) -> bool:
            if not may_wait:
                return threading.Event.is_set(self)
            return threading.Event.wait(self, gate().patience(timeout))

        return self.waiting("wait", attempt)


class GatedSemaphore(_Private, threading.Semaphore):
    """`threading.Semaphore`."""

    _real: Any = threading.Semaphore
    _label = "threading.Semaphore"

    def __init__(self, value: int = 1) -> None:
        gate().within(lambda: self._real.__init__(self, value))
        self.named(self._label)

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take a permit."""
        if not blocking or (timeout is not None and timeout <= 0):
            return bool(self.at_once("acquire", lambda: self._real.acquire(self, False)))

        def attempt(may_wait: bool) -> bool:
            if not may_wait:
                return bool(self._real.acquire(self, False))
            return bool(self._real.acquire(self, True, gate().patience(timeout)))

        return self.waiting("acquire", attempt)

    __enter__ = acquire

    def release(self, n: int = 1) -> None:
        """Give permits back."""
        self.at_once("release", lambda: self._real.release(self, n), value=n)

    def __exit__(self, *exc: object) -> None:
        self.release()


class GatedBoundedSemaphore(GatedSemaphore, threading.BoundedSemaphore):
    """`threading.BoundedSemaphore`."""

    _real: Any = threading.BoundedSemaphore
    _label = "threading.BoundedSemaphore"


def _factory(real: Callable[[], Any], gated: Callable[[], Any]) -> Callable[[], Any]:
    def make() -> Any:
        return gated() if gate().open and is_user_file(_caller()) else real()

    return make


def _becoming(real: type, gated: type) -> Any:
    """A `__new__` by which the program gets our subclass, and the library its own class."""

    def make(cls: type, *args: Any, **kwargs: Any) -> Any:
        ours = cls is real and gate().open and is_user_file(_caller())
        return object.__new__(gated if ours else cls)

    return make


def install() -> None:
    """Patch this interpreter, for good."""
    patched: Any = threading
    _Thread.start, _Thread.join, _Thread.is_alive = start, join, is_alive
    _Thread._bootstrap_inner = bootstrap_inner
    patched._shutdown = end_all
    patched.Lock, patched.RLock = _factory(_lock, GatedLock), _factory(_rlock, GatedRLock)
    for real, gated in (
        (threading.Event, GatedEvent),
        (threading.Semaphore, GatedSemaphore),
        (threading.BoundedSemaphore, GatedBoundedSemaphore),
    ):
        real.__new__ = _becoming(real, gated)  # type: ignore[method-assign]
