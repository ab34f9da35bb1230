"""Spawned processes of a real run: fresh interpreters, patched before they do anything else.

What is spawned takes part in the run from the import of the main module on. A fork server gives
its processes the same fresh memory; in real runs they are spawned as well.
"""

from __future__ import annotations

import base64
import faulthandler
import os
import pickle
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import context, shared_memory, spawn
from typing import Any, Final, TypeVar

from explorer.worlds.real.gate import Gate, Settings, gate, set_gate

Result = TypeVar("Result")

#: Makes a process of a run write its Python stacks.
TELL: Final = signal.SIGRTMAX - 1
_command_line: Final = spawn.get_command_line
_import_main: Final = vars(spawn)["_fixup_main_from_path"]
_exit: Final = os._exit


@dataclass(slots=True)
class Surroundings:
    """What a spawned process has to be told: the same for all processes of a warden."""

    folder: str = ""  # where runs may write
    prefix: str = ""  # of the names of shared memory
    stacks: str = ""  # the file for Python stacks


@dataclass(frozen=True, slots=True)
class Birth:
    """What one of them has to know; `process` is None if it has no part in the schedule."""

    settings: Settings
    process: str | None
    folder: str
    prefix: str
    stacks: str


known: Final = Surroundings()
_born: list[str] = []  # who is being started


def bearing(process: str, start: Callable[[], Result]) -> Result:
    """Start a process that takes part in the run."""
    _born.append(process)
    try:
        return start()
    finally:
        _born.pop()


def command_line(**given: Any) -> list[str]:
    """What is executed to spawn a process."""
    words: list[str] = _command_line(**given)
    process = _born[-1] if _born else None
    birth = Birth(gate().settings, process, known.folder, known.prefix, known.stacks)
    told = base64.b64encode(pickle.dumps(birth)).decode()
    place = words.index("-c") + 1
    words[place] = f"from explorer.worlds.real.spawning import main; main({told!r}, {given!r})"
    return words


def main(told: str, given: dict[str, Any]) -> None:
    """The life of a spawned process."""
    from explorer.worlds.real import body, surroundings

    birth: Birth = pickle.loads(base64.b64decode(told))
    faulthandler.register(
        TELL, file=os.open(birth.stacks, os.O_WRONLY | os.O_APPEND), all_threads=True
    )
    body.install(birth.folder, free=birth.settings.free)
    vars(shared_memory)["_SHM_NAME_PREFIX"] = birth.prefix
    known.prefix, known.stacks = birth.prefix, birth.stacks
    set_gate(Gate(birth.settings))
    surroundings.connect()
    if birth.process is not None:
        gate().enter(birth.process)
        vars(spawn)["_fixup_main_from_path"] = import_main
    try:
        gate().within(lambda: spawn.spawn_main(**given))
    except SystemExit as ended:
        _exit(ended.code if isinstance(ended.code, int) else 0)


def import_main(path: str) -> None:
    """Import the main module: the first that the program itself does in this process."""
    gate().outside(lambda: _import_main(path))


def install(folder: str) -> None:
    """Patch this interpreter, for good."""
    known.folder = folder
    vars(spawn)["get_command_line"] = command_line
    server: Any = context.ForkServerProcess
    server._Popen = context.SpawnProcess._Popen
