"""A process as others see it: started, running, ended with an exit code.

`terminate()` only sends the signal; a hidden actor delivers it later, so that the death may land
between any two operations of the victim (and `is_alive()` right after is still True).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind
from explorer.objects.base import SharedObject


class ProcessObject(SharedObject):
    """The life of one process. `exitcode` is None while it runs."""

    kind: ClassVar[str] = "process"
    label: ClassVar[str] = "Process"

    __slots__ = (
        "actors",
        "belongings",
        "children",
        "counters",
        "daemon",
        "error",
        "exitcode",
        "given_name",
        "handle",
        "killed",
        "main",
        "own_handle",
        "parent",
        "parting",
        "signalled",
    )

    actors: list[Actor]  # all its threads
    belongings: list[SharedObject]  # told when it ends (`SharedObject.abandon`)
    children: list[Any]  # handles of children not yet joined
    counters: dict[str, int]  # names given so far by this process
    daemon: bool
    error: BaseException | None  # what its code raised, if it ended so
    exitcode: int | None
    given_name: str | None  # by the program
    handle: Any  # what current_process() returns in it
    killed: bool  # a signal of the program's own making ended it
    main: Actor | None  # its main thread
    own_handle: Any  # the same, once it is no longer its parent's object too
    parent: ProcessObject | None
    parting: SystemExit | None  # by which it ended with a text, and exit code 1
    signalled: bool  # such a signal is on its way

    @property
    def title(self) -> str:
        """Its name as the program knows it."""
        return self.given_name or self.name

    @property
    def ended(self) -> bool:
        """Whether it has an exit code."""
        return self.exitcode is not None

    def start(self, actor: Actor, operation: Operation) -> None:
        """From here on it can be scheduled; nothing to do but to be recorded."""

    def exit(self, actor: Actor, operation: Operation) -> None:
        """End with the exit code in `operation.value`."""
        self.exitcode = operation.value
        for belonging in self.belongings:
            belonging.abandon(self)

    def die(self, actor: Actor, operation: Operation) -> None:
        """A signal arrives: end with minus its number, unless it has ended before."""
        if self.exitcode is None:
            self.exitcode = -operation.value
            self.killed = True
            for belonging in self.belongings:
                belonging.abandon(self)

    def terminate(self, actor: Actor, operation: Operation) -> None:
        """The signal is on its way; see `die`."""
        self.signalled = True

    def has_ended(self, actor: Actor, operation: Operation) -> bool:
        """Whether a join would not wait."""
        return self.exitcode is not None

    def join(self, actor: Actor, operation: Operation) -> bool:
        """Whether it has ended (False: the join timed out)."""
        return self.exitcode is not None

    def poll(self, actor: Actor, operation: Operation) -> int | None:
        """Its exit code, or None while it runs."""
        return self.exitcode

    def affected(self) -> list[SharedObject]:
        """What it had a part in."""
        return self.belongings

    def holders(self, actor: Actor, operation: Operation) -> list[Actor | Any]:
        """Who joins waits for its main thread."""
        return [self.main] if self.main is not None else []

    def locations(self) -> Iterator[tuple[Any, Any]]:
        """Its exit code."""
        yield "exitcode", self.exitcode


def new_process(name: str, parent: ProcessObject | None) -> ProcessObject:
    """A process that has not begun."""
    process = ProcessObject(name)
    process.parent = parent
    process.actors = []
    process.children = []
    process.belongings = []
    process.counters = {}
    process.daemon = process.killed = process.signalled = False
    process.exitcode = process.error = process.main = process.parting = None
    process.given_name = process.handle = process.own_handle = None
    return process


def living(process: ProcessObject) -> list[ProcessObject]:
    """All processes of the run that have not ended, found from any of them."""
    while process.parent is not None:
        process = process.parent
    found = [process]
    for parent in found:
        found.extend(child._object for child in parent.children if child._object is not None)
    return [one for one in found if not one.ended]


START = OperationKind("start", ProcessObject.start, eager=True)
EXIT = OperationKind("exit", ProcessObject.exit, wide=True)
DIE = OperationKind("die", ProcessObject.die, wide=True)
TERMINATE = OperationKind("terminate", ProcessObject.terminate)
JOIN = OperationKind("join", ProcessObject.join, ProcessObject.has_ended, eager=True)
POLL = OperationKind("poll", ProcessObject.poll)
