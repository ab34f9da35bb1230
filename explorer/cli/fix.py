"""`race-explorer fix`: which lock placement makes a target safe, and the smallest as a diff."""

from __future__ import annotations

import argparse
from pathlib import Path

from explorer.api import open_target
from explorer.cli.hunt import saved
from explorer.cli.screen import Screen
from explorer.cli.status import INTERRUPTED, of_verdict
from explorer.errors import UsageError
from explorer.fixing.draft import encoded
from explorer.fixing.repair import Repairing
from explorer.model.placement import Repair
from explorer.report.placements import placements_result
from explorer.report.results import result, write


def run(options: argparse.Namespace) -> int:
    """Find out what is wrong with a target, and try what could make it right."""
    screen = Screen(options.json)
    target = open_target(options.target, options.arguments)
    repairing = Repairing(target, options.max_executions)
    with screen.progress(target.name) as progress:
        repairing.progress = progress
        repair = repairing.run()
    verdict = saved(repair.verdict, options.reports, target)
    screen.findings(verdict)
    screen.verified(verdict)
    screen.repair(repair)
    if options.output is not None:
        screen.say(_written(repair, options.output))
    if options.json is not None:
        write({**result("fix", verdict), **placements_result(repair)}, options.json)
    return INTERRUPTED if repairing.interrupted else of_verdict(verdict)


def _written(repair: Repair, file: str) -> str:
    """Write the program as the smallest safe placement has it; what was written."""
    if repair.best is None or not repair.best.text:
        return f"{file} is not written: there is no safe placement to write."
    try:
        Path(file).write_bytes(encoded(repair.best.text))
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from None
    return f"{file}: the program with the smallest safe placement"
