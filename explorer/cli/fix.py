"""`race-explorer fix`: which lock placement makes a target safe, and the smallest as a diff."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

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

#: Names of files that get the diff, all others the whole program.
_DIFFS: Final = (".diff", ".patch")


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
    """Write the program with the smallest safe placement, or the diff; what was written."""
    best = repair.best
    if best is None or not best.text:
        return f"{file} is not written: there is no safe placement to write."
    is_diff = file.endswith(_DIFFS)
    try:
        Path(file).write_bytes(best.diff.encode() if is_diff else encoded(best.text))
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from None
    what = "the diff" if is_diff else "the program"
    return f"{file}: {what} of the smallest safe placement"
