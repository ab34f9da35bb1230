"""Every schedule of a program, one after the other, with no cleverness at all.

What it is for: the search must find the same traces, outcomes and deadlocks, each trace once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from explorer.causality import trace_key
from explorer.engine.loop import LogEntry
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.actor import Actor
from explorer.model.case import Case
from explorer.model.operation import Operation
from explorer.search.exhaustive import Exhaustive
from explorer.worlds.execute import execute
from explorer.worlds.virtual import VirtualWorld


class TooMany(Exception):
    """The program has more schedules than somebody is ready to wait for."""


class EverySchedule:
    """Takes each branch of each decision in turn."""

    every_step = False
    delay: Callable[[Actor, Operation], int] | None = None

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.branches: list[int] = []
        self.decision = 0

    def begin(self, log: list[LogEntry]) -> None:
        self.decision = 0

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        if self.decision == len(self.taken):
            self.taken.append(0)
            self.branches.append(len(ready))
        chosen = ready[self.taken[self.decision]]
        self.decision += 1
        return chosen

    def turn(self) -> bool:
        """Go to the next schedule; False if this was the last."""
        while self.taken:
            self.taken[-1] += 1
            if self.taken[-1] < self.branches[-1]:
                return True
            self.taken.pop()
            self.branches.pop()
        return False


@dataclass
class Seen:
    """What a search came across."""

    runs: int = 0
    redundant: int = 0
    traces: dict[bytes, int] = field(default_factory=dict)
    deadlocks: set[bytes] = field(default_factory=set)
    outcomes: set[Any] = field(default_factory=set)
    probes: int = 0

    def add(self, world: VirtualWorld) -> None:
        self.runs += 1
        if world.abandoned:
            self.redundant += 1
            return
        key = trace_key(world.log)
        self.traces[key] = self.traces.get(key, 0) + 1
        if world.stranded:
            self.deadlocks.add(key)
        self.outcomes.add(outcome(world))


def outcome(world: VirtualWorld) -> Any:
    """What everybody did and saw, and how he ended."""
    seen: dict[str, list[str]] = {}
    for actor, operation, result in world.log:
        seen.setdefault(actor.name, []).append(f"{operation!r} {result!r}")
    return tuple(sorted((name, tuple(lines)) for name, lines in seen.items()))


def runner(body: Callable[..., Any], limit: int = 500, **parameters: Any) -> Callable[[Any], Any]:
    """Runs `body` with unknown time, under any chooser."""
    program = FunctionProgram(body.__name__, body, multiprocessing)
    case = Case(body.__name__, parameters=parameters, timed=False)
    return lambda chooser: execute(program, case, chooser, limit=limit)


def by_force(run: Callable[[Any], VirtualWorld], most: int = 100_000) -> Seen:
    """All schedules.

    Raises:
        TooMany: there are more than `most`.
    """
    chooser, seen = EverySchedule(), Seen()
    while True:
        seen.add(run(chooser))
        if not chooser.turn():
            return seen
        if seen.runs >= most:
            raise TooMany


def by_search(run: Callable[[Any], VirtualWorld]) -> Seen:
    """All traces, by the exhaustive search."""
    search, seen = Exhaustive(run), Seen()
    while True:
        world = run(search)
        seen.add(world)
        if not search.learn(world):
            seen.probes = search.probes.made
            return seen
