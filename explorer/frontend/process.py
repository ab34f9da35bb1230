"""`multiprocessing.Process` and what goes with it, on virtual processes.

Differences from Lib/multiprocessing/process.py: starting is an operation of the virtual world,
and names, pids and exit codes come from it. The checks and their wording are CPython's.

PYTEST_DONT_REWRITE: these assertions are CPython's, to the letter.
"""

from __future__ import annotations

import signal
from typing import Any

from explorer.engine.clock import nanoseconds
from explorer.frontend import memory
from explorer.frontend.current import process as current
from explorer.frontend.current import slot, world
from explorer.frontend.disk import working_directory
from explorer.frontend.lifetime import bootstrap
from explorer.frontend.output import flush_all
from explorer.frontend.signals import exit_name, pid_of, send_signal
from explorer.model.actor import MAIN
from explorer.model.operation import Operation, quick
from explorer.objects.pipe import inherit
from explorer.objects.process import JOIN, POLL, ProcessObject, new_process
from explorer.objects.thread import ForkOperation


class Process:
    """A virtual `multiprocessing.Process`; subclass it, or give it a target."""

    _start_method: str | None = None
    _object: ProcessObject | None = None
    _reaped: int | None = None
    _closed = False
    _name: str | None = None

    def __init__(
        self,
        group: None = None,
        target: Any = None,
        name: str | None = None,
        args: Any = (),
        kwargs: Any = {},  # noqa: B006 (as in CPython; copied below)
        *,
        daemon: bool | None = None,
    ) -> None:
        assert group is None, "group argument must be None for now"
        parent = slot.world.running.process if slot.world is not None else current()
        self._parent: Any = parent  # a ProcessObject, None of the main process
        number = parent.counters.get("Process", 0) + 1
        parent.counters["Process"] = number
        self._number = number
        self._target = target
        self._args = tuple(args)
        self._kwargs = dict(kwargs) if kwargs else {}
        self._daemon = parent.daemon if daemon is None else daemon
        # An attribute that stands on the class only is looked up slowly: 0.05 µs each time.
        self._object = None
        self._reaped = None
        self._closed = False
        self._name = None if name is None else str(name)

    def run(self) -> None:
        """The body of the process; overridden by subclasses."""
        if self._target:
            self._target(*self._args, **self._kwargs)

    def start(self) -> None:
        """Start the child."""
        if self._closed:
            self._check_closed()
        assert self._object is None, "cannot start a process twice"
        running = slot.world or world()
        parent = running.running.process
        assert self._parent is parent, "can only start a process object created by current process"
        assert not parent.daemon, "daemonic processes are not allowed to have children"
        child = new_process(_canonical(parent, self._number), parent)
        child.daemon = self._daemon
        threaded = "Thread" in parent.counters
        if threaded:  # what it copies now may be different a moment later
            private = running.runtime.private.get(parent, [])
            running.perform(ForkOperation(child, list(private)))
        self._object = child
        if self._name is not None or type(self) is not Process:
            child.given_name = self.name
        runtime = running.runtime
        if child.name in runtime.absent:
            child.exitcode = 0
            return
        if runtime.used:
            _hand_down(running, parent, child)
        try:
            handle, space = memory.fork(running, self)
        except BaseException:
            self._object = None  # it cannot be pickled, say
            raise
        child.handle = handle
        if handle is not self:
            child.own_handle = handle
        parent.children.append(self)
        if parent.belongings:
            inherit(parent, child)
        if type(handle) is Process and handle._target is not None and not handle._kwargs:
            job = (bootstrap, child, handle._target, handle._args)  # what `run` does, sooner
        else:
            job = (bootstrap, child, handle.run, ())
        running.spawn(child, job, space, threaded)

    def terminate(self) -> None:
        """Send SIGTERM; the child dies at some later moment, its `finally` blocks not run."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        self._check_closed()
        target = self._object
        if target is None:
            raise AttributeError("'NoneType' object has no attribute 'terminate'")
        send_signal(target, number)

    def join(self, timeout: float | None = None) -> None:
        """Wait until the child has ended, at most `timeout` seconds."""
        if self._closed:
            self._check_closed()
        running = slot.world or world()
        me = running.running.process
        assert self._parent is me, "can only join a child process"
        child = self._object
        assert child is not None, "can only join a started process"
        if self._reaped is not None:
            return
        operation = quick(JOIN, child)
        if timeout is not None:
            operation.timeout = nanoseconds(timeout)
        if running.perform_eager(operation):
            self._reaped = child.exitcode
            if self in me.children:
                me.children.remove(self)

    def _reap(self, code: int | None) -> int | None:
        if code is not None:
            self._reaped = code
            if self in self._parent.children:
                self._parent.children.remove(self)
        return code

    def _poll(self) -> int | None:
        if self._reaped is not None or self._object is None:
            return self._reaped
        return self._reap(world().perform(Operation(POLL, self._object)))

    def is_alive(self) -> bool:
        """Whether the child runs."""
        self._check_closed()
        me = world().running.process
        if me is self._object:
            return True
        assert self._parent is me, "can only test a child process"
        return self._object is not None and self._poll() is None

    def close(self) -> None:
        """Give the object up; refused while the child runs."""
        if self._object is not None and not self._closed and self._poll() is None:
            raise ValueError(
                "Cannot close a process while it is still running. "
                "You should first call join() or terminate()."
            )
        self._closed = True

    def _check_closed(self) -> None:
        if self._closed:
            raise ValueError("process object is closed")

    @property
    def name(self) -> str:
        """Its name, by default made of the class and its number among its siblings."""
        if self._name is None:
            canonical = _canonical(self._parent, self._number)
            self._name = type(self).__name__ + canonical.removeprefix("Process")
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        assert isinstance(name, str), "name must be a string"
        self._name = name

    @property
    def daemon(self) -> bool:
        """Whether its parent's end cuts it off."""
        return self._daemon

    @daemon.setter
    def daemon(self, daemonic: bool) -> None:
        assert self._object is None, "process has already started"
        self._daemon = daemonic

    @property
    def authkey(self) -> bytes:
        """A constant; nothing is authenticated here."""
        return b"virtual"

    @property
    def exitcode(self) -> int | None:
        """None while it runs."""
        self._check_closed()
        if self._object is None or world().running.process is self._object:
            return None
        return self._poll()

    @property
    def ident(self) -> int | None:
        """Its virtual pid, None before start."""
        self._check_closed()
        return None if self._object is None else pid_of(self._object)

    pid = ident

    @property
    def sentinel(self) -> Any:
        """What `connection.wait` can wait for."""
        self._check_closed()
        if self._object is None:
            raise ValueError("process not started")
        return self._object

    def __repr__(self) -> str:
        if self._closed:
            status = "closed"
        elif self._object is None:
            status = "initial"
        elif self._reaped is None:
            status = "started"
        else:
            status = f"stopped exitcode={exit_name(self._reaped)}"
        pid = "" if self._object is None else f" pid={pid_of(self._object)}"
        daemon = " daemon" if self._daemon else ""
        parent = None if self._parent is None else pid_of(self._parent)
        return f"<{type(self).__name__} name={self.name!r}{pid} parent={parent} {status}{daemon}>"


memory.copied_types.add(Process)
memory.bare_types.add(Process)


class MainProcess(Process):
    """What `current_process()` returns in the main process."""

    def __init__(self, process: ProcessObject) -> None:
        self._parent = None
        self._number = 0
        self._object = process
        self._reaped = None
        self._closed = False
        self._target = None
        self._args = ()
        self._kwargs = {}
        self._daemon = False
        self._name = MAIN

    def close(self) -> None:
        """Nothing to give up."""


class ParentProcess:
    """What `parent_process()` returns in a child."""

    def __init__(self, process: ProcessObject) -> None:
        self._object = process

    @property
    def name(self) -> str:
        """The parent's name."""
        return self._object.title

    @property
    def pid(self) -> int:
        """The parent's pid."""
        return pid_of(self._object)

    ident = pid

    def is_alive(self) -> bool:
        """Whether the parent runs."""
        return world().perform(Operation(POLL, self._object)) is None

    def join(self, timeout: float | None = None) -> None:
        """Wait for the parent's end."""
        limit = None if timeout is None else nanoseconds(timeout)
        world().perform(Operation(JOIN, self._object, timeout=limit))


def current_process() -> Process:
    """The Process object of the process whose code is running."""
    process = world().running.process
    if process.handle is None:
        process.handle = MainProcess(process)
    elif process.handle is not process.own_handle and process.parent is not None:
        process.handle = process.own_handle = memory.own_copy(process.handle)
    found: Process = process.handle
    return found


def parent_process() -> ParentProcess | None:
    """The parent's, None in the main process."""
    parent = world().running.process.parent
    return None if parent is None else ParentProcess(parent)


def active_children() -> list[Process]:
    """The children that have not ended; joins those that have."""
    children: list[Process] = list(world().running.process.children)
    return [child for child in children if child._poll() is None]


def _hand_down(running: Any, parent: ProcessObject, child: ProcessObject) -> None:
    """What is buffered goes out before a fork; the child begins where its parent is."""
    tables = running.runtime.__dict__
    if "streams" in tables:
        flush_all(running, parent)
    if "folders" in tables:
        tables["folders"][child] = working_directory()


def _canonical(parent: ProcessObject, number: int) -> str:
    return f"Process-{number}" if parent.parent is None else f"{parent.name}:{number}"
