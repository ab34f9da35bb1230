"""`get_context`, `set_start_method` and what a context offers.

Differences from Lib/multiprocessing/context.py: all contexts share the same primitives; only the
Process class differs. The default is fork on every version, as CPython's is up to 3.13 on Linux.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any, Final

from explorer.frontend import memory
from explorer.frontend.current import world
from explorer.frontend.process import Process
from explorer.frontend.system import PROCESSORS

METHODS: Final = ("fork", "spawn", "forkserver")


class ForkProcess(Process):
    """A process that begins as a copy of its parent, whatever the default."""

    _start_method = "fork"


class SpawnProcess(Process):
    """A process that begins by importing the program anew."""

    _start_method = "spawn"


class ForkServerProcess(Process):
    """A process that begins by importing the program anew, in a fork of an empty server."""

    _start_method = "forkserver"


_PROCESSES: Final = {"fork": ForkProcess, "spawn": SpawnProcess, "forkserver": ForkServerProcess}
memory.bare_types.update(_PROCESSES.values())


class Context:
    """What `get_context(method)` returns; `names` looks up everything that contexts share."""

    ProcessError = multiprocessing.ProcessError
    BufferTooShort = multiprocessing.BufferTooShort
    TimeoutError = multiprocessing.TimeoutError
    AuthenticationError = multiprocessing.AuthenticationError

    def __init__(self, method: str | None, names: Callable[[str], Any]) -> None:
        self._name = method
        self._names = names
        self.Process = Process if method is None else _PROCESSES[method]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._names(name)

    def get_context(self, method: str | None = None) -> Context:
        """The context of that name; of None, this one."""
        if method is None:
            return self if self._name else Context(start_method(), self._names)
        if method not in METHODS:
            raise ValueError(f"cannot find context for {method!r}")
        return Context(method, self._names)

    def get_start_method(self, allow_none: bool = False) -> str | None:
        """How processes are started."""
        if self._name is not None:
            return self._name
        chosen = world().runtime.start_method
        return None if allow_none and chosen is None else start_method()

    def set_start_method(self, method: str | None, force: bool = False) -> None:
        """How processes are started from here on; once only, unless forced."""
        if self._name is not None:
            raise ValueError("cannot set start method of concrete context")
        runtime = world().runtime
        if runtime.start_method is not None and not force:
            raise RuntimeError("context has already been set")
        if method is not None and method not in METHODS:
            raise ValueError(f"cannot find context for {method!r}")
        runtime.start_method = method

    def get_all_start_methods(self) -> list[str]:
        """The start methods there are, the default first."""
        return list(METHODS)

    def set_executable(self, executable: str) -> None:
        """Nothing is executed."""

    def set_forkserver_preload(self, module_names: list[str]) -> None:
        """There is no server."""

    def freeze_support(self) -> None:
        """Only frozen Windows programs need it."""

    def allow_connection_pickling(self) -> None:
        """It is allowed already."""

    def cpu_count(self) -> int:
        """The same everywhere, so that a case means the same everywhere."""
        return PROCESSORS


def start_method() -> str:
    """The start method of the run, which from here on is settled."""
    runtime = world().runtime
    if runtime.start_method is None:
        runtime.start_method = METHODS[0]
    found: str = runtime.start_method
    return found
