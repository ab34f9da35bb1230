"""Who takes part in a run: everything the scheduler can choose.

An actor is a process's main thread, a thread inside it, or a *hidden actor* that the program
does not see but that is really there: the feeder of a queue, a signal on its way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from explorer.model.operation import Operation

#: The process that a program begins in, by its name.
MAIN: Final = "MainProcess"


class Actor:
    """One schedulable party. Mutable: only the world and its objects write it.

    `index` orders actors by creation; `name` is stable across schedules ("Process-1:2").
    `process` is the `ProcessObject` it belongs to. `greenlet` is None for a hidden actor and for
    one that has ended. `ready` mirrors its membership in the engine's ready list. `eager` actors
    perform eager operations without a decision. `context` is the memory it runs in.
    """

    __slots__ = (
        "context",
        "eager",
        "ended",
        "expired",
        "greenlet",
        "index",
        "job",
        "name",
        "pending",
        "process",
        "ready",
        "result",
    )

    context: Any
    eager: bool
    ended: bool
    expired: bool
    greenlet: Any
    index: int
    job: Any
    name: str
    pending: Operation | None
    process: Any
    ready: bool
    result: Any

    def __repr__(self) -> str:
        return f"<{self.name}>"


def new_actor(index: int, name: str, process: Any) -> Actor:
    """An actor that nobody has looked at yet.

    No `__init__`: CPython takes 0.1 µs to find and call one, and each run makes several actors.
    """
    actor = Actor()
    actor.index = index
    actor.name = name
    actor.process = process
    actor.pending = actor.greenlet = actor.job = actor.result = actor.context = None
    actor.ready = actor.expired = actor.ended = actor.eager = False
    return actor
