"""A process's life from its first line to its exit code, as the interpreter arranges it.

After Lib/multiprocessing/process.py (`_bootstrap`), util.py (`_exit_function`) and the end of the
interpreter: what the program raises is printed, daemons get SIGTERM, other children are joined.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from explorer.errors import ExplorerError, Interrupted, ProcessKilled
from explorer.frontend.current import slot, world
from explorer.frontend.failures import can_wait, failure_text
from explorer.frontend.output import flush_all
from explorer.frontend.queues import join_feeders
from explorer.model.operation import Operation
from explorer.objects.manager import SHUTDOWN, Server
from explorer.objects.process import ProcessObject
from explorer.objects.thread import JOIN

#: What ends a run and must pass through the program's code, whatever it catches.
PASS_THROUGH = (ProcessKilled, Interrupted, ExplorerError)


def bootstrap(process: ProcessObject, body: Any, args: tuple[Any, ...] = ()) -> int:
    """Run a process's body and everything CPython does after it; the exit code."""
    code = 0
    try:
        body(*args)
    except PASS_THROUGH:
        raise
    except SystemExit as wanted:
        code = exit_code(wanted, process)
    except BaseException as error:  # the program's own failure
        process.error = error
        report_failure(process, error)
        code = 1
    runtime = slot.world.runtime
    if runtime.used or process.belongings or process.children:
        _wind_up(process, runtime)
    return code


def _wind_up(process: ProcessObject, runtime: Any) -> None:
    """What a process does between its last line and its end, if there is anything to be done."""
    endings = runtime.endings.get(process) if "endings" in runtime.__dict__ else None
    if process.parent is None:
        _end_threads(process, endings)
    _run_endings(endings)
    if process.belongings:
        _end_managers(process)
    if process.children:
        _end_children(process)
    if "exits" in runtime.__dict__:
        _run_exits(process, runtime.exits.get(process))
    if process.belongings:
        join_feeders(process)
    if process.parent is not None:
        _end_threads(process, endings)
    if "streams" in runtime.__dict__:
        flush_all(slot.world, process)


def _join_threads(process: ProcessObject) -> None:
    """Wait for the threads that are no daemons: the main process first, a child last of all."""
    table = slot.world.runtime.threads.get(process, {})
    while True:
        machines = [thread._started.machine for thread in list(table.values())]
        left = [one for one in machines if one is not None and not (one.joined or one.daemon)]
        if not left:
            return
        for machine in left:
            machine.joined = bool(slot.world.perform(Operation(JOIN, machine)))


#: What is done when a process ends: before its threads are joined, and before its children are.
Endings = tuple[list[Callable[[], None]], list[Callable[[], None]]]


def at_end(process: ProcessObject, action: Callable[[], None], *, of_threads: bool = False) -> None:
    """Have `action` done when `process` ends by itself, before it looks after its children.

    `of_threads`: before it waits for its threads.
    """
    endings = world().runtime.endings.setdefault(process, ([], []))
    endings[not of_threads].append(action)


def _end_threads(process: ProcessObject, endings: Endings | None) -> None:
    while endings and endings[0]:
        endings[0].pop()()
    if "Thread" in process.counters:
        _join_threads(process)


def _run_endings(endings: Endings | None) -> None:
    while endings and endings[1]:
        endings[1].pop()()


def report_failure(process: ProcessObject, error: BaseException) -> None:
    """Write the traceback where CPython writes it: to the process's stderr."""
    head = "" if process.parent is None else f"Process {process.title}:\n"
    write = world().runtime.write_error
    write((lambda: head + failure_text(error)) if can_wait(error) else head + failure_text(error))


def exit_code(wanted: SystemExit, process: ProcessObject) -> int:
    """The exit code that a SystemExit asks for (as CPython's: 256 is 0, -1 is 255)."""
    if wanted.code is None:
        return 0
    if isinstance(wanted.code, int):
        return exit_status(wanted.code)
    process.parting = wanted
    world().runtime.write_error(f"{wanted.code}\n")
    return 1


def exit_status(code: int) -> int:
    """What the system keeps of an exit code."""
    return code & 0xFF


def _run_exits(process: ProcessObject, exits: Any) -> None:
    """What was registered with atexit: in children from 3.13 on only, as in CPython."""
    if process.parent is not None and sys.version_info < (3, 13):
        return
    while exits:
        function, args, kwargs = exits.pop()
        try:
            function(*args, **kwargs)
        except PASS_THROUGH:
            raise
        except BaseException as error:  # printed and forgotten, as in CPython
            report_failure(process, error)


def _end_managers(process: ProcessObject) -> None:
    """Shut down the managers that a process has started, before it looks after its children."""
    for server in [found for found in process.belongings if isinstance(found, Server)]:
        slot.world.perform(Operation(SHUTDOWN, server))


def _end_children(process: ProcessObject) -> None:
    for child in list(process.children):
        if child._daemon and child._object is not None:
            child.terminate()
    for child in list(process.children):
        child.join()
