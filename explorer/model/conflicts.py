"""The one conflict table: what each operation reads and writes of its object.

Invariant: whether two operations commute is decided here and nowhere else. A new primitive brings
its rows; `tests/frontend/test_traces.py` holds them against what happens in fact.
"""

from __future__ import annotations

from typing import Final

# In the table, these stand for parts that the operation itself names:
KEY: Final = "<key>"  # its key: array index, dict key, path
EACH: Final = "<each>"  # each of the keys that its key is made of: a slice
OWN: Final = "<own>"  # what its owner keeps there for itself: a queue's buffer in one process
SIGNAL: Final = "<signal>"  # whether a deadly signal is on its way to its owner


def _reads(*parts: str) -> tuple[tuple[str, bool], ...]:
    return tuple((part, False) for part in parts)


def _writes(*parts: str) -> tuple[tuple[str, bool], ...]:
    return tuple((part, True) for part in parts)


def _queue(slots: str = "") -> dict[str, tuple[tuple[str, bool], ...]]:
    """A queue with or without a bound: slots are taken by put, the pipe is filled by feeders."""
    take = _writes(slots) if slots else _reads("count")
    look = _reads(slots) if slots else _writes("count")
    return {
        "put": take + _writes(OWN),
        "flush": _writes("pipe", OWN),
        "drop": take + _writes(OWN),
        "get": take + _writes("pipe") + _reads(SIGNAL),
        "join_thread": _reads(OWN),
        "empty": _reads("pipe", OWN),
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
    change = _writes(KEY) + _reads("keys") + touch
    return {
        "read": _reads(KEY) + touch,
        "contains": _reads(KEY) + touch,
        "write": change,
        "delete": change,
        "pop": change,
        "setdefault": change,
        "update": _writes(EACH) + _reads("keys") + touch,
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
        "read": _reads(KEY),
        "write": _writes(KEY),
        "read slice": _reads(EACH),
        "write slice": _writes(EACH),
    },
    "lock": {
        "acquire": _writes("state"),
        "release": _writes("state"),
        "locked": _reads("state"),
        "enter": _reads("state"),
    },
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
        "get": _writes("pipe") + _reads(SIGNAL),
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
    # one of them is a failure, of which the first counts. "keep" is what the keeper finds to do:
    # once the pool is closed it replaces no worker unless a job is open, and while it is at
    # something nobody can join the pool.
    "pool": {
        "submit": _writes("tasks"),
        "take": _writes("tasks"),
        "done": _writes(EACH) + _reads("state", "jobs"),
        "send": _writes("kept") + _reads("state"),  # a result that the keeper is to look at
        "settle": _writes(EACH) + _reads("jobs"),
        "get": _reads(EACH, "state"),
        "ready": _reads(EACH, "state"),
        "next": _reads(EACH, "state"),
        "next of any": _writes(EACH),
        "close": _writes("tasks") + _reads("jobs"),
        "terminate": _writes("tasks", "state", "kept"),
        "fail": _writes("tasks", "state", "kept", "jobs"),
        "cancel": _writes("tasks", EACH) + _reads("jobs"),
        "running": _reads(EACH, "tasks"),
        "join": _writes("jobs") + _reads("state"),
        "keep": _writes("kept", "jobs"),
        "rest": _writes("kept") + _reads("jobs"),
        "halt": _reads("kept"),
        "exit": _writes("kept"),
        "die": _writes("kept"),
        "orphan": _writes("tasks", "state", "kept"),  # the owner ends: so do the workers
    },
    "pools": {"ready": ()},  # what it does to each of them counts
    "segments": {
        "create": _writes(KEY),
        "attach": _reads(KEY),
        "unlink": _writes(KEY),
    },
    "thread": {"end": _writes("life"), "join": _reads("life"), "is_alive": _reads("life")},
    "clock": {"sleep": ()},
    "stream": {"write": _writes("text")},
    # A path: its content, whether something is there, and (see `FileOperation`) what is in it.
    "file": {
        "open": _reads("there"),
        "touch": _writes("there"),
        "truncate": _writes(KEY, "there"),
        "create": _writes("there"),
        "read": _reads(KEY),
        "write": _writes(KEY),
        "append": _writes(KEY),
        "resize": _writes(KEY),
        "exists": _reads("there"),
        "stat": _reads(KEY, "there"),
        "unlink": _writes(KEY, "there"),
        "mkdir": _writes("there"),
        "rmdir": _reads("entries") + _writes("there"),
        "rename": _writes(KEY, "there"),
        "list": _writes("entries"),
    },
}

WHOLE_OBJECT: Final = _writes("state")


def accesses_of(object_kind: str, operation: str) -> tuple[tuple[str, bool], ...]:
    """The row of the conflict table for one operation on one kind of object."""
    return CONFLICTS.get(object_kind, {}).get(operation, WHOLE_OBJECT)
