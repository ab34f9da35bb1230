"""Counts what a hunt does, example by example, for its report.

It looks at the last run of each example only, so a hunt without a report pays nothing, and one with
a report a few percent: one run more in twenty or so.
"""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any, Final

from explorer.hunting import Hunt
from explorer.model.case import Case
from explorer.model.survey import Sample, Share, Survey
from explorer.model.verdict import Verdict
from explorer.report.wording import title
from explorer.search.replay import schedule_of

#: Examples whose last run is looked at; of more, every tenth.
_ALL_UP_TO: Final = 1_000
_MOST_SAMPLES: Final = 400
PASSES: Final = "passes"


class Tally:
    """To be called with the hunt after each example."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self.cells: dict[tuple[str, int], list[int]] = {}
        self.preemptions: dict[int, list[int]] = {}
        self.endings: dict[str, int] = {}
        self.seen = (0, 0)  # executions and failing ones so far

    def __call__(self, hunt: Hunt) -> None:
        """Count the example that has just ended."""
        self.samples.append(
            Sample(
                perf_counter() - hunt.began,
                hunt.executions,
                len(hunt.traces),
                hunt.failing,
                len(hunt.defects.found),
            )
        )
        if hunt.drawn is None or hunt.latest is None:
            return
        case = hunt.drawn[0]
        processes = sum(process.parent is not None for process in hunt.latest.processes)
        runs, failing = hunt.executions - self.seen[0], hunt.failing - self.seen[1]
        self.seen = hunt.executions, hunt.failing
        _count(self.cells, (placement(case.parameters), processes), runs, failing)
        if hunt.examples <= _ALL_UP_TO or hunt.examples % 10 == 0:
            self._look(hunt, case)

    def _look(self, hunt: Hunt, case: Case) -> None:
        """Count the preemptions and the ending of the example's last run."""
        world, runner = hunt.latest, hunt.runner
        if world is None:
            return
        suspicious = bool(runner.suspicious(case, world))
        ending = PASSES
        if suspicious:
            symptoms = runner.diagnose(case, runner.again(case, world))
            ending = title(symptoms[0].kind) if symptoms else PASSES
        self.endings[ending] = self.endings.get(ending, 0) + 1
        schedule = schedule_of(lambda chooser: runner.run(case, chooser), world)
        _count(self.preemptions, schedule.preemptions, 1, int(ending != PASSES))

    def survey(self, verdict: Verdict) -> Survey:
        """What was counted."""
        every = max(1, len(self.samples) // _MOST_SAMPLES)
        kept = [*self.samples[:-1:every], *self.samples[-1:]]
        return Survey(
            verdict,
            tuple(kept),
            tuple((*key, Share(*self.cells[key])) for key in sorted(self.cells)),
            tuple(
                (number, Share(*self.preemptions[number])) for number in sorted(self.preemptions)
            ),
            tuple(
                sorted(self.endings.items(), key=lambda one: (one[0] != PASSES, -one[1], one[0]))
            ),
        )


def _count(table: dict[Any, list[int]], key: object, runs: int, failing: int) -> None:
    share = table.setdefault(key, [0, 0])
    share[0] += runs
    share[1] += failing


def placement(parameters: Mapping[str, Any]) -> str:
    """How locks are placed; in scenarios that place none, what else is not a number in them."""
    if "placement" in parameters:
        return str(parameters["placement"])
    return ", ".join(str(value) for value in parameters.values() if isinstance(value, str))
