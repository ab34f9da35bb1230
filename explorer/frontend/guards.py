"""What a program under exploration must not do for real: refused, by name and line.

Sockets, subprocesses and raw threads have a timing of their own, which no schedule controls, and
would do for real, thousands of times, what is to be done once. `sys.addaudithook` sees them all,
whoever calls them; it stays in the interpreter for ever (there is no way to take a hook out) and
does nothing outside of a virtual process.
"""

from __future__ import annotations

import _thread
import errno
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, Final, NoReturn

from explorer.errors import NotSupported
from explorer.frontend.current import abort, inside
from explorer.frontend.place import place

_REAL_PROCESS: Final = (
    "starts a real process",
    "Start it as a multiprocessing.Process, or replace the call in the runs of the explorer.",
)
_SOCKET: Final = (
    "uses a socket",
    "Let the processes talk through a Queue or a Pipe, or replace the call in the runs of the "
    "explorer.",
)
_THREAD: Final = (
    "starts a thread below threading.Thread, and such threads are not simulated",
    "Start a threading.Thread.",
)

#: Audit event -> (how the call is known, what the program does, what to do instead).
GUARDED: Final[dict[str, tuple[str, tuple[str, str]]]] = {
    "os.exec": ("os.exec*()", _REAL_PROCESS),
    "os.fork": ("os.fork()", _REAL_PROCESS),
    "os.forkpty": ("os.forkpty()", _REAL_PROCESS),
    "os.posix_spawn": ("os.posix_spawn()", _REAL_PROCESS),
    "os.spawn": ("os.spawn*()", _REAL_PROCESS),
    "os.system": ("os.system()", _REAL_PROCESS),
    "pty.spawn": ("pty.spawn()", _REAL_PROCESS),
    "subprocess.Popen": ("subprocess.Popen()", _REAL_PROCESS),
    "socket.__new__": ("socket.socket()", _SOCKET),
    "socket.getaddrinfo": ("socket.getaddrinfo()", _SOCKET),
    "socket.gethostbyname": ("socket.gethostbyname()", _SOCKET),
    "_thread.start_new_thread": ("a thread's start()", _THREAD),
    "_thread.start_joinable_thread": ("a thread's start()", _THREAD),
}


def _hook(event: str, args: Any) -> None:
    if event in GUARDED and inside() is not None:
        call, (what, advice) = GUARDED[event]
        refuse(call, what, advice)


def refuse(call: str, what: str, advice: str) -> NoReturn:
    """End the run: the program did something that is not simulated."""
    abort(NotSupported(f"{call}{place()}: the program {what}. {advice}"))


_hooked: list[bool] = []


def add_hook() -> None:
    """Watch this interpreter, once and for ever."""
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(_hook)


def _refused(call: str, what: str, advice: str) -> Callable[..., Any]:
    def guarded(real: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if inside() is None:
            return real(*args, **kwargs)
        return refuse(call, what, advice)

    return guarded


_WAIT = ("waits for a real process", "Use Process.join().")
_SIGNAL = (
    "asks for a signal, and only those that end a process are simulated",
    "Use a timeout, an Event or Process.terminate() instead.",
)
#: Nobody sends these in a run, so that a handler for them changes nothing.
_NEVER_SENT = frozenset({signal.SIGINT, signal.SIGPIPE, signal.SIGHUP, signal.SIGCHLD})


def _signal(real: Callable[..., Any], number: int, handler: Any) -> Any:
    """`signal.signal`: taken note of, unless the run would have to deliver that signal."""
    world = inside()
    if world is None:
        return real(number, handler)
    process = world.running.process
    handlers = world.runtime.handlers.setdefault(process, {})
    if number not in _NEVER_SENT and process.parent is not None and handler != signal.SIG_DFL:
        name = signal.Signals(number).name
        refuse(
            f"signal.signal({name}, …)",
            "handles a signal in a child, and what arrives there ends the child here",
            "Tell the child to stop through an Event or a sentinel in its queue.",
        )
    before = handlers.get(number, signal.SIG_DFL)
    handlers[number] = handler
    return before


def _getsignal(real: Callable[[int], Any], number: int) -> Any:
    world = inside()
    if world is None:
        return real(number)
    return world.runtime.handlers.get(world.running.process, {}).get(number, signal.SIG_DFL)


def _waitpid(real: Callable[[int, int], Any], pid: int, options: int) -> Any:
    """`os.waitpid(-1, os.WNOHANG)`: a child that has ended and was not joined."""
    world = inside()
    if world is None:
        return real(pid, options)
    if pid != -1 or options != os.WNOHANG:
        refuse("os.waitpid()", *_WAIT)
    children = world.running.process.children
    for child in list(children):
        if child.exitcode is not None:
            code = child.exitcode
            return child.pid, -code if code < 0 else code << 8
    if not children:
        raise ChildProcessError(errno.ECHILD, os.strerror(errno.ECHILD))
    return 0, 0


PATCHES: dict[tuple[Any, str], Callable[..., Any]] = {
    (_thread, "start_new_thread"): _refused("a thread's start()", *_THREAD),  # 3.11: no event
    (signal, "signal"): _signal,
    (signal, "getsignal"): _getsignal,
    **{
        (signal, name): _refused(f"signal.{name}()", *_SIGNAL)
        for name in ("alarm", "pause", "raise_signal", "setitimer", "sigtimedwait", "sigwait")
    },
    (os, "waitpid"): _waitpid,
    **{(os, name): _refused(f"os.{name}()", *_WAIT) for name in ("wait", "waitid")},
}
