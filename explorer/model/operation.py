"""What a process is about to do to a shared object, and which operations conflict.

Invariant: whether two operations commute is decided here and nowhere else. The dependence
relation of every search (sleep sets, race reversal, trace counting) comes from `CONFLICTS`.

An operation touches *locations*, each a part of one object, reading or writing it. Two
operations of different processes conflict iff they share a location and at least one writes it
(Mazurkiewicz 1986; Godefroid 1996, ch. 3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from explorer.model.actor import Actor

#: A part of an object, e.g. ("Array#1", 3) or ("Lock#1", "state").
Location = tuple[str, Any]
#: A location and whether it is written.
Access = tuple[Location, bool]

_KEY: Final = "<key>"  # stands for the operation's own key: array index, dict key, path


def _reads(*parts: str) -> tuple[tuple[str, bool], ...]:
    return tuple((part, False) for part in parts)


def _writes(*parts: str) -> tuple[tuple[str, bool], ...]:
    return tuple((part, True) for part in parts)


#: Object kind -> operation -> the parts it reads (False) or writes (True).
#: This is the one conflict table. An operation that is missing writes the whole object.
CONFLICTS: Final[dict[str, dict[str, tuple[tuple[str, bool], ...]]]] = {
    "cell": {"read": _reads(_KEY), "write": _writes(_KEY)},
    "lock": {"acquire": _writes("state"), "release": _writes("state"), "enter": _reads("state")},
    "process": {
        "start": _writes("life"),
        "exit": _writes("life"),
        "die": _writes("life"),
        "terminate": _writes("signal"),
        "join": _reads("life"),
        "poll": _reads("life"),
    },
    "clock": {"sleep": ()},
}

WHOLE_OBJECT: Final = _writes("state")


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
    """

    __slots__ = ("apply", "eager", "name", "ready", "wide")

    def __init__(
        self,
        name: str,
        apply: Callable[[Any, Actor, Operation], Any],
        ready: Callable[[Any, Actor, Operation], bool] | None = None,
        *,
        eager: bool = False,
        wide: bool = False,
    ) -> None:
        self.eager = eager
        self.wide = wide
        self.name = name
        self.apply = apply
        self.ready = ready

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Operation:
    """What a process is about to do: `kind` to `object`, at `key`, with `value`.

    `timeout` is in nanoseconds of virtual time; None waits for ever.
    `gate` is the object whose state decides whether the operation can go on: the object itself,
    but for a `Value` with a lock, whose reads and writes wait for that lock.
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
        """The locations this operation touches, in a fixed order."""
        name = self.object.name
        found = [
            ((name, self.key if part is _KEY else part), written)
            for part, written in accesses_of(self.object.kind, self.kind.name)
        ]
        if self.kind.wide:
            found.extend(((other.name, "state"), True) for other in self.object.affected())
        if self.gate is not self.object:
            found.append(((self.gate.name, "state"), False))
        return tuple(found)

    def __repr__(self) -> str:
        at = "" if self.key is None else f"[{self.key!r}]"
        return f"{self.kind.name} {self.object.name}{at}"


def accesses_of(object_kind: str, operation: str) -> tuple[tuple[str, bool], ...]:
    """The row of the conflict table for one operation on one kind of object."""
    return CONFLICTS.get(object_kind, {}).get(operation, WHOLE_OBJECT)


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
