"""What the real multiprocessing has and the virtual one has not: listed, and refused by name."""

from __future__ import annotations

import importlib
import multiprocessing
import pkgutil
from pathlib import Path

import pytest

from explorer.api import open_target
from explorer.engine.chooser import KeepRunning
from explorer.errors import NotSupported
from explorer.worlds.runner import Runner

#: Public modules of the package, and those of their names that are refused.
ABSENT = {
    "multiprocessing": {"reducer"},
    "multiprocessing.connection": {"Client", "Listener"},
    "multiprocessing.managers": {"SharedMemoryManager", "Token"},
    "multiprocessing.pool": set[str](),
    "multiprocessing.queues": set[str](),
    "multiprocessing.shared_memory": set[str](),
    "multiprocessing.sharedctypes": set[str](),
    "multiprocessing.synchronize": set[str](),
}


def public(module: str) -> list[str]:
    """The names that a real module offers."""
    real = importlib.import_module(module)
    return sorted(getattr(real, "__all__", ()))


def refusal(module: str, name: str, folder: Path) -> str:
    """The message with which a program that uses the name is refused; empty if it is not."""
    path = folder / "uses.py"
    path.write_text(
        f"import {module} as module\nfound = module.{name}\n"
        "try:\n    found() if callable(found) else None\n"
        "except Exception:\n    pass  # it is there, and wants arguments\n"
    )
    target = open_target(str(path))
    try:
        Runner(target.program).run(target.case(), KeepRunning())
    except NotSupported as refused:
        return str(refused)
    return ""


#: Functions and classes of the real package that are the same here: they share nothing.
SAME = {"debug", "get_logger", "info", "log_to_stderr", "sub_debug", "sub_warning"}
SAME |= {"AuthenticationError", "BufferTooShort", "ProcessError", "TimeoutError"}
SAME |= {"ExceptionWithTraceback", "MaybeEncodingError", "RemoteError", "RemoteTraceback"}
SAME |= {"rebuild_exc"}

LOOK = """\
import importlib
module = importlib.import_module({module!r})
for name in {names!r}:
    found = getattr(module, name)
    if str(getattr(found, "__module__", "")).startswith("multiprocessing") and callable(found):
        print(name)
"""
MODULES = ["multiprocessing"] + [
    f"multiprocessing.{module.name}"
    for module in pkgutil.iter_modules(multiprocessing.__path__)
    if "win32" not in module.name
]


@pytest.mark.parametrize("module", MODULES)
def test_no_name_of_a_module_is_the_real_thing(module: str, tmp_path: Path) -> None:
    names = [name for name in vars(importlib.import_module(module)) if not name.startswith("_")]
    path = tmp_path / "looks.py"
    path.write_text(LOOK.format(module=module, names=names))
    target = open_target(str(path))
    world = Runner(target.program).run(target.case(), KeepRunning())
    assert world.runtime.errors == []
    assert set("".join(world.runtime.output).split()) <= SAME


@pytest.mark.parametrize("module", sorted(ABSENT))
def test_every_public_name_is_there_or_refused(module: str, tmp_path: Path) -> None:
    refused = {name: text for name in public(module) if (text := refusal(module, name, tmp_path))}
    assert refused.keys() == ABSENT[module]
    for name, text in refused.items():
        assert f"{name} is not simulated" in text
        assert "uses.py:" in text


def test_there_is_nothing_to_track_in_a_run(tmp_path: Path) -> None:
    path = tmp_path / "tracks.py"
    path.write_text(
        "from multiprocessing import resource_tracker\n"
        "from multiprocessing.shared_memory import SharedMemory\n"
        "memory = SharedMemory(create=True, size=1)\n"
        "resource_tracker.unregister(memory._name, 'shared_memory')\n"
        "memory.close()\nmemory.unlink()\nprint('end')\n"
    )
    target = open_target(str(path))
    world = Runner(target.program).run(target.case(), KeepRunning())
    assert "".join(world.runtime.output) == "end\n"
