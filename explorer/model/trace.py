"""What one run did: its events with the enabled set at each step, and how it ended.

A trace holds only values, so it can be compared, saved and drawn after the run is gone. Two runs
of the same case give equal traces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.model.operation import Access


@dataclass(frozen=True, slots=True, order=True)
class SourceLine:
    """A line of the program under test; `file` is relative to the working directory if inside."""

    file: str
    line: int
    function: str = ""
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Event:
    """One operation that was performed.

    `actor` is who did it ("Process-1", or a hidden actor such as "Process-1/feeder of Queue#1"),
    `process` the process it belongs to. `object` is the object's name, `key` the part of it.
    `value` and `result` are what was written and what came back, as `repr` text; `error` is True
    if the result was raised. `enabled` are the actors that could have gone on, the chosen one
    among them. `time` is virtual, in nanoseconds. `eager` events were no decision.
    `delay` is the jitter in ticks that was slept before it. `woken_by` is the step after which its
    actor was made or woken, if that is a hidden actor or a thread and this its first event since.
    `waits`: it is an operation that may have to wait. `timed_out`: the nanoseconds of its time-out,
    or of its sleep, if that was what ended it.
    """

    step: int
    actor: str
    process: str
    operation: str
    object: str
    key: str | None = None
    value: str | None = None
    result: str | None = None
    error: bool = False
    enabled: tuple[str, ...] = ()
    accesses: tuple[Access, ...] = ()
    time: int = 0
    where: SourceLine | None = None
    eager: bool = False
    delay: int = 0
    woken_by: int | None = None
    waits: bool = False
    timed_out: int | None = None

    @property
    def label(self) -> str:
        """The object and its part: "Array#1[3]"."""
        return self.object if self.key is None else f"{self.object}[{self.key}]"


@dataclass(frozen=True, slots=True)
class Blocked:
    """An actor that waits for ever: for what, and for whom (`waits_for`: actors that hold it).

    `could_wake` are actors that are still there and might, but themselves wait.
    """

    actor: str
    process: str
    operation: str
    object: str
    key: str | None = None
    waits_for: tuple[str, ...] = ()
    could_wake: tuple[str, ...] = ()
    where: SourceLine | None = None

    @property
    def call(self) -> str:
        """What the program calls it: the end of a `wait()` is an operation of its own here."""
        return "wait" if self.operation in ("wake", "leave", "leave in time") else self.operation


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended. `exitcode` is None if it never did."""

    process: str
    exitcode: int | None
    error: str | None = None  # "ValueError: boom", if it raised
    error_type: str | None = None
    where: SourceLine | None = None  # the innermost line of the program's own code that raised
    traceback: str = ""
    killed: bool = False  # the program itself terminated or killed it, or cut it off at its end
    daemon: bool = False
    works: bool = False  # it is a worker of a pool
    parting: str = ""  # the text of the SystemExit that ended it, if that had one


@dataclass(frozen=True, slots=True)
class Trace:
    """One run. `end` is "finished", "blocked", "cut off" (step limit) or "abandoned"."""

    events: tuple[Event, ...]
    end: str
    blocked: tuple[Blocked, ...] = ()
    endings: tuple[Ending, ...] = ()
    final: tuple[tuple[str, str], ...] = ()  # (location, repr of its value) when the run ended
    output: str = ""
    time: int = 0
    leaks: tuple[tuple[str, str], ...] = ()  # (process, object it still held when it ended)

    def by_process(self, process: str) -> tuple[Event, ...]:
        """The events of one process, in order."""
        return tuple(event for event in self.events if event.process == process)


Outcome = tuple[Any, ...]
