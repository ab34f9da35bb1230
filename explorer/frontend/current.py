"""Which process am I? The only ambient value there is, and only `frontend/` reads it."""

from __future__ import annotations

from typing import Any, Protocol

from explorer.errors import NotSupported
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

    def spawn(self, process: ProcessObject, job: Any, space: Any) -> Actor:
        """Start a process whose body is `job` in the memory `space`."""
        ...


class Slot:
    """Holds the world that is running, or None."""

    __slots__ = ("world",)

    def __init__(self) -> None:
        self.world: Any = None


slot = Slot()


def world() -> Any:
    """The running world; refuses outside a run."""
    if slot.world is None:
        raise NotSupported("the virtual multiprocessing was used outside a run of the explorer")
    return slot.world


def process() -> ProcessObject:
    """The process whose code is running."""
    found: ProcessObject = world().running.process
    return found


def new_name(label: str) -> str:
    """The next name for an object made by the running process: "Lock#1", "Process-2.Lock#1".

    Counted per process, so that a name does not depend on the schedule.
    """
    owner = process()
    number = owner.counters.get(label, 0) + 1
    owner.counters[label] = number
    return f"{label}#{number}" if owner.parent is None else f"{owner.name}.{label}#{number}"
