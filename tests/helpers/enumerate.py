"""Every schedule of a small program, by brute force: depth first, each decision in turn.

No cleverness whatever, so that cleverer searches can be held against it. After each step the
invariants of all objects touched so far are checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from explorer.engine.loop import LogEntry
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.actor import Actor
from explorer.model.case import Case
from explorer.model.operation import Operation
from explorer.worlds.execute import execute
from explorer.worlds.virtual import VirtualWorld

#: The body of a main process: gets the virtual multiprocessing, returns what is to be compared.
Body = Callable[[Any], Any]


class Branch:
    """Takes the given branch at each decision, then the first; notes how many there were."""

    every_step = True
    delay: Callable[[Actor, Operation], int] | None = None

    def __init__(self, prefix: list[int]) -> None:
        self.taken = list(prefix)
        self.branches: list[int] = []
        self.log: list[LogEntry] = []
        self.checked = 0
        self.objects: list[Any] = []

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins; `log` grows with it."""
        self.log = log

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """The branch of this decision."""
        self.check()
        if len(ready) == 1:
            return ready[0]
        decision = len(self.branches)
        self.branches.append(len(ready))
        if decision == len(self.taken):
            self.taken.append(0)
        return ready[self.taken[decision]]

    def check(self) -> None:
        """Check the objects of the run so far."""
        for _, operation, _ in self.log[self.checked :]:
            for found in (operation.object, operation.gate):
                if found not in self.objects:
                    self.objects.append(found)
        self.checked = len(self.log)
        for found in self.objects:
            found.check()

    def following(self) -> list[int] | None:
        """The prefix of the next run; None if this was the last."""
        for decision in reversed(range(len(self.branches))):
            if self.taken[decision] + 1 < self.branches[decision]:
                return [*self.taken[:decision], self.taken[decision] + 1]
        return None


def runs(
    body: Body, *, timed: bool = True, limit: int = 20_000
) -> Iterator[tuple[VirtualWorld, Any]]:
    """All runs of `body`: the finished world of each, and what the main process returned."""
    prefix: list[int] | None = []
    for _ in range(limit):
        box: list[Any] = []

        def main(mp: Any, box: list[Any] = box) -> None:
            box.append(body(mp))

        branch = Branch(prefix or [])
        program = FunctionProgram(body.__name__, main, multiprocessing)
        world = execute(program, Case(body.__name__, timed=timed), branch, limit=1_000)
        branch.check()
        yield world, box[0] if box else None
        prefix = branch.following()
        if prefix is None:
            return
    raise AssertionError(f"{body.__name__} has more than {limit} schedules")


def outcome(world: VirtualWorld, returned: Any) -> Any:
    """What the main process returned, or what went wrong, as a value to compare."""
    assert not world.cut_off, "the run reached its limit of steps"
    blocked = [
        f"{actor.name} in {operation.kind.name} {operation.object.name}"
        for actor, operation in zip(world.stranded, world.waited_for, strict=True)
        if operation is not None and not actor.ready
    ]
    if blocked:
        return "blocked: " + ", ".join(blocked)
    error = world.processes[0].error
    if error is not None:
        return f"{type(error).__name__}: {error}"
    return returned


def outcomes(body: Body, *, timed: bool = True, limit: int = 20_000) -> set[Any]:
    """The set of all outcomes that some schedule of `body` has."""
    return {outcome(world, returned) for world, returned in runs(body, timed=timed, limit=limit)}


def start_all(mp: Any, *targets: Callable[[], Any]) -> list[Any]:
    """A process for each target, started."""
    processes = [mp.Process(target=target) for target in targets]
    for process in processes:
        process.start()
    return processes


def run_all(mp: Any, *targets: Callable[[], Any]) -> None:
    """A process for each target, started and joined."""
    for process in start_all(mp, *targets):
        process.join()
