"""Which process am I? The only ambient value there is, and only `frontend/` reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, Protocol

from greenlet import getcurrent

from explorer.errors import ExplorerError, NotSupported
from explorer.model.actor import Actor
from explorer.model.operation import Operation
from explorer.objects.process import ProcessObject


class World(Protocol):
    """What the front end needs of the world that runs it."""

    running: Actor
    actors: list[Actor]
    now: int
    timed: bool
    runtime: Any

    def perform(self, operation: Operation) -> Any:
        """Perform an operation of the running actor when the schedule says so."""
        ...

    def perform_eager(self, operation: Operation) -> Any:
        """The same, without a decision where nobody could tell the difference."""
        ...

    def spawn(self, process: ProcessObject, job: Any, space: Any, started: bool = False) -> Actor:
        """Start a process whose body is `job` in the memory `space`."""
        ...

    def abort(self, failure: BaseException) -> NoReturn:
        """Give the run up; whoever made it gets `failure`, whatever the program catches."""
        ...


class Slot:
    """Holds the world that is running, or None; `outside` while a library is being imported."""

    __slots__ = ("outside", "world")

    def __init__(self) -> None:
        self.world: Any = None
        self.outside = False


slot = Slot()


def world() -> Any:
    """The running world; refuses outside a run."""
    if slot.world is None:
        raise NotSupported("the virtual multiprocessing was used outside a run of the explorer")
    return slot.world


def inside() -> Any:
    """The running world if the caller is the code of a virtual process, else None.

    What is installed under unmodified code asks this at every call: our own code between runs,
    other threads, and a library that is being imported get the real thing.
    """
    running = slot.world
    if running is None or slot.outside:
        return None
    actor = running.running
    if actor.process is None or actor.greenlet is not getcurrent():
        return None
    return running


@contextmanager
def outside() -> Iterator[None]:
    """Let the code in here have the real things, even in a virtual process."""
    before, slot.outside = slot.outside, True
    try:
        yield
    finally:
        slot.outside = before


def abort(failure: ExplorerError) -> NoReturn:
    """End the run with an error for the user, which the program cannot catch."""
    running = slot.world
    if running is None or running.running.process is None:
        raise failure
    running.abort(failure)
    raise AssertionError("the run goes on after it was aborted")


def process() -> ProcessObject:
    """The process whose code is running."""
    found: ProcessObject = world().running.process
    return found


def new_name(label: str) -> str:
    """The next name for an object made by the running process: "Lock#1", "Process-2.Lock#1".

    Counted per thread, so that a name does not depend on the schedule.
    """
    actor = world().running
    owner = actor.process
    if actor is not owner.main:
        return f"{actor.name}.{label}#{next_number(owner, f'{actor.name}.{label}')}"
    number = owner.counters.get(label, 0) + 1
    owner.counters[label] = number
    return f"{label}#{number}" if owner.parent is None else f"{owner.name}.{label}#{number}"


def next_number(owner: ProcessObject, label: str) -> int:
    """How many of that label a process has made, this one included."""
    number = owner.counters[label] = owner.counters.get(label, 0) + 1
    return number
