"""`race-explorer replay`: run a saved case again, draw it, say whether it still fails."""

from __future__ import annotations

import argparse
from dataclasses import replace
from time import perf_counter

from explorer.cli.pages import story_of, write_story, write_text
from explorer.cli.screen import Screen
from explorer.cli.status import of_verdict
from explorer.replaying import replay
from explorer.report.casefile import load
from explorer.report.html.page import page


def run(options: argparse.Namespace) -> int:
    """Replay one case file."""
    began = perf_counter()
    screen = Screen(options.json)
    saved = load(options.case)
    replayed = replay(saved, options.case, twice=options.twice)
    verdict = replayed.verdict
    findings = tuple(replace(finding, file=options.case) for finding in verdict.findings)
    verdict = replace(verdict, findings=findings, seconds=perf_counter() - began)
    screen.replayed(saved, verdict)
    if options.html is not None or options.output:
        story = story_of(replayed, options.case)
        if options.html is not None:
            screen.say(f"Page: {write_text(page(story), options.html)}")
        for file in options.output:
            screen.say(f"Picture: {write_story(story, file)}")
    screen.result("replay", verdict)
    return of_verdict(verdict)
