"""Small programs: every trace in place of a sample.

Two processes that share a counter have six traces, and a hunt would run these six two thousand
times. So before a hunt draws anything, it is tried whether so few runs are all there are; then
they are the whole search, and what it says is exhaustive.

Only programs whose runs depend on nothing but the schedule are searched so. How long things take,
and so what a sleep or a time-out means, is for the hunt to draw, and so are random numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from explorer.api import Defects, Target
from explorer.causality import trace_key
from explorer.engine.chooser import Chooser
from explorer.errors import Nondeterministic
from explorer.events import Example
from explorer.frontend.randomness import SOURCES
from explorer.minimize.encode import finding_of
from explorer.model.verdict import Coverage, Symptom, Verdict
from explorer.pytest_plugin.statistics import EVERY_TRACE
from explorer.search.exploration import Exploration
from explorer.search.exploration import explore as explore_traces
from explorer.worlds.execute import session
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld

#: Runs after which a program is not small: a twentieth of what a hunt makes by default.
MOST: Final = 100

Observer = Callable[[Example, Runner], None]


class _DependsOnMore(BaseException):
    """A run depends on more than the schedule; past whatever the search would catch."""


@dataclass(slots=True)
class Exhaustion:
    """The attempt to run every trace of a target; `keys` are theirs, if it comes to its end."""

    target: Target
    seconds: float | None = None
    observe: Observer | None = None
    keys: set[bytes] = field(default_factory=set)
    done: Exploration = field(default_factory=Exploration)
    failing: int = 0
    runner: Runner = field(init=False)
    defects: Defects = field(init=False)

    def __post_init__(self) -> None:
        self.runner = Runner(self.target.program)
        self.defects = Defects(self.target, self.runner)

    def run(self) -> Verdict | None:
        """Try it; None if there are more traces, or some that depend on time.

        Raises:
            ExplorerError: the program is refused; a hunt would refuse it, too.
        """
        began = perf_counter()
        with session(self.target.program):
            if not self._completed():
                return None
            findings = self.defects.minimise()
        return Verdict(
            target=self.target.name,
            verdict="failed" if findings else "passed",
            coverage=Coverage(
                executions=self.done.executions,
                traces=self.done.traces,
                failing_traces=self.failing,
                exhaustive=True,
                bound=self.done.coverage,
            ),
            findings=tuple(findings),
            seconds=perf_counter() - began,
        )

    def _completed(self) -> bool:
        """Whether everything was run, and to its end."""
        try:
            explore_traces(
                self._run,
                self._look_at,
                max_executions=MOST,
                seconds=self.seconds,
                done=self.done,
            )
        except (_DependsOnMore, Nondeterministic):
            return False  # if it is so, the hunt will tell, with its own words
        done = self.done
        return done.exhaustive and not done.bounded

    def _run(self, chooser: Chooser) -> VirtualWorld:
        world = self.runner.run(self.target.case(), chooser)
        if depends_on_more(world):
            raise _DependsOnMore
        return world

    def _look_at(self, world: VirtualWorld) -> bool:
        """Note a trace; go on, whatever it shows."""
        case = self.target.case()
        self.keys.add(trace_key(world.log))
        symptoms: tuple[Symptom, ...] = ()
        if self.runner.suspicious(case, world):
            symptoms = self.runner.diagnose(case, self.runner.again(case, world))
            self.failing += bool(symptoms)
        for symptom in symptoms:
            if not self.defects.known(symptom):
                self.defects.add(finding_of(self.runner, case, world, symptom))
        if self.observe is not None:
            self.observe(Example(case, EVERY_TRACE, 1, int(bool(symptoms)), 1, world), self.runner)
        return False


def depends_on_more(world: VirtualWorld) -> bool:
    """Whether somebody slept, waited with a time-out, looked at the clock or drew at random."""
    if world.runtime.readings or world.runtime.generators:
        return True
    if any(SOURCES & process.counters.keys() for process in world.processes):
        return True
    return any(operation.timeout is not None for _, operation, _ in world.log)
