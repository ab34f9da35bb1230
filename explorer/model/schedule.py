"""A schedule as people read it: the few decisions that differ from the default.

The default is *keep running, else round robin by creation order*. A `Switch` says where a process
is left and who goes instead; a `Delay` says before which operation a process sleeps, and how many
ticks. Both name their place by process, operation, object and occurrence, never by line, bytecode
offset or step number, so that a schedule survives Python upgrades and unrelated edits.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from explorer.model.operation import Operation
from explorer.model.text import show


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """The `occurrence`-th time (from 1) that `process` is about to do `operation` to `object`."""

    process: str
    operation: str
    object: str
    occurrence: int = 1

    def __str__(self) -> str:
        nth = "" if self.occurrence == 1 else f" (time {self.occurrence})"
        return f"{self.process} before {self.operation} {self.object}{nth}"


@dataclass(frozen=True, slots=True, order=True)
class Switch:
    """When `at.process` ran last and is about to do what `at` says, `to` goes instead.

    `preemptive` tells whether `at.process` could have gone on.
    """

    at: Place
    to: str
    preemptive: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Delay:
    """A process sleeps `ticks` of virtual time before the operation `at` says."""

    at: Place
    ticks: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """All the decisions of one run that differ from the default."""

    switches: tuple[Switch, ...] = ()
    delays: tuple[Delay, ...] = ()

    @property
    def preemptions(self) -> int:
        """How often a process is left that could go on."""
        return sum(switch.preemptive for switch in self.switches)


def object_label(operation: Operation) -> str:
    """How a place names what an operation touches: "Array#1[3]", "dict#1['num']"."""
    name: str = operation.object.name
    return name if operation.key is None else f"{name}[{show(operation.key)}]"


@dataclass(slots=True)
class PlaceCounter:
    """Names the places of one run as its actors come to them. One counter per run."""

    seen: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def arrive(self, process: str, operation: Operation) -> Place:
        """The place of an operation that `process` has just come to; call once for each."""
        label = object_label(operation)
        key = (process, operation.kind.name, label)
        occurrence = self.seen.get(key, 0) + 1
        self.seen[key] = occurrence
        return Place(process, operation.kind.name, label, occurrence)
