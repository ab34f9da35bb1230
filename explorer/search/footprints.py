"""The conflict table in a form that is quick to ask: sets of locations as integers.

Invariant: two footprints conflict iff `explorer.model.operation.conflict` says so of their
operations, or one of them ends the process that the other one's actor belongs to.
"""

from __future__ import annotations

from contextlib import suppress
from numbers import Number
from typing import TYPE_CHECKING, Any, Final

from explorer.causality import ENDINGS
from explorer.model.conflicts import accesses_of
from explorer.model.operation import Operation
from explorer.model.text import show

if TYPE_CHECKING:
    from collections.abc import Iterable

    from explorer.model.actor import Actor
    from explorer.objects.base import SharedObject

#: Part of a process: its actors can go on. All of them read it, the process's end writes it.
_ACTORS: Final = "actors"


class Footprint:
    """What one operation touches: numbered locations, and as bit sets all and those it writes.

    `ends`: the process that it ends, which disables all the actors of that process. In the sets
    this is a location that all of them read; in `accesses`, where it would cost, it is not.
    """

    __slots__ = ("accesses", "ends", "touched", "written")

    def __init__(
        self,
        accesses: tuple[tuple[int, bool], ...],
        alive: int = 0,
        ended: int = 0,
        ends: str | None = None,
    ) -> None:
        self.accesses = accesses
        self.ends = ends
        self.touched = alive | ended
        self.written = ended
        for location, written in accesses:
            self.touched |= 1 << location
            if written:
                self.written |= 1 << location

    def conflicts(self, other: Footprint) -> bool:
        """Whether the order of two operations of different actors matters."""
        return bool(self.written & other.touched or self.touched & other.written)


class Footprints:
    """The footprints of one search; numbers each location when it is first seen."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}
        self._known: dict[tuple[Any, ...], Footprint] = {}

    def of(self, actor: Actor, operation: Operation) -> Footprint:
        """The footprint of what `actor` does or is about to do (0.4 µs if it is known)."""
        changed = operation.object
        if operation.kind.wide and (is_late(operation) or changed.affected()):
            return self._make(actor, operation)  # it may be another the next time
        key: tuple[Any, ...] = (
            operation.kind,
            changed.kind,
            changed.name,
            operation.key,
            operation.gate.name,
            actor.process.name,
        )
        if type(operation) is not Operation:
            key = (*key, operation.owner.name)  # type: ignore[attr-defined]
        try:
            return self._known[key]
        except (KeyError, TypeError):  # new, or the operation's key cannot be hashed
            pass
        made = self._make(actor, operation)
        with suppress(TypeError):
            self._known[key] = made
        return made

    def _make(self, actor: Actor, operation: Operation) -> Footprint:
        alive = 1 << self.number((actor.process.name, _ACTORS))
        if is_late(operation):
            return Footprint(((self.number((operation.object.name, "life")), False),), alive)
        strongest: dict[int, bool] = {}
        for location, written in operation.accesses():
            number = self.number(location)
            strongest[number] = strongest.get(number, False) or written
        if operation.object.kind != "process" or operation.name not in ENDINGS:
            return Footprint(tuple(strongest.items()), alive)
        name = operation.object.name
        ended = 1 << self.number((name, _ACTORS))
        return Footprint(tuple(strongest.items()), alive, ended, name)

    def of_death(self, process: str, belongings: Iterable[SharedObject]) -> Footprint:
        """The footprint of the death of a process with these belongings."""
        touched = {self.number((process, "life")): True}
        for other in belongings:
            for part, written in accesses_of(other.kind, other.row("die", process)):
                number = self.number((other.name, part))
                touched[number] = touched.get(number, False) or written
        alive = 1 << self.number((process, _ACTORS))
        return Footprint(tuple(touched.items()), alive, alive, process)

    def number(self, location: Any) -> int:
        """The number of a location.

        Of a key that is no plain value its text counts, which is the same in every run and in
        every process; two that look alike are taken for one, which is sound.
        """
        name, part = location
        return self.numbers.setdefault((name, plain(part)), len(self.numbers))


def plain(part: Any) -> Any:
    """A part of an object as a value that means the same wherever it is sent.

    What is equal stays equal: the member of an `IntEnum`, say, is the number.
    """
    kind = part.__class__
    if kind in _PLAIN:
        return part
    if kind is tuple:
        return tuple(plain(each) for each in part)
    if isinstance(part, str):
        return str.__str__(part)
    if isinstance(part, Number):
        with suppress(Exception):  # of a library's own numbers
            number: Any = part
            return next(same for same in (int(number), float(number)) if same == number)
    return show(part)


_PLAIN: Final = frozenset({str, int, float, bool, bytes, type(None)})


def is_late(operation: Operation) -> bool:
    """Whether this is the death of a process that has ended already: it changes nothing."""
    return operation.name == "die" and operation.object.exitcode is not None
