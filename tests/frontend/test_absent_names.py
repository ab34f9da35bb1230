"""What the real multiprocessing has and the virtual one has not: listed, and refused by name."""

from __future__ import annotations

import importlib
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


@pytest.mark.parametrize("module", sorted(ABSENT))
def test_every_public_name_is_there_or_refused(module: str, tmp_path: Path) -> None:
    refused = {name: text for name in public(module) if (text := refusal(module, name, tmp_path))}
    assert refused.keys() == ABSENT[module]
    for name, text in refused.items():
        assert f"{name} is not simulated" in text
        assert "uses.py:" in text
