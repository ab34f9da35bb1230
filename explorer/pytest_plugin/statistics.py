"""What `--hypothesis-show-statistics` says of a marked test: a line for each thing worth knowing.

The search of a marked test is a Hypothesis test inside, whose own statistics would count examples
and their milliseconds; one example stands for dozens of schedules here, and a search that is
limited by time is stopped in the middle. So the text is our own, in Hypothesis' place and form.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from explorer.events import Example, events_of
from explorer.model.verdict import Verdict
from explorer.pytest_plugin.marker import RaceOptions
from explorer.report.wording import count, listed, size, title
from explorer.worlds.runner import Runner

if TYPE_CHECKING:
    from explorer.hunting import Hunt
    from explorer.verifying import Verification

#: How the traces of an exhaustive search were chosen, in the place of a strategy's name.
EVERY_TRACE: Final = "every trace"


class Statistics:
    """Counts events as a search goes on; `after` is called with a hunt after each example."""

    def __init__(self, options: RaceOptions) -> None:
        self.options = options
        self.events: dict[str, Counter[str]] = {}
        self.before = (0, 0, 0)  # executions, failing ones, traces

    def after(self, hunt: Hunt) -> None:
        """Note the example that a hunt has just run."""
        if hunt.drawn is None or hunt.latest is None:
            return
        executions, failing, traces = self.before
        self.before = (hunt.executions, hunt.failing, len(hunt.traces))
        case, plan = hunt.drawn
        example = Example(
            case,
            plan.tag.value,
            runs=hunt.executions - executions,
            failing=hunt.failing - failing,
            traces=len(hunt.traces) - traces,
            world=hunt.latest,
        )
        self.add(example, hunt.runner)

    def during(self, search: Verification) -> None:
        """Note the trace that a verification has just run."""
        if search.latest is None:
            return
        case, world = search.latest
        failing = search.failing - self.before[1]
        self.before = (search.executions, search.failing, 0)
        self.add(Example(case, EVERY_TRACE, 1, failing, 1, world), search.runner)

    def add(self, example: Example, runner: Runner) -> None:
        """Note the events of an example."""
        self._note("outcome", "failing schedules" if example.failing else "passed")
        for label, value in events_of(example, runner):
            self._note(label, value)

    def clear(self) -> None:
        """Forget what was noted: another search begins."""
        self.events.clear()

    def _note(self, label: str, value: str) -> None:
        self.events.setdefault(label, Counter())[value] += 1

    def text(self, name: str, verdict: Verdict) -> str:
        """The statistics, as Hypothesis prints its own."""
        coverage = verdict.coverage
        how = "verification" if self.options.verify else "hunt"
        rate = coverage.executions / verdict.seconds if verdict.seconds else 0.0
        lines = [
            f"{name}:",
            "",
            f"  - during {how} ({verdict.seconds:.2f} seconds):",
            f"    - {count(coverage.executions, 'schedule')} ({rate:,.0f} a second), "
            f"{count(coverage.traces, 'distinct trace')}",
        ]
        lines += [
            f"    - found {title(finding.kind)}: {size(finding.complexity, finding.minimal)}"
            for finding in verdict.findings
        ]
        if self.events:
            lines.append("    - Events, in % of examples:")
        lines += [f"      * {label}: {_shares(values)}" for label, values in self.events.items()]
        lines += ["", f"  - Stopped because {self._reason(verdict)}"]
        return "\n".join(lines)

    def _reason(self, verdict: Verdict) -> str:
        if verdict.coverage.exhaustive:
            return "every trace was run"
        if self.options.verify and verdict.findings:
            return "of a finding"
        if self.options.verify:
            return f"its budget was used up: {verdict.coverage.bound}"
        if self.options.seconds is not None:
            return f"time was up after {self.options.seconds:g} s"
        return "its budget was used up"


def _shares(values: Counter[str]) -> str:
    whole = values.total()
    ranked = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
    return listed([f"{word} {100 * number / whole:.0f}%" for word, number in ranked])
