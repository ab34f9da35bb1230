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
from explorer.search.exhaustive import Exhaustive
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
    """One exhaustive search; counts what it does as it goes."""

    target: Target
    limits: Limits = field(default_factory=Limits)
    progress: Progress | None = None
    executions: int = 0
    seen: int = 0  # traces: every run that was not abandoned is one
    failing: int = 0
    exhaustive: bool = False
    interrupted: bool = False
    runner: Runner = field(init=False)
    defects: Defects = field(init=False)
    began: float = field(init=False, default_factory=perf_counter)

    def __post_init__(self) -> None:
        self.runner = Runner(self.target.program)
        self.defects = Defects(self.target, self.runner)

    @property
    def traces(self) -> range:
        """The distinct traces seen so far, to be counted."""
        return range(self.seen)

    @property
    def fraction(self) -> float | None:
        """How much of the budget is used up; None if there is none."""
        parts = []
        if self.limits.executions is not None:
            parts.append(self.executions / self.limits.executions)
        if self.limits.seconds is not None:
            parts.append((perf_counter() - self.began) / self.limits.seconds)
        return min(max(parts), 1.0) if parts else None

    def run(self) -> Verdict:
        """Search, then minimise each defect."""
        findings: list[Finding] = []
        try:
            with session(self.target.program):
                self._search()
                findings = self.defects.minimise()
        except Interrupted:
            self.interrupted = True
            acknowledge()
            findings = findings or self.defects.found
        return Verdict(
            target=self.target.name,
            verdict=self._word(findings),
            coverage=Coverage(
                executions=self.executions,
                traces=self.seen,
                failing_traces=self.failing,
                exhaustive=self.exhaustive,
                bound="" if self.exhaustive else self._reached(),
            ),
            findings=tuple(findings),
            seconds=perf_counter() - self.began,
        )

    def _word(self, findings: list[Finding]) -> str:
        if findings:
            return "failed"
        return "passed" if self.exhaustive and self.seen else "inconclusive"

    def _reached(self) -> str:
        why = "interrupted" if self.interrupted else "stopped"
        if self.defects.found and not self.limits.all:
            why = "stopped at the first finding"
        return f"{why} after {self.seen} traces"

    def _search(self) -> None:
        case = replace(self.target.case(), timed=False)
        search = Exhaustive(lambda chooser: self.runner.run(case, chooser))
        more = True
        while more and not self._is_over():
            world = self.runner.run(case, search)
            self.executions += 1
            if not world.abandoned:
                self.seen += 1
                self._look_at(case, world)
            if self.progress is not None:
                self.progress(self)
            more = search.learn(world)
        self.exhaustive = not more

    def _is_over(self) -> bool:
        limits = self.limits
        if self.defects.found and not limits.all:
            return True
        if limits.executions is not None and self.executions >= limits.executions:
            return True
        return limits.seconds is not None and perf_counter() - self.began >= limits.seconds

    def _look_at(self, case: Case, world: VirtualWorld) -> None:
        if not self.runner.suspicious(case, world):
            return
        symptoms = self.runner.diagnose(case, self.runner.again(case, world))
        self.failing += bool(symptoms)
        for symptom in symptoms:
            if not self.defects.known(symptom):
                self.defects.add(finding_of(self.runner, case, world, symptom))
