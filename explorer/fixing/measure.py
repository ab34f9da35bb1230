"""How much concurrency a lock placement leaves: one run on the virtual clock.

Every operation on shared data takes one tick, a sleep as long as it says, and what locks do
nothing. The work of all processes, divided by the time that the run takes, is how many of them are
at work at once, on average (work and span: Blumofe and Leiserson, JACM 1999; theirs is over all
schedules, ours is of the default one). It is a pure function of the program.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from explorer.engine.chooser import KeepRunning
from explorer.engine.clock import TICK
from explorer.model.actor import Actor
from explorer.model.case import Case
from explorer.model.operation import Operation
from explorer.model.placement import Concurrency
from explorer.model.schedule import Schedule
from explorer.worlds.execute import execute
from explorer.worlds.recorder import Recorder
from explorer.worlds.runner import Runner

#: Kinds of objects whose operations order processes, or wait, and are no work.
NO_WORK: Final = frozenset(
    {"lock", "semaphore", "condition", "event", "barrier", "process", "thread", "clock"}
)


def is_work(operation: Operation) -> bool:
    """Whether an operation is one on shared data."""
    return operation.object.kind not in NO_WORK


def _ticks(actor: Actor, operation: Operation) -> int:
    """What an operation takes. What hidden actors do goes on in the background."""
    return int(actor.greenlet is not None and is_work(operation))


class Pace(KeepRunning):
    """The default schedule, with a tick before each operation on shared data."""

    def __init__(self) -> None:
        self.delay = _ticks


class Stopwatch(Recorder):
    """Adds up what is done in a run, and for how long locks are held."""

    def __init__(self) -> None:
        super().__init__(lambda filename: False)
        self.operations = self.locked = self.acquired = 0
        self.longest = self.slept = 0
        self.locks: dict[str, Any] = {}
        self.since: dict[str, int] = {}  # lock -> when it was taken

    def __call__(self, engine: Any, actor: Actor, operation: Operation) -> None:
        """Called by the engine before each event."""
        if operation.object.kind == "lock":
            self._lock(engine.now, actor, operation)
        elif actor.greenlet is None:
            return
        elif is_work(operation):
            self.operations += 1
            self.locked += any(lock.owner is actor for lock in self.locks.values())
        elif operation.name == "sleep" and operation.timeout is not None:
            self.slept += operation.timeout

    def _lock(self, now: int, actor: Actor, operation: Operation) -> None:
        lock = operation.object
        self.locks[lock.name] = lock
        self.acquired += operation.name == "acquire"
        if operation.name == "acquire" and lock.count == 0:
            self.since[lock.name] = now
        elif operation.name == "release" and lock.count == 1:
            self.longest = max(self.longest, now - self.since.get(lock.name, now))


def measure(runner: Runner, case: Case) -> Concurrency | None:
    """The concurrency of a program; None if the run does not end as it should."""
    watch = Stopwatch()
    timed = replace(case, timed=True, schedule=Schedule())
    world = execute(runner.program, timed, Pace(), limit=runner.limit, recorder=watch)
    if world.stranded or world.cut_off:
        return None
    return Concurrency(
        operations=watch.operations,
        locked=watch.locked,
        acquired=watch.acquired,
        longest=watch.longest / TICK,
        work=watch.operations + watch.slept / TICK,
        span=world.now / TICK,
    )
