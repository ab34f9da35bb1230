"""One verification: every trace of a program once, and what that proves.

Time is taken as unknown: a sleep may take any time, a timed wait may time out whenever it would
have to wait. So "passed" holds on every machine, however slow; and a finding may need a delay
that is long, which the report says.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Final

from explorer.api import Defects, Target
from explorer.errors import Interrupted
from explorer.minimize.encode import finding_of
from explorer.model.case import Case
from explorer.model.verdict import Coverage, Finding, Verdict
from explorer.search.exploration import Exploration, explore
from explorer.search.parcels import Receipt
from explorer.search.playback import Playback
from explorer.verifying.notes import Inspection, Note
from explorer.verifying.task import task
from explorer.worlds.execute import session
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld
from explorer.worlds.watchdog import acknowledge, check

Progress = Callable[["Verification"], None]

#: Executions below which a budget is not divided between a search of everything and one of
#: schedules with few preemptions.
WORTH_IT: Final = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """When to give up. `all`: go on after the first finding.

    `preemptions`: run only the schedules with up to so many. `deepens`: see `explore`.
    """

    executions: int | None = None
    seconds: float | None = None
    all: bool = False
    preemptions: int | None = None
    deepens: bool = False


@dataclass(slots=True)
class Verification:
    """One exhaustive search; counts what it does as it goes.

    Args:
        case: what to verify; by default the target's plain case.
        minimises: False leaves findings as they were met.
        executor: whose workers share the search; None: this process makes it alone.
    """

    target: Target
    limits: Limits = field(default_factory=Limits)
    progress: Progress | None = None
    case: Case | None = None
    minimises: bool = True
    executor: Executor | None = None
    done: Exploration = field(default_factory=Exploration)
    failed: int = 0  # traces that failed, in the parcels that are done
    latest: tuple[Case, VirtualWorld] | None = None  # the trace that was just run
    interrupted: bool = False
    inspection: Inspection | None = None
    runner: Runner = field(init=False)
    defects: Defects = field(init=False)
    began: float = field(init=False, default_factory=perf_counter)

    def __post_init__(self) -> None:
        self.runner = Runner(self.target.program)
        self.defects = Defects(self.target, self.runner)

    @property
    def unknown(self) -> Case:
        """The case, with time taken as unknown."""
        return replace(self.case or self.target.case(), timed=False)

    @property
    def failing(self) -> int:
        """Traces with a finding so far."""
        return self.failed + (len(self.inspection.notes) if self.inspection is not None else 0)

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
            if self.executor is None:
                with session(self.target.program):
                    self._search()
            else:
                self._search()
            with session(self.target.program):
                findings = (
                    self.defects.minimise_within(self.limits.seconds, self.began)
                    if self.minimises
                    else self.defects.found
                )
        except Interrupted:
            self.interrupted = True
            acknowledge()
            findings = findings or self._found_so_far()
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
        done, asked = self.done, self.limits.preemptions
        within = asked is not None and done.preemptions >= asked and not done.bounded
        whole = done.exhaustive or (within and not done.stopped)
        return "passed" if whole and done.traces else "inconclusive"

    def _search(self) -> None:
        case, runner = self.unknown, self.runner
        self.inspection = Inspection(runner, case, self.limits.all)
        explore(
            lambda chooser: runner.run(case, chooser),
            self._look_at,
            max_executions=self.limits.executions,
            seconds=self.limits.seconds,
            progress=self._went_on,
            done=self.done,
            notes=self.inspection.notes,
            on_receipt=self._keep,
            executor=self.executor,
            preemptions=self.limits.preemptions,
            deepens=self.limits.deepens
            and (self.limits.executions is None or self.limits.executions >= WORTH_IT),
            task=None if self.executor is None else task(case, all=self.limits.all),
        )

    def _went_on(self, done: Exploration) -> None:
        check()
        if self.progress is not None:
            self.progress(self)
        self.latest = None

    def _look_at(self, world: VirtualWorld) -> bool:
        """Whether to stop at what this run shows."""
        assert self.inspection is not None
        self.latest = self.inspection.case, world
        return self.inspection(world)

    def _keep(self, receipt: Receipt) -> None:
        """Make findings of what failed in a parcel."""
        if self.inspection is not None:
            self.inspection.notes.clear()
        if receipt.traces:
            self.failed += len(receipt.notes)
        for note in receipt.notes:
            self._find(note)

    def _find(self, note: Note) -> None:
        case, runner = self.unknown, self.runner
        new = [symptom for symptom in note.symptoms if not self.defects.known(symptom)]
        if not new:
            return
        with session(self.target.program):
            playback = Playback(note.decisions)
            world = runner.run(case, playback)
            playback.finish()
            for symptom in new:
                if not self.defects.known(symptom):
                    self.defects.add(finding_of(runner, case, world, symptom))

    def _found_so_far(self) -> list[Finding]:
        """The findings, those of the parcel in which the search was interrupted too."""
        if self.inspection is not None:
            for note in self.inspection.notes:
                self._find(note)
        return self.defects.found
