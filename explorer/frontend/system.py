"""`os` and `atexit` as far as they are about processes: pids, signals, exits, processors."""

from __future__ import annotations

import atexit
import errno
import os
import signal
from collections.abc import Callable
from typing import Any, Final

from explorer.errors import NotSupported
from explorer.frontend.current import abort, inside
from explorer.frontend.lifetime import exit_status
from explorer.frontend.place import place
from explorer.frontend.signals import FIRST_PID, pid_of, send_signal
from explorer.model.operation import Operation
from explorer.objects.process import DIE, EXIT, ProcessObject

#: As many processors everywhere, so that a case means the same on every machine.
PROCESSORS: Final = 4
#: What these do to a process that has no handler for them is nothing.
_HARMLESS = frozenset({signal.SIGCHLD, signal.SIGURG, signal.SIGWINCH, signal.SIGCONT})
_STOPPING = frozenset({signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU})


def _getpid(real: Callable[[], int]) -> int:
    world = inside()
    return real() if world is None else pid_of(world.running.process)


def _getppid(real: Callable[[], int]) -> int:
    world = inside()
    if world is None:
        return real()
    parent = world.running.process.parent
    return FIRST_PID - 1 if parent is None else pid_of(parent)


def _exit(real: Callable[[int], None], status: int) -> None:
    world = inside()
    if world is None:
        return real(status)
    return world.vanish(Operation(EXIT, world.running.process, value=exit_status(status)))  # type: ignore[no-any-return]


def _kill(real: Callable[[int, int], None], pid: int, number: int) -> None:
    world = inside()
    if world is None:
        return real(pid, number)
    target = _process_with(world, pid)
    if number == 0 or number in _HARMLESS:
        return None
    if number in _STOPPING or number == signal.SIGINT:
        name = signal.Signals(number).name
        abort(
            NotSupported(
                f"os.kill with {name}{place()} is not simulated: only signals that end a process "
                "are. Use Process.terminate(), or guard this call in the runs of the explorer."
            )
        )
    if target is world.running.process:
        world.vanish(Operation(DIE, target, value=int(number)))
    send_signal(target, number)
    return None


def _process_with(world: Any, pid: int) -> ProcessObject:
    for process in world.processes:
        if pid_of(process) == pid:
            found: ProcessObject = process
            return found
    raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))


def _putenv(real: Callable[..., None], *args: Any) -> None:
    """The environment of a virtual process is its `os.environ`, and nothing else."""
    if inside() is None:
        real(*args)


def _processors(real: Callable[[], int | None]) -> int | None:
    return real() if inside() is None else PROCESSORS


def _affinity(real: Callable[[int], set[int]], pid: int) -> set[int]:
    return real(pid) if inside() is None else set(range(PROCESSORS))


def _register(real: Callable[..., Any], function: Any, /, *args: Any, **kwargs: Any) -> Any:
    world = inside()
    if world is None:
        return real(function, *args, **kwargs)
    exits = world.runtime.exits.setdefault(world.running.process, [])
    exits.append((function, args, kwargs))
    return function


def _unregister(real: Callable[..., Any], function: Any, /) -> None:
    world = inside()
    if world is None:
        real(function)
        return
    exits = world.runtime.exits.get(world.running.process, [])
    exits[:] = [entry for entry in exits if entry[0] != function]


PATCHES: dict[tuple[Any, str], Callable[..., Any]] = {
    (os, "getpid"): _getpid,
    (os, "getppid"): _getppid,
    (os, "_exit"): _exit,
    (os, "kill"): _kill,
    (os, "putenv"): _putenv,
    (os, "unsetenv"): _putenv,
    (os, "cpu_count"): _processors,
    (os, "process_cpu_count"): _processors,  # since 3.13
    (os, "sched_getaffinity"): _affinity,
    (atexit, "register"): _register,
    (atexit, "unregister"): _unregister,
}
