"""`threading.Thread` and what goes with it: each thread is an actor of its process.

The methods of CPython's own class are replaced, so that classes derived from it, `Timer` among
them, work as they are. What threads do to plain memory is no operation: one goes on until it comes
to an operation, and only there can another one come in between.

PYTEST_DONT_REWRITE: these assertions are CPython's, to the letter.
"""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from explorer.engine.clock import nanoseconds
from explorer.frontend.copier import copied_types
from explorer.frontend.current import inside, next_number, slot
from explorer.frontend.failures import failure_text
from explorer.frontend.lifetime import PASS_THROUGH
from explorer.frontend.place import is_user_file
from explorer.frontend.signals import pid_of
from explorer.model.operation import Operation
from explorer.objects.process import ProcessObject
from explorer.objects.thread import END, IS_ALIVE, JOIN, ThreadObject

Thread = threading.Thread


class State:
    """What CPython keeps in an Event and in a handle: whether a thread was started, has ended."""

    machine: ThreadObject | None = None
    is_main = False

    def is_set(self) -> bool:
        """Whether it was started."""
        return self.is_main or self.machine is not None

    def is_done(self) -> bool:
        """Whether it has ended."""
        return self.machine is not None and self.machine.ended

    def forked(self, child: ProcessObject, copy: Callable[[Any], Any]) -> None:
        """In a child the threads of its parent have ended."""
        if self.machine is not None:
            ended = ThreadObject(self.machine.name, child, daemon=self.machine.daemon)
            ended.ended = True
            self.machine = ended


copied_types.add(State)


def _init(
    real: Callable[..., None],
    self: Any,
    group: None = None,
    target: Any = None,
    name: Any = None,
    args: Any = (),
    kwargs: Any = None,
    *,
    daemon: bool | None = None,
    **options: Any,
) -> None:
    world = inside()
    if world is None:
        real(self, group, target, name, args, kwargs, daemon=daemon, **options)
        return
    assert group is None, "group argument must be None for now"
    if not name:
        name = f"Thread-{next_number(world.running.process, 'thread name')}"
        if hasattr(target, "__name__"):
            name += f" ({target.__name__})"
    state = State()
    self.__dict__.update(
        _target=target,
        _name=str(name),
        _args=args,
        _kwargs={} if kwargs is None else kwargs,
        _daemonic=current_thread().daemon if daemon is None else daemon,
        _ident=None,
        _native_id=None,
        _started=state,
        _handle=state,
        _is_stopped=False,
        _initialized=True,
        _context=None,
    )


def _start(real: Callable[[Any], None], self: Any) -> None:
    world = inside()
    if world is None:
        real(self)
        return
    if not self.__dict__.get("_initialized"):
        raise RuntimeError("thread.__init__() not called")
    if self._started.is_set():
        raise RuntimeError("threads can only be started once")
    creator = world.running
    process = creator.process
    mark_threads(process)
    number = next_number(process, f"{creator.name} Thread")
    name = (
        f"{process.name}/Thread-{number}"
        if creator is process.main
        else (f"{creator.name}:{number}")
    )
    machine = ThreadObject(name, process, daemon=self._daemonic)
    self._started.machine = machine
    self._ident = self._native_id = _identity(process, next_number(process, "thread ident"))
    world.runtime.threads.setdefault(process, {})[name] = self
    world.start_thread(name, (_live, self, machine))


def mark_threads(process: ProcessObject) -> None:
    """From here on what is done to private locks of a process is an operation."""
    process.counters.setdefault("Thread", 0)


def _live(thread: Any, machine: ThreadObject) -> Operation:
    """The code of a thread, and what comes after it."""
    machine.actor = slot.world.running
    try:
        thread.run()
    except PASS_THROUGH:
        raise
    except SystemExit:
        pass
    except BaseException as error:
        _report(thread, error)
    return Operation(END, machine)


def _report(thread: Any, error: BaseException) -> None:
    process = slot.world.running.process
    if process.error is None:
        process.error = error
    code = getattr(threading.excepthook, "__code__", None)
    if code is not None and is_user_file(code.co_filename):  # the program's own
        details: tuple[type[BaseException], BaseException, TracebackType | None, Any]
        details = (type(error), error, error.__traceback__, thread)
        threading.excepthook(threading.ExceptHookArgs(details))
        return
    text = f"Exception in thread {thread.name}:\n{failure_text(error)}"
    slot.world.runtime.write_error(text)


def _join(real: Callable[..., None], self: Any, timeout: float | None = None) -> None:
    world = inside()
    if world is None:
        real(self, timeout)
        return
    if not self.__dict__.get("_initialized"):
        raise RuntimeError("Thread.__init__() not called")
    if not self._started.is_set():
        raise RuntimeError("cannot join thread before it is started")
    machine = self._started.machine
    if machine is None or machine.actor is world.running:
        raise RuntimeError("cannot join current thread")
    if machine.process is world.running.process:
        wait = None if timeout is None else nanoseconds(timeout)
        ended = world.perform(Operation(JOIN, machine, timeout=wait))
        if ended and world.running is machine.process.main:
            machine.joined = True


def _is_alive(real: Callable[[Any], bool], self: Any) -> bool:
    world = inside()
    state = self.__dict__.get("_started")
    if world is None:
        return False if isinstance(state, State) else real(self)
    assert self._initialized, "Thread.__init__() not called"
    assert isinstance(state, State), "a thread that was started outside of the run"
    if state.machine is None or state.machine.actor is world.running:
        return bool(state.is_set())
    alive = bool(world.perform(Operation(IS_ALIVE, state.machine)))
    self._is_stopped = not alive
    return alive


def join_threads(process: ProcessObject) -> None:
    """What the end of a process waits for: its threads that are no daemons."""
    table = slot.world.runtime.threads.get(process, {})
    while True:
        states = [thread._started.machine for thread in table.values()]
        left = [one for one in states if one is not None and not one.ended and not one.daemon]
        if not left:
            return
        for machine in left:
            slot.world.perform(Operation(JOIN, machine))


# Who is there


class _MainThread(Thread):
    """The main thread of a virtual process."""

    def __init__(self) -> None:
        Thread.__init__(self, name="MainThread", daemon=False)
        self._started.is_main = True  # type: ignore[attr-defined]


class _OtherThread(Thread):
    """A thread that the program did not start itself: the one that runs a pool's callbacks."""

    def __init__(self, name: str) -> None:
        Thread.__init__(self, name=name, daemon=True)
        self._started.is_main = True  # type: ignore[attr-defined]


def current_thread() -> Any:
    """The running thread."""
    actor = slot.world.running
    process = actor.process
    table = slot.world.runtime.threads.setdefault(process, {})
    if actor.name not in table:
        is_main = actor is process.main
        made: Any = _MainThread() if is_main else _OtherThread(actor.name)
        table[actor.name] = made
        made._ident = made._native_id = (
            pid_of(process) if is_main else _identity(process, next_number(process, "thread ident"))
        )
    return table[actor.name]


def _main_thread() -> Any:
    process = slot.world.running.process
    table = slot.world.runtime.threads.setdefault(process, {})
    if process.name not in table:
        made: Any = _MainThread()
        table[process.name] = made
        made._ident = made._native_id = pid_of(process)
    return table[process.name]


def _enumerate() -> list[Any]:
    main = _main_thread()
    table = slot.world.runtime.threads[slot.world.running.process]
    return [main, *(one for one in table.values() if one is not main and one.is_alive())]


def _identity(process: ProcessObject, number: int) -> int:
    return pid_of(process) * 1000 + number


def _inside(function: Callable[[], Any]) -> Callable[..., Any]:
    def replaced(real: Callable[[], Any]) -> Any:
        return real() if inside() is None else function()

    return replaced


PATCHES: dict[tuple[Any, str], Callable[..., Any]] = {
    (Thread, "__init__"): _init,
    (Thread, "start"): _start,
    (Thread, "join"): _join,
    (Thread, "is_alive"): _is_alive,
    (threading, "current_thread"): _inside(current_thread),
    (threading, "currentThread"): _inside(current_thread),
    (threading, "main_thread"): _inside(_main_thread),
    (threading, "enumerate"): _inside(_enumerate),
    (threading, "active_count"): _inside(lambda: len(_enumerate())),
    (threading, "get_ident"): _inside(lambda: current_thread().ident),
    (threading, "get_native_id"): _inside(lambda: current_thread().native_id),
    (_thread, "get_ident"): _inside(lambda: current_thread().ident),
}
