"""`race-explorer hunt`: generate, find, shrink, report, save."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from explorer.api import Target, failing_scenarios, open_target
from explorer.cli.pages import write_beside, write_text
from explorer.cli.screen import Screen
from explorer.cli.status import INTERRUPTED, of_verdict
from explorer.cli.tally import Tally
from explorer.hunting import Budget, Hunt, Progress
from explorer.model.survey import Survey
from explorer.model.verdict import Coverage, Finding, Verdict
from explorer.report.html.survey import survey_page
from explorer.report.places import portable
from explorer.report.saving import save
from explorer.scenarios import SCENARIOS, find


def run(options: argparse.Namespace) -> int:
    """Hunt in each target; draw and save what is found."""
    screen = Screen(options.json)
    began = perf_counter()
    verdicts: list[Verdict] = []
    surveys: list[Survey] = []
    interrupted = False
    targets = targets_of(options.words)
    for number, target in enumerate(targets):
        tally = None if options.html is None else Tally()
        hunt = Hunt(target, _budget(options, began, len(targets) - number), options.seed)
        with screen.progress(target.name) as progress:
            hunt.progress = progress if tally is None else both(progress, tally)
            verdict = hunt.run()
        verdict = saved(verdict, options.reports, target, hunt.defects.found)
        screen.verdict(verdict)
        verdicts.append(verdict)
        if tally is not None:
            surveys.append(tally.survey(verdict))
        if hunt.interrupted:
            interrupted = True
            break
    whole = summed(verdicts, perf_counter() - began)
    screen.summary(verdicts, whole)
    if options.html is not None:
        page = survey_page(surveys, os.path.dirname(options.html) or ".")
        screen.say(f"Report: {write_text(page, options.html)}")
    screen.result("hunt", whole)
    return INTERRUPTED if interrupted else of_verdict(whole)


def both(first: Progress, second: Progress) -> Progress:
    """Tells two who want to know how far a hunt is."""

    def tell(hunt: Hunt) -> None:
        first(hunt)
        second(hunt)

    return tell


def targets_of(words: Sequence[str]) -> list[Target]:
    """What to hunt in: several scenarios, or one program with its own arguments.

    Raises:
        UsageError: one of them cannot be opened.
    """
    names = {scenario.name for scenario in SCENARIOS}
    if not words:
        return [open_target(name) for name in failing_scenarios()]
    if words[0] in names:
        return [open_target(find(word).name) for word in words]
    return [open_target(words[0], words[1:])]


def _budget(options: argparse.Namespace, began: float, left: int) -> Budget:
    """The target's share: what is left of the seconds is split over the targets that are left."""
    if options.seconds is None:
        return Budget(options.examples)
    remaining = options.seconds - (perf_counter() - began)
    return Budget(options.examples, max(0.0, remaining) / left)


def saved(verdict: Verdict, folder: str, target: Target, met: Sequence[Finding] = ()) -> Verdict:
    """The verdict with its findings saved in `folder`, each with its page beside it.

    Args:
        met: the findings as they were met first, before they were made smaller.
    """
    findings: list[Finding] = [
        replace(finding, file=str(save(finding, folder))) for finding in verdict.findings
    ]
    for finding in findings:
        same = [one for one in met if target.same(one.symptom, finding.symptom)]
        write_beside(finding, target, same[0] if same else None)
    return replace(verdict, findings=tuple(findings))


def summed(verdicts: Sequence[Verdict], seconds: float) -> Verdict:
    """One verdict over several targets: failed if one failed, else inconclusive if one was."""
    words = {verdict.verdict for verdict in verdicts}
    word = next((w for w in ("failed", "inconclusive", "passed") if w in words), "inconclusive")
    executions = sum(verdict.coverage.executions for verdict in verdicts)
    return Verdict(
        target=", ".join(dict.fromkeys(portable(verdict.target) for verdict in verdicts)),
        verdict=word,
        coverage=Coverage(
            executions=executions,
            traces=sum(verdict.coverage.traces for verdict in verdicts),
            failing_traces=sum(verdict.coverage.failing_traces for verdict in verdicts),
            bound=f"sampled: {executions} executions",
        ),
        findings=tuple(finding for verdict in verdicts for finding in verdict.findings),
        seconds=seconds,
    )
