"""Verify: every trace of a program once, and what that proves.

Time is taken as unknown: a sleep may take any time, a timed wait may time out whenever it would
have to wait. So "passed" holds on every machine, however slow; and a finding may need a delay
that is long, which the report says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import perf_counter

from explorer.api import Defects, Target
from explorer.errors import Interrupted
from explorer.minimize.encode import finding_of
from explorer.model.case import Case
from explorer.model.verdict import Coverage, Finding, Verdict
from explorer.search.exploration import Exploration, explore
from explorer.worlds.execute import session
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld
from explorer.worlds.watchdog import acknowledge

Progress = Callable[["Verification"], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """When to give up. `all`: go on after the first finding."""

    executions: int | None = None
    seconds: float | None = None
    all: bool = False


@dataclass(slots=True)
class Verification:
    """One exhaustive search; counts what it does as it goes.

    Args:
        case: what to verify; by default the target's plain case.
        minimises: False leaves findings as they were met.
    """

    target: Target
    limits: Limits = field(default_factory=Limits)
    progress: Progress | None = None
    case: Case | None = None
    minimises: bool = True
    done: Exploration = field(default_factory=Exploration)
    failing: int = 0
    latest: tuple[Case, VirtualWorld] | None = None  # the trace that was just run
    interrupted: bool = False
    runner: Runner = field(init=False)
    defects: Defects = field(init=False)
    began: float = field(init=False, default_factory=perf_counter)

    def __post_init__(self) -> None:
        self.runner = Runner(self.target.program)
        self.defects = Defects(self.target, self.runner)

    @property
    def executions(self) -> int:
        """Runs made so far."""
        return self.done.executions

    @property
    def traces(self) -> range:
        """The distinct traces seen so far, to be counted."""
        return range(self.done.traces)

    @property
    def fraction(self) -> float | None:
        """How far it is, from 0 to 1: of the budget, or of the traces there seem to be."""
        parts = [self.done.traces / max(self.done.estimate, 1.0)]
        if self.limits.executions is not None:
            parts.append(self.executions / self.limits.executions)
        if self.limits.seconds is not None:
            parts.append((perf_counter() - self.began) / self.limits.seconds)
        return min(max(parts), 1.0)

    def run(self) -> Verdict:
        """Search, then minimise each defect."""
        findings: list[Finding] = []
        try:
            with session(self.target.program):
                self._search()
                findings = self.defects.minimise() if self.minimises else self.defects.found
        except Interrupted:
            self.interrupted = True
            acknowledge()
            findings = findings or self.defects.found
        return Verdict(
            target=self.target.name,
            verdict=self._word(findings),
            coverage=Coverage(
                executions=self.executions,
                traces=self.done.traces,
                failing_traces=self.failing,
                exhaustive=self.done.exhaustive,
                bound="interrupted" if self.interrupted else self.done.coverage,
            ),
            findings=tuple(findings),
            seconds=perf_counter() - self.began,
        )

    def _word(self, findings: list[Finding]) -> str:
        if findings:
            return "failed"
        return "passed" if self.done.exhaustive and self.done.traces else "inconclusive"

    def _search(self) -> None:
        case = replace(self.case or self.target.case(), timed=False)
        explore(
            lambda chooser: self.runner.run(case, chooser),
            lambda world: self._look_at(case, world),
            max_executions=self.limits.executions,
            seconds=self.limits.seconds,
            progress=self._went_on,
            done=self.done,
        )

    def _went_on(self, done: Exploration) -> None:
        if self.progress is not None:
            self.progress(self)
        self.latest = None

    def _look_at(self, case: Case, world: VirtualWorld) -> bool:
        """Whether to stop at what this run shows."""
        self.latest = case, world
        if not self.runner.suspicious(case, world):
            return False
        symptoms = self.runner.diagnose(case, self.runner.again(case, world))
        self.failing += bool(symptoms)
        for symptom in symptoms:
            if not self.defects.known(symptom):
                self.defects.add(finding_of(self.runner, case, world, symptom))
        return bool(self.defects.found) and not self.limits.all
