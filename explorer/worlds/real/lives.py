"""`multiprocessing.Process`, gated: start, join, poll, terminate, and the end of each process.

The operations are those of `frontend.process`; what is done is what Lib/multiprocessing/process.py
does. A signal is only announced by its sender: the warden delivers it when the schedule says so.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import random
import signal
import traceback
from collections.abc import Callable
from multiprocessing import context, process, util
from multiprocessing.process import BaseProcess
from typing import Any, Final

from explorer.worlds.real import managers, pools, queues, spawning, surroundings, wire
from explorer.worlds.real.gate import gate

_start: Final = BaseProcess.start
_join: Final = BaseProcess.join
_close: Final = BaseProcess.close
_is_alive: Final = BaseProcess.is_alive
_bootstrap: Final = BaseProcess._bootstrap  # type: ignore[attr-defined]
_exit: Final = os._exit
_write: Final = os.write
_close_stdin: Final = util._close_stdin  # type: ignore[attr-defined]
_finish: Final = util._exit_function  # type: ignore[attr-defined]


def canonical(child: Any) -> str:
    """The name that places use: Process-1, Process-1:2."""
    return "Process-" + ":".join(str(number) for number in child._identity)


def _children() -> list[Any]:
    """The children of this process that it has not joined yet, oldest first."""
    found: list[Any] = gate().tables.setdefault("children", [])
    return found


def start(self: Any) -> None:
    """Start the child, unless the case leaves it out: then it ends at once."""
    here = gate()
    if not here.open or self._closed or self._popen is not None:
        # A manager's, say, which nobody schedules.
        is_worker = pools.is_worker(self)
        self._is_foreign = here.mine.wire is not None and not is_worker
        if is_worker:
            spawning.bearing(canonical(self), lambda: _start(self))
        else:
            _start(self)
        return
    name = canonical(self)
    if name in here.settings.absent:
        self._is_absent = True
        here.within(lambda: _start(self))
        return
    surroundings.flush()
    here.perform("start", name, lambda: spawning.bearing(name, lambda: _start(self)))
    here.tables.setdefault("sentinels", {})[self._sentinel] = name
    _children().append(self)


def bootstrap(self: Any, *args: Any, **kwargs: Any) -> int:
    """The whole life of a child."""
    if getattr(self, "_is_absent", False):
        _exit(0)
    here = gate()
    if getattr(self, "_is_foreign", False):
        here.stay_out()
        foreign: int = _bootstrap(self, *args, **kwargs)
        return foreign
    name = canonical(self)
    if here.process == name and here.mine.wire is not None:  # it was spawned, and is there already
        return here.outside(lambda: live(self, name, args, kwargs))
    here.enter(name)
    return live(self, name, args, kwargs)


def live(self: Any, name: str, args: Any, kwargs: Any) -> int:
    """What a child does, from where it has entered the run."""
    here = gate()
    random.seed(f"{here.settings.seed} {name}")
    self.run = reporting(self, name)
    code: int = _bootstrap(self, *args, **kwargs)
    _leave(code)
    return code


def reporting(child: Any, name: str) -> Callable[[], Any]:
    """A child's `run`; what ends it is told, and written to stderr by no operation of its own."""
    body = child.run

    def run() -> Any:
        try:
            return body()
        except SystemExit as wanted:
            if wanted.code is not None and not isinstance(wanted.code, int):
                tell(f"{wanted.code}\n")
                raise SystemExit(1) from None
            raise
        except BaseException as error:
            report(name, error, f"Process {child.name}:\n")
            raise SystemExit(1) from None

    return run


def report(process: str, error: BaseException, head: str = "") -> None:
    """Say which exception has ended a process, and write it where CPython does."""
    gate().say(wire.RAISED, process, type(error).__name__, str(error))
    tell(head + gate().within(lambda: "".join(traceback.format_exception(error))))


def tell(text: str) -> None:
    """Write to stderr, as the interpreter does."""
    _write(2, text.encode("utf-8", "replace"))


def _leave(code: int) -> None:
    here = gate()
    if here.open and not here.tables.get("works"):
        here.ask("exit", here.process, code & 0xFF)
        here.leaving = True


def leave(code: int) -> None:
    """`os._exit`: ends this process where it is."""
    here = gate()
    if not here.leaving:
        _leave(code)
    _exit(code)


def finish() -> None:
    """What multiprocessing does at the end of a process: daemons are stopped, the others joined."""
    if util._exiting:  # type: ignore[attr-defined]
        return
    util._exiting = True  # type: ignore[attr-defined]
    managers.end_all()
    util._run_finalizers(0)  # type: ignore[attr-defined]
    for child in list(_children()):
        if child.daemon:
            send(child, signal.SIGTERM)
    for child in list(_children()):
        join(child)
    queues.join_feeders()
    util._run_finalizers()  # type: ignore[attr-defined]


def close_stdin() -> None:
    """A child has nothing to read: the library's own affair, and none of the program's files."""
    gate().within(_close_stdin)


def terminate(self: Any) -> None:
    """SIGTERM."""
    send(self, signal.SIGTERM)


def kill(self: Any) -> None:
    """SIGKILL."""
    send(self, signal.SIGKILL)


def send(self: Any, number: int) -> None:
    """Announce a signal; where nothing is granted, send it."""
    self._check_closed()
    here = gate()
    popen = self._popen
    announced = here.open and not here.settings.free
    act = popen._send_signal  # as CPython: AttributeError, if it was never started
    here.perform(
        "terminate",
        canonical(self),
        (lambda: None) if announced else (lambda: act(number)),
        value=int(number),
    )


def join(self: Any, timeout: float | None = None) -> None:
    """Wait for the child's end."""
    here = gate()
    if not here.open or self._closed or self._popen is None or _is_reaped(self):
        _join(self, timeout)
        return
    here.perform(
        "join",
        canonical(self),
        lambda: _join(self, here.patience(timeout)),
        result=lambda _: _reap(self) is not None,
    )


def _is_reaped(child: Any) -> bool:
    return getattr(child, "_is_reaped", False)


def _reap(child: Any) -> int | None:
    """The exit code, if this process knows it by now."""
    code: int | None = child._popen.returncode
    if code is not None:
        child._is_reaped = True
        gate().say(wire.ENDED, canonical(child), code)
        if child in _children():
            _children().remove(child)
    return code


def poll(self: Any) -> int | None:
    """The exit code, None while it runs: one operation, until it is known."""
    if self._popen is None:
        return None
    look: Callable[[], int | None] = self._popen.poll
    if _is_reaped(self):
        return look()
    return gate().perform("poll", canonical(self), look, result=lambda _: _reap(self))


def is_alive(self: Any) -> bool:
    """Whether the child runs."""
    if not gate().open or self._closed or self._popen is None or _is_mine(self):
        return _is_alive(self)
    assert self._parent_pid == os.getpid(), "can only test a child process"
    return poll(self) is None


def _is_mine(child: Any) -> bool:
    return child is process.current_process()


def exitcode(self: Any) -> int | None:
    """None while it runs."""
    self._check_closed()
    return poll(self)


def close(self: Any) -> None:
    """Give the object up; refused while the child runs."""
    if gate().open and self._popen is not None and not self._closed:
        poll(self)
    gate().within(lambda: _close(self))


def active_children() -> list[Any]:
    """The children that have not ended."""
    here = gate()
    if not here.open:
        return list(process._children)  # type: ignore[attr-defined]
    return [child for child in list(_children()) if poll(child) is None]


def install() -> None:
    """Patch this interpreter, for good."""
    patched: Any = BaseProcess
    for function in (start, join, terminate, kill, is_alive, close):
        setattr(patched, function.__name__, function)
    patched._bootstrap = bootstrap
    patched.exitcode = property(exitcode)
    for owner in (multiprocessing, process):
        vars(owner)["active_children"] = active_children
    context.BaseContext.active_children = staticmethod(active_children)  # type: ignore[method-assign]
    util._exit_function = finish  # type: ignore[attr-defined]
    util._close_stdin = close_stdin  # type: ignore[attr-defined]
    atexit.unregister(_finish)  # the end of the main process calls it, see `body`
    os._exit = leave  # type: ignore[assignment]
