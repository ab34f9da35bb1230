"""The virtual multiprocessing as a module that CPython's own test-suite can be run against.

The driver of that suite takes the names of `multiprocessing` from here, and runs each test with its
set-up and its clean-up by `__oracle_run__`: as the body of the main process of one run, under the
default schedule.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

from explorer.engine.chooser import KeepRunning
from explorer.frontend import sharedctypes
from explorer.frontend.buffer import Buffer
from explorer.frontend.current import new_name
from explorer.frontend.leftovers import leaving_nothing_behind
from explorer.frontend.module import NAMES, multiprocessing
from explorer.model.case import Case
from explorer.objects.cell import Cells
from explorer.worlds.execute import execute

#: Operations that one test may make.
LIMIT: Final = 1_000_000


class TestProgram:
    """A function of a test, as the program of one run."""

    unmodified = True
    target = "oracle"

    def __init__(self, body: Callable[[], Any]) -> None:
        self.body = body

    def prepare(self, case: Case) -> Callable[[], Any]:
        """The function itself."""
        return self.body

    @contextmanager
    def surroundings(self) -> Iterator[None]:
        """What the test changes in the library is put back."""
        with leaving_nothing_behind():
            yield

    def is_user_code(self, filename: str) -> bool:
        """Nothing is recorded."""
        return False


class BufferWrapper:
    """`multiprocessing.heap.BufferWrapper`, which some tests count with; programs get no heap."""

    def __init__(self, size: int) -> None:
        self._cells = Cells(new_name("heap"), dict.fromkeys(range(size), 0))

    def create_memoryview(self) -> Buffer:
        """The memory."""
        return Buffer(self._cells, range(len(self._cells.values)))


heap = ModuleType("heap")
heap.__dict__["BufferWrapper"] = BufferWrapper


def __oracle_run__(body: Callable[[], Any]) -> None:  # noqa: N807 (the driver's protocol)
    """Run `body` as a main process; raises what it raised, and RuntimeError if it got stuck."""
    world = execute(TestProgram(body), Case("oracle"), KeepRunning(), limit=LIMIT)
    sys.stderr.write("".join(world.runtime.errors))
    main = world.processes[0]
    if main.error is not None:
        raise main.error
    if main.exitcode is None:
        waiting = [
            f"{actor.name} in {operation!r}"
            for actor, operation in zip(world.stranded, world.waited_for, strict=True)
        ]
        raise RuntimeError(f"the test got stuck: {', '.join(waiting)}")


def _without_alarm() -> ModuleType:
    """`signal` as on systems that have no alarm: tests use it, where it is, as a safety net."""
    found = ModuleType("signal")
    found.__dict__.update({name: part for name, part in vars(signal).items() if name != "alarm"})
    return found


#: What the test module has bound to the real things when it was imported.
__oracle_globals__: dict[str, Any] = {"copy": sharedctypes.copy, "signal": _without_alarm()}


def __getattr__(name: str) -> Any:
    if name in NAMES["multiprocessing"] or f"multiprocessing.{name}" in NAMES:
        return getattr(multiprocessing, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
