"""What a program finds around it in a real run: streams, files, and in a gated run the clock.

They are those of the virtual world (`frontend.output`, `frontend.files`, `frontend.clock`), on
real descriptors: so what is buffered, and when it goes out, is the same, and so are the places
named. The world they work on is `GateWorld`: each operation passes this process's gate and is
then done by the system.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable
from typing import Any, Final, NoReturn

from greenlet import getcurrent

from explorer.engine.clock import nanoseconds
from explorer.frontend import clock, file_system, files, output
from explorer.frontend.current import slot
from explorer.frontend.disk import Disk
from explorer.model.actor import MAIN
from explorer.model.operation import Operation
from explorer.objects.clock import SLEEP, Clock
from explorer.objects.file import File, FileOperation, Node
from explorer.objects.stream import Stream
from explorer.worlds.real import gate as gates
from explorer.worlds.real.gate import SILENT, gate, real_sleep
from explorer.worlds.real.overlay import Overlay

#: What a forked child has of its parent's.
_INHERITED: Final = ("descriptors", "folders")
_write: Final = os.write


class Here:
    """The process whose code runs, as the front end sees it."""

    @property
    def name(self) -> str:
        """Its name in places."""
        return gate().process

    @property
    def parent(self) -> Here | None:
        """None in the main process."""
        return None if gate().process == MAIN else self


HERE: Final = Here()


class _Anybody:
    """The actor whose code runs; of nobody if that code is not the program's own."""

    def __init__(self, process: Here | None) -> None:
        self.process = process
        self.greenlet = getcurrent()


class RealDisk(Disk):
    """The objects of paths; what is there, the system says."""

    def __init__(self, overlay: Overlay) -> None:
        super().__init__()
        self.overlay = overlay

    def file(self, path: str) -> File:
        """The object of an absolute path, as it is now."""
        found = super().file(path)
        found.node = self._node(path, None)
        return found

    def _node(self, path: str, folder: File | None) -> Node | None:
        kind = self.overlay.kind(path)
        return None if kind is None else Node(is_folder=kind == "folder")

    def names(self, path: str) -> list[str]:
        """What is in a folder."""
        return self.overlay.names(path)


class GateWorld:
    """What the front end needs of a world, in a real process. Forked children begin anew."""

    closing = False

    def __init__(self, overlay: Overlay) -> None:
        self.overlay = overlay

    @property
    def runtime(self) -> GateWorld:
        """Where the tables are."""
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return gate().tables.setdefault(name, {})

    @property
    def log(self) -> list[Any]:
        """What this process slept and waited."""
        found: list[Any] = gate().tables.setdefault("slept", [])
        return found

    @property
    def disk(self) -> RealDisk:
        """The files."""
        found: RealDisk = gate().tables.setdefault("disk", RealDisk(self.overlay))
        return found

    def stream(self, name: str) -> Stream:
        """stdout or stderr."""
        return Stream(name, [])

    @property
    def now(self) -> int:
        """Virtual nanoseconds."""
        return gate().now

    @property
    def timed(self) -> bool:
        """Whether time is known."""
        return gate().settings.timed

    @property
    def running(self) -> _Anybody:
        """Whose code this is."""
        return _Anybody(HERE if gate().open else None)

    def abort(self, failure: BaseException) -> NoReturn:
        """The front end refuses something; in the virtual world the run would have ended."""
        raise failure

    def perform(self, operation: Operation) -> Any:
        """Do a real operation when it is granted."""
        kind = operation.object.kind
        if kind == "stream":
            return self._write(operation)
        if isinstance(operation, FileOperation):
            return self._on_file(operation)
        gate().perform("sleep", "clock", lambda: None, value=operation.value)
        self.passed(operation)
        return None

    def _write(self, operation: Operation) -> None:
        name = operation.object.name
        descriptor = 1 if name == "stdout" else 2
        data = operation.value.encode("utf-8", "surrogateescape")
        gate().perform(
            "write",
            name,
            lambda: _write(descriptor, data),
            value=operation.value if name == "stdout" else SILENT,
            result=lambda _: None,
        )

    def _on_file(self, operation: FileOperation) -> Any:
        value = SILENT if operation.value is None else operation.value
        return gate().perform(
            operation.kind.name,
            operation.object.name,
            lambda: self.overlay.perform(operation),
            value=value,
        )

    def passed(self, operation: Operation) -> None:
        """Keep how long was slept, for a process that knows no other time."""
        self.log.append((self.running, operation, None))

    def timed_out(self, seconds: float) -> None:
        """The program's own time-out has passed."""
        self.passed(Operation(SLEEP, Clock(), timeout=nanoseconds(seconds)))


def install(folder: str, *, free: bool) -> None:
    """Patch this interpreter, for good. `folder`: where runs may write."""
    world = GateWorld(Overlay(folder))
    slot.world = world
    gates.kept_tables.extend(_INHERITED)
    parts: list[Any] = [output, files, file_system]
    if free:
        _observe_sleeps()
    else:
        gates.timed_out = world.timed_out
        parts.append(clock)
    for part in parts:
        for (owner, name), replacement in part.PATCHES.items():
            if name in vars(owner):
                setattr(owner, name, _dispatching(replacement, vars(owner)[name]))


def connect() -> None:
    """Put the streams in place, in the main process of a run."""
    output.connect()


def flush() -> None:
    """What the program has written and is still buffered goes out, as before a fork."""
    if gate().open:
        output.flush_all(slot.world, HERE)  # type: ignore[arg-type]  # as good as a process


def _observe_sleeps() -> None:
    """In processes that are only observed, sleeps are real."""

    def sleep(seconds: float, /) -> None:
        here = gate()

        def really() -> None:
            here.patience(seconds)
            real_sleep(seconds)

        here.perform("sleep", "clock", really, value=seconds)

    vars(time)["sleep"] = sleep


def _dispatching(replacement: Callable[..., Any], real: Any) -> Any:
    @functools.wraps(real)
    def dispatch(*args: Any, **kwargs: Any) -> Any:
        return replacement(real, *args, **kwargs)

    return dispatch
