"""`race-explorer replay`: run a saved case again, draw it, say whether it still fails."""

from __future__ import annotations

import argparse
from dataclasses import replace

from explorer.cli.pages import story_of, write_page
from explorer.cli.screen import Screen
from explorer.cli.status import of_verdict
from explorer.replaying import replay
from explorer.report.casefile import load


def run(options: argparse.Namespace) -> int:
    """Replay one case file."""
    screen = Screen(options.json)
    saved = load(options.case)
    replayed = replay(saved, options.case, twice=options.twice)
    verdict = replayed.verdict
    findings = tuple(replace(finding, file=options.case) for finding in verdict.findings)
    verdict = replace(verdict, findings=findings)
    screen.replayed(saved, verdict)
    if options.html is not None:
        screen.say(f"Page: {write_page(story_of(replayed, options.case), options.html)}")
    screen.result("replay", verdict)
    return of_verdict(verdict)
