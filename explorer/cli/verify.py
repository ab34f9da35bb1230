"""`race-explorer verify`: every trace of a program once."""

from __future__ import annotations

import argparse

from explorer.api import open_target
from explorer.cli.hunt import saved
from explorer.cli.screen import Screen
from explorer.cli.status import INTERRUPTED, of_verdict
from explorer.verifying import Limits, Verification, pool


def run(options: argparse.Namespace) -> int:
    """Verify one target; draw and save what is found."""
    screen = Screen(options.json)
    target = open_target(options.target, options.arguments)
    limits = Limits(
        options.max_executions,
        options.seconds,
        all=options.all,
        preemptions=options.preemptions,
        deepens=True,
    )
    search = Verification(target, limits)
    with pool(options.workers) as search.executor, screen.progress(target.name) as progress:
        search.progress = progress
        verdict = search.run()
    verdict = saved(verdict, options.reports, target)
    screen.findings(verdict)
    screen.verified(verdict)
    screen.result("verify", verdict)
    return INTERRUPTED if search.interrupted else of_verdict(verdict)
