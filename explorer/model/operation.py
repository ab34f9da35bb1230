"""What a process is about to do to a shared object, and which operations conflict.

Invariant: whether two operations commute is decided here and nowhere else. The dependence
relation of every search (sleep sets, race reversal, trace counting) comes from `CONFLICTS`.

An operation touches *locations*, each a part of one object, reading or writing it. Two
operations of different processes conflict iff they share a location and at least one writes it
(Mazurkiewicz 1986; Godefroid 1996, ch. 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from explorer.model.actor import Actor

#: A part of an object, e.g. ("Array#1", 3) or ("Lock#1", "state").
Location = tuple[str, Any]
#: A location and whether it is written.
Access = tuple[Location, bool]

# In the table, these stand for parts that the operation itself names:
_KEY: Final = "<key>"  # its key: array index, dict key, path
_EACH: Final = "<each>"  # each of the keys that its key is made of: a slice
_OWN: Final = "<own>"  # what its owner keeps there for itself: a queue's buffer in one process
_SIGNAL: Final = "<signal>"  # whether a deadly signal is on its way to its owner


def _reads(*parts: str) -> tuple[tuple[str, bool], ...]:
    return tuple((part, False) for part in parts)


def _writes(*parts: str) -> tuple[tuple[str, bool], ...]:
    return tuple((part, True) for part in parts)


def _queue(slots: str = "") -> dict[str, tuple[tuple[str, bool], ...]]:
    """A queue with or without a bound: slots are taken by put, the pipe is filled by feeders."""
    take = _writes(slots) if slots else _reads("count")
    look = _reads(slots) if slots else _writes("count")
    return {
        "put": take + _writes(_OWN),
        "flush": _writes("pipe", _OWN),
        "drop": take + _writes(_OWN),
        "get": take + _writes("pipe") + _reads(_SIGNAL),
        "join_thread": _reads(_OWN),
        "empty": _reads("pipe", _OWN),
        "qsize": look,
        "full": look,
        # Only of a process that leaves items behind, or is killed:
        "exit": take + _writes("pipe"),
        "die": take + _writes("pipe"),
    }


def _joinable(slots: str = "") -> dict[str, tuple[tuple[str, bool], ...]]:
    """The same with unfinished tasks, which put adds to."""
    rows = _queue(slots)
    rows["put"] += _reads("tasks")
    return rows | {"task_done": _writes("tasks"), "join": _writes("tasks")}


def _mapping(*looks: str) -> dict[str, tuple[tuple[str, bool], ...]]:
    """Keys are independent of each other; `looks` are operations on all of them at once.

    In what order different keys were put in does not count as seen.
    """
    touch = _reads("state")  # whoever writes "state" empties it, or shuts the manager down
    change = _writes(_KEY) + _reads("keys") + touch
    return {
        "read": _reads(_KEY) + touch,
        "contains": _reads(_KEY) + touch,
        "write": change,
        "delete": change,
        "pop": change,
        "setdefault": change,
        "update": _writes(_EACH) + _reads("keys") + touch,
    } | {look: _writes("keys") + touch for look in looks}


#: Object kind -> operation -> the parts it reads (False) or writes (True).
#: This is the one conflict table. An operation that is missing writes the whole object ("state").
#: "enter" is what an operation on something else does to the object that is its gate.
#:
#: Where additions commute with each other and looks with each other, but not the one with the
#: other (putting items and counting them), additions *read* a part that looks *write*: then only
#: two looks are kept in order for nothing, and looks are rare.
CONFLICTS: Final[dict[str, dict[str, tuple[tuple[str, bool], ...]]]] = {
    "cell": {
        "read": _reads(_KEY),
        "write": _writes(_KEY),
        "read slice": _reads(_EACH),
        "write slice": _writes(_EACH),
    },
    "lock": {"acquire": _writes("state"), "release": _writes("state"), "enter": _reads("state")},
    "semaphore": {
        "acquire": _writes("state"),
        "release": _writes("state"),
        "get_value": _reads("state"),
        "enter": _reads("state"),
    },
    "condition": {
        "wait": _writes("state"),
        "wake": _writes("state"),
        "notify": _writes("state"),
    },
    "event": {
        "is_set": _reads("state"),
        "wait": _reads("state"),  # lying down to sleep is seen by nobody but who sets the event
        "wake": _reads("state"),
        "set": _writes("state"),
        "clear": _writes("state"),
    },
    "barrier": {
        "wait": _writes("state"),
        "leave": _reads("state"),  # seen only by those who wait for the last one to leave
        "leave in time": _writes("state"),  # breaks the barrier if it is late
        "n_waiting": _reads("state"),
        "broken": _reads("state"),
    },
    "queue": _queue("slots"),
    "unbounded queue": _queue(),
    "joinable queue": _joinable("slots"),
    "unbounded joinable queue": _joinable(),
    "simple queue": {
        "put": _writes("pipe"),
        "get": _writes("pipe") + _reads(_SIGNAL),
        "empty": _reads("pipe"),
    },
    "pipe": {"send": _writes("data"), "recv": _writes("data"), "poll": _reads("data")},
    # Closing copies of an end commutes; operations on which the last one could tell write here.
    "end": {
        "close": _reads("state"),
        "exit": _reads("state"),
        "die": _reads("state"),
        "enter": _writes("state"),
    },
    "manager": {"shutdown": _writes("state"), "exit": (), "die": ()},
    "dict": _mapping("len", "keys", "values", "items", "copy", "iterate", "str", "enter"),
    "namespace": _mapping("str", "copy"),
    "managed value": {"read": _reads("state"), "str": _reads("state")},
    "managed array": _mapping("read slice", "str", "copy"),
    "list": {
        name: _reads("state")
        for name in ("read", "read slice", "len", "contains", "count", "index", "copy", "str")
    },
    "managed queue": {name: _reads("state") for name in ("qsize", "empty", "full")},
    "process": {
        "start": _writes("life"),
        "exit": _writes("life"),
        "die": _writes("life"),
        "terminate": _writes("signal") + _reads("life"),  # nothing is sent to one that has ended
        "join": _reads("life"),
        "poll": _reads("life"),
    },
    # A worker takes any task; results of different parts of a job do not see each other, unless
    # one of them is a failure, of which the first counts. "keep" is what the keeper finds to do.
    "pool": {
        "submit": _writes("tasks"),
        "take": _writes("tasks"),
        "done": _writes(_EACH) + _reads("state", "jobs"),
        "send": _writes("kept") + _reads("state"),  # a result that the keeper is to look at
        "settle": _writes(_EACH) + _reads("jobs"),
        "get": _reads(_EACH),
        "ready": _reads(_EACH),
        "next": _reads(_EACH),
        "next of any": _writes(_EACH),
        "close": _writes("tasks"),
        "terminate": _writes("tasks", "state", "kept"),
        "join": _writes("jobs"),
        "keep": _writes("kept"),
        "exit": _writes("kept"),
        "die": _writes("kept"),
    },
    "thread": {"end": _writes("life"), "join": _reads("life"), "is_alive": _reads("life")},
    "clock": {"sleep": ()},
    "stream": {"write": _writes("text")},
    # A path: its content, whether something is there, and (see `FileOperation`) what is in it.
    "file": {
        "open": _reads("there"),
        "touch": _writes("there"),
        "truncate": _writes(_KEY, "there"),
        "create": _writes("there"),
        "read": _reads(_KEY),
        "write": _writes(_KEY),
        "append": _writes(_KEY),
        "resize": _writes(_KEY),
        "exists": _reads("there"),
        "stat": _reads(_KEY, "there"),
        "unlink": _writes(_KEY, "there"),
        "mkdir": _writes("there"),
        "rmdir": _reads("entries") + _writes("there"),
        "rename": _writes(_KEY, "there"),
        "list": _writes("entries"),
    },
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
                found += self._parts(other, self.kind.name)
        if self.gate is not self.object:
            found += self._parts(self.gate, "enter")
        return strongest(found)

    def _parts(self, changed: Any, operation: str) -> list[Access]:
        """What `operation` touches of `changed`, with the table's placeholders filled in."""
        found: list[Access] = []
        name = changed.name
        for part, written in accesses_of(changed.kind, operation):
            if part is _KEY:
                found.append(((name, self.key), written))
            elif part is _EACH:
                found.extend(((name, key), written) for key in self.key)
            elif part in (_OWN, _SIGNAL):
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
        if part is _SIGNAL:
            yield (self.owner.name, "signal"), written
        else:
            yield (name, f"buffer of {self.owner.name}"), written


def strongest(found: Iterable[Access]) -> tuple[Access, ...]:
    """Each location once, written if any of its accesses writes it."""
    merged: dict[Location, bool] = {}
    for location, written in found:
        merged[location] = written or merged.get(location, False)
    return tuple(merged.items())


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
