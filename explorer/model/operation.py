"""What a process is about to do to a shared object, and which operations conflict.

Whether two operations commute is decided by the one conflict table (`model.conflicts`), and the
dependence relation of every search (sleep sets, race reversal, trace counting) comes from there.

An operation touches *locations*, each a part of one object, reading or writing it. Two
operations of different processes conflict iff they share a location and at least one writes it
(Mazurkiewicz 1986; Godefroid 1996, ch. 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from explorer.model.conflicts import EACH, KEY, OWN, SIGNAL, accesses_of

if TYPE_CHECKING:
    from explorer.model.actor import Actor

#: A part of an object, e.g. ("Array#1", 3) or ("Lock#1", "state").
Location = tuple[str, Any]
#: A location and whether it is written.
Access = tuple[Location, bool]


class OperationKind:
    """One thing that can be done to one kind of object.

    Args:
        name: the word shown to people and written to case files ("acquire").
        apply: `apply(object, actor, operation) -> result`; may raise `Refused`.
        ready: `ready(object, actor, operation) -> bool`, or None if it never has to wait.
        eager: it commutes with whatever other processes do, so that a process which nobody can
            kill performs it without a decision (starting a child, joining an ended one).
        wide: it changes other objects too (`object.affected()`): a process that ends closes
            what it had open.
        idle: who waits for it has nothing to do, and nobody misses him (a pool's worker).
    """

    __slots__ = ("apply", "eager", "idle", "name", "ready", "simple", "wide")

    def __init__(
        self,
        name: str,
        apply: Callable[[Any, Actor, Operation], Any],
        ready: Callable[[Any, Actor, Operation], bool] | None = None,
        *,
        eager: bool = False,
        wide: bool = False,
        idle: bool = False,
    ) -> None:
        self.eager = eager
        self.idle = idle
        self.wide = wide
        self.simple = ready is None and not wide  # changes one object and never has to wait
        self.name = name
        self.apply = apply
        self.ready = ready

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Operation:
    """What a process is about to do: `kind` to `object`, at `key`, with `value`.

    `timeout` is in nanoseconds of virtual time; None waits for ever.
    `gate` is the object whose state decides whether the operation can go on: the object itself,
    but for a `Value` with a lock, whose reads and writes wait for that lock. The operation leaves
    such a gate as it was; one that changes it too is `wide`.
    Not a dataclass: one is made for every write of every run (0.2 µs against 0.7 µs frozen).
    """

    __slots__ = ("gate", "key", "kind", "object", "timeout", "value")

    def __init__(
        self,
        kind: OperationKind,
        object: Any,
        key: Any = None,
        value: Any = None,
        timeout: int | None = None,
        gate: Any = None,
    ) -> None:
        self.kind = kind
        self.object = object
        self.key = key
        self.value = value
        self.timeout = timeout
        self.gate = object if gate is None else gate

    @property
    def name(self) -> str:
        """The word for what is done, as in case files: "read", "acquire"."""
        return self.kind.name

    def accesses(self) -> tuple[Access, ...]:
        """The locations this operation touches, each once, in a fixed order."""
        found = self._parts(self.object, self.kind.name)
        if not self.kind.wide and self.gate is self.object:
            return tuple(found)
        if self.kind.wide:
            for other in self.object.affected():
                found += self._parts(other, other.row(self.kind.name, self.object.name))
        if self.gate is not self.object:
            found += self._parts(self.gate, "enter")
        return strongest(found)

    def _parts(self, changed: Any, operation: str) -> list[Access]:
        """What `operation` touches of `changed`, with the table's placeholders filled in."""
        found: list[Access] = []
        name = changed.name
        for part, written in accesses_of(changed.kind, operation):
            if part is KEY:
                found.append(((name, self.key), written))
            elif part is EACH:
                found.extend(((name, key), written) for key in self.key)
            elif part in (OWN, SIGNAL):
                found.extend(self._of_owner(name, part, written))
            else:
                found.append(((name, part), written))
        return found

    def _of_owner(self, name: str, part: str, written: bool) -> Iterator[Access]:
        """See `OwnedOperation`; nothing for an operation whose process does not matter."""
        return iter(())

    def __repr__(self) -> str:
        at = "" if self.key is None else f"[{self.key!r}]"
        return f"{self.kind.name} {self.object.name}{at}"


def quick(kind: OperationKind, object: Any, value: Any = None) -> Operation:
    """`Operation(kind, object, None, value)`, for those that every run makes.

    Compiled, a function is called from Python in half the time that a class takes.
    """
    return Operation(kind, object, None, value)


class OwnedOperation(Operation):
    """An operation for which it matters whose process performs it (`owner`, a ProcessObject)."""

    __slots__ = ("owner",)

    def __init__(
        self,
        kind: OperationKind,
        object: Any,
        owner: Any,
        value: Any = None,
        timeout: int | None = None,
    ) -> None:
        super().__init__(kind, object, None, value, timeout)
        self.owner = owner

    def _of_owner(self, name: str, part: str, written: bool) -> Iterator[Access]:
        if part is SIGNAL:
            yield (self.owner.name, "signal"), written
        else:
            yield (name, f"buffer of {self.owner.name}"), written


def strongest(found: Iterable[Access]) -> tuple[Access, ...]:
    """Each location once, written if any of its accesses writes it."""
    merged: dict[Location, bool] = {}
    for location, written in found:
        merged[location] = written or merged.get(location, False)
    return tuple(merged.items())


def conflict(first: Operation, second: Operation) -> bool:
    """Whether two operations of different processes depend on their order."""
    return accesses_conflict(first.accesses(), second.accesses())


def accesses_conflict(first: tuple[Access, ...], second: tuple[Access, ...]) -> bool:
    """Whether two footprints share a location that at least one of them writes."""
    return any(
        here == there and (writes or wrote) for here, writes in first for there, wrote in second
    )


class Refused(Exception):
    """The real operation would raise `error` in the program; not a failure of ours."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(repr(error))
        self.error = error


class Raised:
    """The result of an operation that raises in the program."""

    __slots__ = ("error",)

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __repr__(self) -> str:
        return f"raises {self.error!r}"
