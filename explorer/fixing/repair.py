"""The repair of one target: what is wrong with it, what was tried, what is the smallest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from explorer.api import Target
from explorer.errors import Interrupted
from explorer.fixing.program import try_edits
from explorer.fixing.scenario import choices, is_about_locks, try_choices
from explorer.fixing.trial import DEFAULT_EXECUTIONS, Trial
from explorer.hunting import Budget, Hunt
from explorer.model.placement import Placement, Repair, smallest
from explorer.model.verdict import Verdict
from explorer.report.advice import advice
from explorer.verifying import Limits, Verification

#: Executions in which the target itself is verified, before it is hunted in.
SEARCHED: Final = 3_000

#: Told how far it is: a search, or the trials.
Progress = Callable[[Verification | Hunt | Trial], None]


@dataclass(slots=True)
class Repairing:
    """One repair.

    Args:
        executions: runs to make at most for one placement.
    """

    target: Target
    executions: int = DEFAULT_EXECUTIONS
    progress: Progress | None = None
    interrupted: bool = False
    tried: list[Placement] = field(default_factory=list)

    def run(self) -> Repair:
        """Search, try, choose; what was tried so far if interrupted."""
        verdict = self._search()
        if not verdict.findings or self.interrupted:
            return Repair(verdict)
        with suppress(Interrupted):
            self.tried.extend(self._placements(verdict))
            return self._repair(verdict)
        self.interrupted = True
        return self._repair(verdict)

    def _search(self) -> Verdict:
        """Every trace; if these are too many, those that Hypothesis comes to."""
        search = Verification(self.target, Limits(SEARCHED), progress=self.progress)
        verdict = search.run()
        self.interrupted = search.interrupted
        if verdict.verdict != "inconclusive" or self.interrupted:
            return verdict
        hunt = Hunt(self.target, Budget(), progress=self.progress)
        hunted = hunt.run()
        self.interrupted = hunt.interrupted
        return hunted if hunted.findings else verdict

    def _placements(self, verdict: Verdict) -> Iterator[Placement]:
        trial = Trial(self.executions, progress=self.progress)
        if self.target.scenario is not None:
            trial.expected = len(list(choices(self.target.scenario)))
            yield from try_choices(self.target, trial)
        else:
            yield from try_edits(self.target, verdict.findings, trial)

    def _repair(self, verdict: Verdict) -> Repair:
        placements = tuple(self.tried)
        best = smallest(placements)
        return Repair(verdict, placements, best, self._advice(verdict, best))

    def _advice(self, verdict: Verdict, best: Placement | None) -> str:
        scenario = self.target.scenario
        if best is None:
            return advice(verdict.findings[0])
        if scenario is not None and not is_about_locks(scenario):
            return "No lock is placed here: what makes it safe is something else."
        return ""
