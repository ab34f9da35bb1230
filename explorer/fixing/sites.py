"""Where in the program its operations come from: calls, locks that are held, locks in reach.

A run is made once more with a recorder that, before each operation on something shared, looks at
the frames of the program's own code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final

from explorer.detect.lost_update import READS
from explorer.fixing.measure import is_work
from explorer.model.actor import Actor
from explorer.model.operation import Operation
from explorer.model.text import show
from explorer.report.spots import Spot, frames_of, machine_of, spot_of
from explorer.worlds.recorder import Recorder
from explorer.worlds.virtual import VirtualWorld

#: Kinds whose operations are looked at as well: one may wait in vain for them.
MEETING: Final = frozenset({"condition", "event", "barrier"})
_LOCKING: Final = frozenset({"lock", "semaphore"})


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of the program's functions, on the way to an operation.

    `number` is the same as long as the call lasts. `locks` has the expressions for the locks that
    can be reached in it, by the locks' names.
    """

    number: int
    spot: Spot
    locks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Site:
    """An operation and the calls that led to it, innermost first.

    Args:
        alone: nobody else was there.
        gate: the name of the lock that comes with the object.
    """

    actor: str
    operation: str
    object: str
    kind: str
    label: str
    writes: bool
    calls: tuple[Call, ...]
    held: frozenset[str]
    alone: bool
    gate: str | None = None

    @property
    def reads(self) -> bool:
        """Whether it only looks."""
        return self.operation in READS or not self.writes


class SiteRecorder(Recorder):
    """Notes the sites of a run; `waiting` are those of who waits for ever in the end."""

    def __init__(self, is_user_code: Any) -> None:
        super().__init__(is_user_code)
        self.sites: list[Site] = []
        self.waiting: list[Site] = []
        self.known: dict[str, Any] = {}  # locks
        self.calls: dict[int, tuple[FrameType, int]] = {}  # frames, kept: ids come back

    def __call__(self, engine: Any, actor: Actor, operation: Operation) -> None:
        """Called by the engine before each event."""
        if operation.object.kind == "lock":
            self.known[operation.object.name] = operation.object
        alone = all(other is actor or other.ended for other in engine.actors)
        site = self._site(actor, operation, alone=alone)
        if site is not None:
            self.sites.append(site)

    def finish(self, world: VirtualWorld) -> None:
        """Called when the run is over, before anybody is unwound."""
        for actor, operation in zip(world.stranded, world.waited_for, strict=True):
            site = None if operation is None else self._site(actor, operation, alone=False)
            if site is not None:
                self.waiting.append(site)
        self.calls.clear()

    def _site(self, actor: Actor, operation: Operation, *, alone: bool) -> Site | None:
        found = operation.object
        if not is_work(operation) and found.kind not in MEETING | _LOCKING:
            return None
        calls = tuple(self._calls(actor))
        if not calls:
            return None
        label = found.name if operation.key is None else f"{found.name}[{show(operation.key)}]"
        return Site(
            actor=actor.name,
            operation=operation.name,
            object=found.name,
            kind=found.kind,
            label=label,
            writes=any(written for _, written in operation.accesses()),
            calls=calls,
            held=frozenset(n for n, lock in self.known.items() if lock.owner is actor),
            alone=alone,
            gate=operation.gate.name if operation.gate.kind == "lock" else None,
        )

    def _calls(self, actor: Actor) -> Iterator[Call]:
        for frame in frames_of(actor, self.is_user_code):
            _, number = self.calls.setdefault(id(frame), (frame, len(self.calls)))
            locks: dict[str, str] = {}
            for lock, name in _locks(frame):
                locks.setdefault(lock, name)
            yield Call(number, spot_of(frame), locks)


def _locks(frame: FrameType) -> Iterator[tuple[str, str]]:
    """The locks, and conditions by their locks, that a frame has names for, its own first."""
    for name, value in _names(frame):
        machine = machine_of(value)
        kind = getattr(machine, "kind", None)
        if kind == "lock":
            yield machine.name, name
        elif kind == "condition":
            yield machine.lock.name, name


def _names(frame: FrameType) -> Iterator[tuple[str, Any]]:
    local = dict(frame.f_locals)
    yield from local.items()
    for name, value in list(getattr(local.get("self"), "__dict__", {}).items()):
        yield f"self.{name}", value
    if frame.f_code.co_name != "<module>":
        for name, value in list(frame.f_globals.items()):
            if name not in local:
                yield name, value
