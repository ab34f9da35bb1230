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
from explorer.worlds.execute import session
from explorer.worlds.recorder import trace_of
from explorer.worlds.runner import Runner
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


#: What the detectors say of a trace: kind, objects and symptoms of each finding.
Findings = frozenset[tuple[str, tuple[str, ...], tuple[str, ...]]]


@dataclass
class Seen:
    """What a search came across."""

    runs: int = 0
    redundant: int = 0
    traces: dict[bytes, int] = field(default_factory=dict)
    deadlocks: set[bytes] = field(default_factory=set)
    outcomes: set[Any] = field(default_factory=set)
    findings: dict[bytes, Findings] = field(default_factory=dict)  # of the traces that have any
    probes: int = 0

    def add(self, run: Run, world: VirtualWorld) -> None:
        self.runs += 1
        if world.abandoned:
            self.redundant += 1
            return
        key = trace_key(world.log)
        first = key not in self.traces
        self.traces[key] = self.traces.get(key, 0) + 1
        if world.stranded:
            self.deadlocks.add(key)
        self.outcomes.add(outcome(world))
        found = run.findings(world) if first else None
        if found:
            self.findings[key] = found


def outcome(world: VirtualWorld) -> Any:
    """What everybody did and saw, and how he ended."""
    seen: dict[str, list[str]] = {}
    for actor, operation, result in world.log:
        seen.setdefault(actor.name, []).append(f"{operation!r} {result!r}")
    return tuple(sorted((name, tuple(lines)) for name, lines in seen.items()))


class Run:
    """Runs a program with unknown time, under any chooser."""

    def __init__(self, program: FunctionProgram, case: Case, limit: int) -> None:
        self.program = program
        self.case = case
        self.runner = Runner(program, limit=limit)

    def __call__(self, chooser: Any) -> VirtualWorld:
        return self.runner.run(self.case, chooser)

    def findings(self, world: VirtualWorld) -> Findings:
        """What the detectors say of a run that was made."""
        if not self.runner.suspicious(self.case, world):
            return frozenset()
        symptoms = self.runner.diagnose(self.case, trace_of(world))
        return frozenset(
            (str(one.kind), one.objects, tuple(map(str, one.also))) for one in symptoms
        )


def runner(body: Callable[..., Any], limit: int = 500, **parameters: Any) -> Run:
    """Runs `body`."""
    program = FunctionProgram(body.__name__, body, multiprocessing)
    case = Case(body.__name__, parameters=parameters, timed=False)
    return Run(program, case, limit)


def by_force(run: Run, most: int = 100_000) -> Seen:
    """All schedules.

    Raises:
        TooMany: there are more than `most`.
    """
    chooser, seen = EverySchedule(), Seen()
    with session(run.program):
        while True:
            seen.add(run, run(chooser))
            if not chooser.turn():
                return seen
            if seen.runs >= most:
                raise TooMany


def by_search(run: Run) -> Seen:
    """All traces, by the exhaustive search."""
    search, seen = Exhaustive(run), Seen()
    with session(run.program):
        while True:
            world = run(search)
            seen.add(run, world)
            if not search.learn(world):
                seen.probes = search.probes.made
                return seen
