"""Who takes part in a run: everything the scheduler can choose.

An actor is a process's main thread, a thread inside it, or a *hidden actor* that the program
does not see but that is really there: the feeder of a queue, a signal on its way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.model.operation import Operation


class Actor:
    """One schedulable party. Mutable: only the world and its objects write it.

    `index` orders actors by creation; `name` is stable across schedules ("Process-1:2").
    `process` is the `ProcessObject` it belongs to. `greenlet` is None for a hidden actor and for
    one that has ended. `ready` mirrors its membership in the engine's ready list. `eager` actors
    perform eager operations without a decision. `context` is the memory it runs in.
    The defaults stand on the class: an actor is made for every process of every run.
    """

    pending: Operation | None = None
    greenlet: Any = None
    job: Any = None
    result: Any = None
    context: Any = None
    ready: bool = False
    expired: bool = False
    ended: bool = False
    eager: bool = False

    def __init__(self, index: int, name: str, process: Any) -> None:
        self.index = index
        self.name = name
        self.process = process

    def __repr__(self) -> str:
        return f"<{self.name}>"
