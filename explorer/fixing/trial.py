"""One lock placement tried: verified, and measured.

A program that may be too large to be verified is verified with the processes that the finding
needs, then with more and more of the others, as far as that goes, and tried as a whole in the end;
the coverage says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from explorer.api import Target
from explorer.errors import Interrupted
from explorer.fixing.measure import measure
from explorer.hunting import Budget, Hunt
from explorer.model.case import Case
from explorer.model.placement import Placement
from explorer.model.verdict import Coverage, Symptom, Verdict
from explorer.report.wording import count
from explorer.verifying import Limits, Verification
from explorer.worlds.execute import session
from explorer.worlds.runner import Runner

DEFAULT_EXECUTIONS: Final = 500
#: Examples of a hunt in what could not be verified.
EXAMPLES: Final = 15

Progress = Callable[["Trial"], None]


@dataclass(slots=True)
class Trial:
    """Tries one placement after another; counts what it does as it goes.

    Args:
        executions: runs to make at most for one placement.
        absent: the processes that the finding can do without.
    """

    executions_each: int = DEFAULT_EXECUTIONS
    absent: tuple[str, ...] = ()
    progress: Progress | None = None
    executions: int = 0
    number: int = 0  # placements tried so far
    expected: int = 0  # how many there are in all, if that is known
    traces: range = field(default_factory=lambda: range(0))

    @property
    def fraction(self) -> float | None:
        """How far it is, from 0 to 1."""
        return min(self.number / self.expected, 1.0) if self.expected else None

    def of(
        self,
        target: Target,
        *,
        how: str,
        lock: str = "",
        origin: str = "",
        where: tuple[str, ...] = (),
        parameters: Mapping[str, Any] | None = None,
        diff: str = "",
        text: str = "",
    ) -> Placement:
        """What becomes of the target, with these parameters."""
        case = target.case()
        if parameters is not None:
            case = replace(case, parameters=parameters)
        symptom, coverage = self._judge(target, case)
        with session(target.program):
            concurrency = measure(Runner(target.program), case)
        self.number += 1
        return Placement(
            how=how,
            lock=lock,
            origin=origin,
            where=where,
            coverage=coverage,
            symptom=symptom,
            concurrency=concurrency,
            parameters=parameters or {},
            diff=diff,
            text=text,
        )

    def _judge(self, target: Target, case: Case) -> tuple[Symptom | None, Coverage]:
        """The first finding, or how much was run without one."""
        verified = ""
        sizes = [1.0]  # traces of fewer processes
        for absent in self._fewer():
            part = self._verify(target, replace(case, absent=absent))
            if part.findings and part.findings[0].symptom.firm:
                return part.findings[0].symptom, part.coverage
            if part.findings or not part.coverage.exhaustive:
                break
            sizes.append(part.coverage.traces)
            without = count(len(absent), "process")
            verified = f"; without {without} exhaustive: {part.coverage.bound}"
            if sizes[-1] * sizes[-1] / sizes[-2] > self.executions_each:
                break  # with one process more they would be too many
        whole = self._verify(target, case)
        if whole.findings:
            return whole.findings[0].symptom, whole.coverage
        if whole.coverage.exhaustive or target.scenario is not None:  # a hunt draws its parameters
            return None, whole.coverage
        hunted = self._hunt(target)
        sampled = f"; {hunted.coverage.executions} more sampled"
        bound = whole.coverage.bound + verified + sampled
        symptom = hunted.findings[0].symptom if hunted.findings else None
        return symptom, replace(whole.coverage, bound=bound)

    def _fewer(self) -> Iterator[tuple[str, ...]]:
        """The processes to be left out: all that the finding does not need, then fewer of them."""
        for number in range(len(self.absent), 0, -1):
            yield self.absent[:number]

    def _verify(self, target: Target, case: Case) -> Verdict:
        search = Verification(
            target, Limits(self.executions_each), case=case, minimises=False, progress=self._went_on
        )
        before = self.executions
        verdict = search.run()
        self.executions = before + search.executions
        if search.interrupted:
            raise Interrupted
        return verdict

    def _hunt(self, target: Target) -> Verdict:
        """A sample of what was not run: what is far from the first runs, a search comes to late."""
        search = Hunt(target, Budget(EXAMPLES), minimises=False, progress=self._went_on)
        verdict = search.run()
        self.executions += search.executions
        if search.interrupted:
            raise Interrupted
        return verdict

    def _went_on(self, search: Verification | Hunt) -> None:
        if self.progress is not None:
            self.traces = range(len(search.traces))
            self.progress(self)
