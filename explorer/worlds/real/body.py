"""The main process of a real run: the target, from its first line to the exit code."""

from __future__ import annotations

import atexit
import ctypes
import importlib
import importlib.util
import inspect
import itertools
import multiprocessing
import os
import random
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing import util
from types import CodeType, ModuleType
from typing import Any, Final

from explorer.model.actor import MAIN
from explorer.worlds.real import (
    lives,
    locks,
    managers,
    memory,
    pipes,
    pools,
    queues,
    sleepers,
    spawning,
    surroundings,
    threads,
    wire,
)
from explorer.worlds.real.gate import Gate, Settings, gate, set_gate

_libc: Final = ctypes.CDLL(None)
_PR_SET_PDEATHSIG: Final = 1


@dataclass(frozen=True, slots=True)
class Body:
    """What the main process runs: a function of a module, a script, or a function in a script.

    A `module`'s function gets the multiprocessing module and the parameters; it keeps nothing
    outside of its own frame, so the module is imported once for all runs. A script's function
    gets the multiprocessing module if it takes an argument.
    """

    module: str | None = None
    path: str | None = None
    function: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()


def install(folder: str, *, free: bool) -> None:
    """Patch this interpreter, for good. `folder`: where runs may write."""
    for part in (lives, locks, sleepers, memory, pipes, queues, managers, threads, pools):
        part.install()
    spawning.install(folder)
    surroundings.install(folder, free=free)


def warm_up() -> None:
    """Let this interpreter do once what every run does, so that no run has to import for it."""
    value = multiprocessing.Value("i", 0)
    child = multiprocessing.Process(target=value.get_lock().acquire)
    child.start()
    child.join()
    multiprocessing.Event().wait(0)
    process: Any = multiprocessing.process
    process._process_counter = itertools.count(1)
    _no_method_yet()


def _no_method_yet() -> None:
    """No start method has been chosen."""
    vars(multiprocessing.context._default_context)["_actual_context"] = None


def prepare(body: Body) -> Callable[[], None]:
    """What can be done before the fork: import, or compile; returns what is left to run."""
    if body.module is not None:
        target: Any = importlib.import_module(body.module)
        for name in (body.function or "").split("."):
            target = getattr(target, name)
        parameters = dict(body.parameters)
        return lambda: target(multiprocessing, **parameters)
    assert body.path is not None
    with open(body.path, "rb") as file:
        code = compile(file.read(), body.path, "exec", dont_inherit=True)
    return lambda: _run_script(body, code)


def _run_script(body: Body, code: CodeType) -> None:
    assert body.path is not None
    sys.argv = [body.path, *body.arguments]
    sys.path[0] = os.path.dirname(os.path.abspath(body.path))
    if body.function is None:
        module = ModuleType("__main__")
        module.__dict__.update(__file__=body.path, __annotations__={}, __builtins__=__builtins__)
        sys.modules["__main__"] = module
        exec(code, module.__dict__)
        return
    name = os.path.basename(body.path).removesuffix(".py")
    spec = importlib.util.spec_from_file_location(name, body.path)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    exec(code, module.__dict__)
    function = getattr(module, body.function)
    takes = len(inspect.signature(function).parameters) > 0
    function(*((multiprocessing,) if takes else ()))


def live(run: Callable[[], None], settings: Settings, output: int, errors: int) -> None:
    """Be the main process of a run, and of the next if the warden says so; does not return.

    Args:
        output, errors: descriptors for what it writes.
    """
    try:
        os.setsid()
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(errors, 2)
        set_gate(Gate(settings))
        surroundings.connect()
        while True:
            code = _live_once(run, settings)
            if gate().ask("exit", MAIN, code) != wire.AGAIN:
                gate().leaving = True
                lives.leave(code)
            _begin_again()
    except BaseException:
        traceback.print_exc()
    finally:
        lives.leave(1)


def _begin_again() -> None:
    """What a new process would find."""
    process: Any = multiprocessing.process
    process._process_counter = itertools.count(1)
    process._children.clear()
    vars(util)["_exiting"] = False
    _no_method_yet()


def _live_once(run: Callable[[], None], settings: Settings) -> int:
    gate().enter(MAIN)
    random.seed(f"{settings.seed} {MAIN}")
    return _whole_life(run)


def _whole_life(run: Callable[[], None]) -> int:
    """What the interpreter does around a program; the exit code."""
    code = 0
    try:
        run()
    except SystemExit as wanted:
        code = _exit_code(wanted)
    except BaseException as error:
        lives.report(MAIN, error)
        code = 1
    threads.end_all()
    atexit._run_exitfuncs()
    lives.finish()
    surroundings.flush()
    return code


def _exit_code(wanted: SystemExit) -> int:
    if wanted.code is None:
        return 0
    if isinstance(wanted.code, int):
        return wanted.code & 0xFF
    lives.tell(f"{wanted.code}\n")
    return 1
