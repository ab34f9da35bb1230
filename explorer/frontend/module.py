"""The virtual `multiprocessing`: every name that programs find in it and in its submodules.

`NAMES` says, for each module of the package, what virtual processes get; `multiprocessing` is the
same as one module, for functions under test that receive it as their argument.
"""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing as real
import multiprocessing.util as real_util
import queue
from types import ModuleType
from typing import Any, Final

from explorer.frontend import process
from explorer.frontend.context import (
    Context,
    ForkProcess,
    ForkServerProcess,
    SpawnProcess,
)
from explorer.frontend.facade import PARTS, virtual_name

#: Our modules, each for the module of the same name in the real package.
_OURS: Final = (
    "connection",
    "managers",
    "pool",
    "process",
    "queues",
    "shared_memory",
    "sharedctypes",
    "synchronize",
)


def _public(name: str) -> dict[str, Any]:
    """The public names of one of our modules, if there is such a module."""
    full = f"explorer.frontend.{name}"
    if importlib.util.find_spec(full) is None:
        return {}
    module = importlib.import_module(full)
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return {public: getattr(module, public) for public in listed}
    return {
        public: value
        for public, value in sorted(module.__dict__.items())
        if not public.startswith("_") and getattr(value, "__module__", None) == full
    }


def _all_names() -> dict[str, dict[str, Any]]:
    names: dict[str, dict[str, Any]] = {part: {} for part in PARTS}
    top = names["multiprocessing"]
    for name in _OURS:
        public = _public(name)
        names[f"multiprocessing.{name}"] = public
        top.update((key, value) for key, value in public.items() if key in real.__all__)
    _add_contexts(names, top)
    names["multiprocessing.process"]["BaseProcess"] = process.Process
    names["multiprocessing.queues"].update(Empty=queue.Empty, Full=queue.Full)
    names["multiprocessing.util"].update(
        (name, getattr(real_util, name))
        for name in ("get_logger", "log_to_stderr", "debug", "info", "sub_debug", "sub_warning")
    )
    names["multiprocessing.resource_tracker"].update(
        dict.fromkeys(("ensure_running", "register", "unregister"), _not_tracked)
    )
    top.update(__all__=[name for name in real.__all__ if name != "reducer"], __version__="")
    return names


def _not_tracked(*resource: str) -> None:
    """The tracker of resources: nothing of a run outlives it, so there is nothing to track."""


def _add_contexts(names: dict[str, dict[str, Any]], top: dict[str, Any]) -> None:
    def look_up(name: str) -> Any:
        return virtual_name("multiprocessing", top, name)

    default = Context(None, look_up)
    methods = (
        "allow_connection_pickling",
        "cpu_count",
        "freeze_support",
        "get_all_start_methods",
        "get_context",
        "get_start_method",
        "set_executable",
        "set_forkserver_preload",
        "set_start_method",
    )
    errors = ("AuthenticationError", "BufferTooShort", "ProcessError", "TimeoutError")
    top.update((name, getattr(default, name)) for name in (*methods, *errors))
    top.update(get_logger=real.get_logger, log_to_stderr=real.log_to_stderr)
    names["multiprocessing.spawn"].update(
        (name, getattr(default, name)) for name in ("freeze_support", "set_executable")
    )
    names["multiprocessing.context"].update(
        {name: getattr(default, name) for name in errors},
        Process=process.Process,
        ForkProcess=ForkProcess,
        SpawnProcess=SpawnProcess,
        ForkServerProcess=ForkServerProcess,
        BaseContext=Context,
    )


NAMES: Final = _all_names()

multiprocessing = ModuleType("multiprocessing", "The virtual multiprocessing.")
multiprocessing.__dict__.update(NAMES["multiprocessing"])
multiprocessing.__dict__["__getattr__"] = lambda name: virtual_name(
    "multiprocessing", NAMES["multiprocessing"], name
)
for _name in PARTS[1:]:
    _part = ModuleType(_name)
    _part.__dict__.update(NAMES[_name])
    multiprocessing.__dict__[_name.rpartition(".")[2]] = _part
