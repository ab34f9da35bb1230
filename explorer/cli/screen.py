"""What a command shows: pictures and sentences for people, or one JSON object for programs.

With `--json -` stdout belongs to the object alone, and nothing else is printed there.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from explorer.model.placement import Repair
from explorer.model.saved import SavedCase
from explorer.model.verdict import Verdict
from explorer.report.ink import QUIET
from explorer.report.placements import LEGEND, sentences, table
from explorer.report.progress import Progress
from explorer.report.results import result, write
from explorer.report.terminal import Report
from explorer.report.wording import clean, count, printable, title


class Screen:
    """The terminal of one command.

    Args:
        json: where the result goes as well: a file, "-" for stdout, or None.
    """

    def __init__(self, json: str | None = None) -> None:
        self.json = json
        self.silent = json == "-"
        self.console = Console(highlight=False, soft_wrap=False, quiet=self.silent)

    def progress(self, label: str) -> Progress:
        """What moves while a target is being searched."""
        return Progress(self.console, label, silent=self.silent)

    def say(self, text: str = "") -> None:
        """One line of plain text."""
        self.console.print(text, markup=False, soft_wrap=True)

    def verdict(self, verdict: Verdict) -> None:
        """Each finding's picture, or one line if there is none."""
        self.findings(verdict)
        if not verdict.findings:
            self.say(f"{clean(verdict.target)}: {_nothing(verdict)}")

    def findings(self, verdict: Verdict) -> None:
        """Each finding's picture."""
        for finding in verdict.findings:
            self.console.print(Report(finding), crop=False)
            self.say()

    def summary(self, verdicts: Sequence[Verdict], whole: Verdict) -> None:
        """A line for each finding, and what was done in all."""
        self.say()
        for verdict in verdicts:
            for finding in verdict.findings:
                name, kind = clean(verdict.target), title(finding.kind)
                size = finding.complexity
                sizes = f"{count(size.processes, 'process')}, "
                sizes += count(size.preemptions, "preemption")
                self.say(f"{name:24} {kind:12} {sizes:26} {clean(finding.file or '')}")
        coverage = whole.coverage
        found = count(len(whole.findings), "finding")
        self.say(
            f"{found} in {count(coverage.executions, 'execution')} "
            f"({count(coverage.traces, 'distinct trace')}), {whole.seconds:.1f} s"
        )

    def verified(self, verdict: Verdict) -> None:
        """What a verification covered."""
        coverage = verdict.coverage
        seen = count(coverage.traces, "trace")
        word = {"passed": "passed", "failed": "failed"}.get(verdict.verdict, "inconclusive")
        how = f"exhaustive: {coverage.bound}" if coverage.exhaustive else coverage.bound
        self.say(
            f"{word}: {clean(verdict.target)}, {seen} in "
            f"{count(coverage.executions, 'execution')} ({how}), {verdict.seconds:.1f} s"
        )

    def repair(self, repair: Repair) -> None:
        """The lock placements that were tried, and the smallest safe one as a diff."""
        if repair.placements:
            self.say()
            self.console.print(table(repair), crop=False)
            self.say()
            for line in LEGEND:
                self.console.print(f"  {line}", style=QUIET, markup=False, soft_wrap=True)
        for line in ("", *sentences(repair)) if repair.verdict.findings else ():
            self.say(line)
        if repair.best is not None and repair.best.diff:
            self.say()
            self.say(printable(repair.best.diff))

    def replayed(self, saved: SavedCase, verdict: Verdict) -> None:
        """What a replay gave, and whether it is what the case file says."""
        self.verdict(verdict)
        kind = title(saved.shows.kind)
        if saved.expect == "fails":
            still = "still" if verdict.findings else "no longer"
            self.say(f"The case says {kind}: the program {still} shows it.")
        else:
            now = "again" if verdict.findings else "no longer"
            tried = count(verdict.coverage.executions, "schedule")
            self.say(f"The case guards against {kind}: the program shows it {now} ({tried} tried).")

    def result(self, command: str, verdict: Verdict) -> None:
        """Write the JSON, if it was asked for."""
        if self.json is not None:
            write(result(command, verdict), self.json)


def _nothing(verdict: Verdict) -> str:
    coverage = verdict.coverage
    how = "exhaustive" if coverage.exhaustive else coverage.bound
    how = f" ({how})" if how else ""
    if verdict.verdict == "inconclusive":
        return f"inconclusive after {count(coverage.executions, 'execution')}{how}"
    return f"nothing found in {count(coverage.traces, 'distinct trace')}{how}"
