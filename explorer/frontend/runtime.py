"""What belongs to one run besides the world: output, random, who is absent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from explorer.objects.process import ProcessObject
from explorer.objects.stream import Stream

#: A text that is put together when somebody asks for it, which is after the run if at all.
Late = Callable[[], str]
#: Tables (most by process) that are made when they are first asked for.
TABLES = (
    "readings",
    "endings",
    "threads",
    "private",
    "generators",
    "exits",
    "streams",
    "folders",
    "handles",
    "handlers",
    "terminals",
    "descriptors",
    "importing",
    "file_locks",
)


class _Table:
    """A table of a run, in its place from the first look on.

    Not a `__getattr__`: that makes every other attribute four times as slow in CPython 3.11.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, runtime: Runtime, owner: type) -> dict[Any, Any]:
        table: dict[Any, Any] = {}
        runtime.__dict__[self.name] = table
        runtime.used = True
        return table


class Runtime:
    """One per run. Most runs need none of its tables; `used` tells whether one was made."""

    readings: dict[ProcessObject, Any]
    generators: dict[ProcessObject, Any]
    descriptors: dict[int, Any]
    file_locks: dict[str, Any]
    streams: dict[ProcessObject, dict[str, Any]]
    terminals: dict[str, Stream]
    exits: dict[ProcessObject, list[tuple[Any, tuple[Any, ...], dict[str, Any]]]]

    def __init__(self, absent: tuple[str, ...] = (), seed: int = 0) -> None:
        self.absent = absent
        self.seed = seed
        self.used = False
        self.start_method: str | None = None
        self.image: Any = None  # the program's modules in memory, if they are executed in the run
        self.disk: Any = None  # the files that the run has come upon
        self.output: list[str] = []
        self.stderr: list[str | Late] = []

    @property
    def errors(self) -> list[str]:
        """What was written to stderr, piece by piece."""
        return [piece if isinstance(piece, str) else piece() for piece in self.stderr]

    def stream(self, name: str) -> Stream:
        """The run's stdout or stderr."""
        found: Stream | None = self.terminals.get(name)
        if found is None:
            written = self.output if name == "stdout" else self.stderr
            found = self.terminals[name] = Stream(name, written)
        return found

    def write_error(self, text: str | Late) -> None:
        """To the stderr of the run, by the interpreter itself: no operation of the program's."""
        self.stderr.append(text)


for _name in TABLES:
    setattr(Runtime, _name, _Table(_name))
