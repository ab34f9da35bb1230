"""The hunt: Hypothesis generates cases, the explorer runs them, findings are minimised.

Hypothesis draws sizes, lock placement and a schedule plan; each plan stands for many schedules,
since a run costs microseconds and an example ten times that (docs/design.md has the figures).
Whatever looks suspicious is diagnosed, and each distinct defect is minimised by our own
minimiser, whose answer does not depend on the seed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Final

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

from explorer.api import Defects, Target
from explorer.causality import trace_key
from explorer.engine.chooser import Chooser
from explorer.errors import ExplorerError, Interrupted
from explorer.minimize.encode import finding_of
from explorer.model.case import Case
from explorer.model.plan import SchedulePlan
from explorer.model.verdict import Coverage, Finding, Verdict
from explorer.search.portfolio import choosers
from explorer.worlds.execute import session
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld
from explorer.worlds.watchdog import acknowledge
from strategies import cases

DEFAULT_EXAMPLES: Final = 60
#: How often runs that look alike are diagnosed; after that they are only counted.
_LOOKS: Final = 3

Progress = Callable[["Hunt"], None]


class _Enough(BaseException):
    """The budget is used up; a BaseException, so that Hypothesis does not take it for a failure."""


class _Refused(BaseException):
    """The program cannot be run; past Hypothesis, which would run it again to see whether it is so.

    A message that only the first run gives ("there is no such function") would come out as flaky.
    """

    def __init__(self, error: ExplorerError) -> None:
        self.error = error


@dataclass(slots=True)
class Budget:
    """When to stop: after so many examples, or so many seconds of real time."""

    examples: int = DEFAULT_EXAMPLES
    seconds: float | None = None


@dataclass(slots=True)
class Hunt:
    """One hunt in one target; counts what it does as it goes."""

    target: Target
    budget: Budget
    seed: int = 0
    progress: Progress | None = None
    minimises: bool = True  # False leaves findings as they were met
    executions: int = 0
    failing: int = 0
    examples: int = 0
    traces: set[bytes] = field(default_factory=set)
    looked_at: dict[object, int] = field(default_factory=dict)
    first_finding: int | None = None  # the execution that showed the first one
    interrupted: bool = False
    drawn: tuple[Case, SchedulePlan] | None = None  # the latest example, …
    latest: VirtualWorld | None = None  # … and its last run
    runner: Runner = field(init=False)
    defects: Defects = field(init=False)
    began: float = field(init=False, default_factory=perf_counter)

    def __post_init__(self) -> None:
        self.runner = Runner(self.target.program)
        self.defects = Defects(self.target, self.runner)

    @property
    def fraction(self) -> float:
        """How much of the budget is used up, from 0 to 1."""
        used = self.examples / self.budget.examples
        if self.budget.seconds is not None:
            used = max(used, (perf_counter() - self.began) / max(self.budget.seconds, 1e-9))
        return min(used, 1.0)

    def run(self) -> Verdict:
        """Search, then minimise each defect; what was found so far if interrupted."""
        findings: list[Finding] = []
        try:
            with session(self.target.program):
                self._search()
                findings = (
                    self.defects.minimise_within(self.budget.seconds, self.began)
                    if self.minimises
                    else self.defects.found
                )
        except Interrupted:
            self.interrupted = True
            acknowledge()
            findings = findings or self.defects.found
        return Verdict(
            target=self.target.name,
            verdict=self._word(findings),
            coverage=Coverage(
                executions=self.executions,
                traces=len(self.traces),
                bound=f"sampled: {self.executions} executions",
            ),
            findings=tuple(findings),
            seconds=perf_counter() - self.began,
        )

    def _word(self, findings: list[Finding]) -> str:
        if findings:
            return "failed"
        return "passed" if self.executions and not self.interrupted else "inconclusive"

    def _search(self) -> None:
        test = given(cases(self.target.scenario))(self._example)
        configured = settings(
            max_examples=self.budget.examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )(test)
        try:
            with suppress(_Enough):
                seed(self.seed)(configured)()
        except _Refused as refused:
            raise refused.error from None

    def _example(self, drawn: tuple[Case, SchedulePlan]) -> None:
        drawn_case, plan = drawn
        case = replace(drawn_case, target=self.target.name, arguments=self.target.arguments)
        try:
            for chooser in choosers(plan):
                self._execute(case, chooser)
                if self._out_of_time():
                    break
        except ExplorerError as error:
            raise _Refused(error) from None
        self.examples += 1
        self.drawn = case, plan
        if self.progress is not None:
            self.progress(self)
        if self._out_of_time():
            raise _Enough

    def _out_of_time(self) -> bool:
        limit = self.budget.seconds
        return limit is not None and perf_counter() - self.began >= limit

    def _execute(self, case: Case, chooser: Chooser) -> None:
        world = self.latest = self.runner.run(case, chooser)
        self.executions += 1
        self.traces.add(trace_key(world.log))
        signs = self.runner.suspicious(case, world)
        if signs:
            self.failing += 1
            self._look_at(case, world, signs)

    def _look_at(self, case: Case, world: VirtualWorld, signs: tuple[object, ...]) -> None:
        looks = self.looked_at.get(signs, 0)
        if looks >= (1 if world.cut_off else _LOOKS):  # that takes a second or so, and shows less
            return
        self.looked_at[signs] = looks + 1
        trace = self.runner.again(case, world)
        for symptom in self.runner.diagnose(case, trace):
            if self.first_finding is None:
                self.first_finding = self.executions
            if not self.defects.known(symptom):
                self.defects.add(finding_of(self.runner, case, world, symptom))
