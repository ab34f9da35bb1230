"""`race-explorer script`: a standalone reproduction that needs nothing of ours."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from explorer.cli.screen import Screen
from explorer.cli.status import NOTHING_FOUND
from explorer.errors import ExplorerError, UsageError
from explorer.model.saved import SavedCase
from explorer.model.verdict import Coverage, Verdict
from explorer.replaying import replay
from explorer.report.casefile import load
from explorer.report.places import is_path
from explorer.report.results import result, write
from explorer.report.script import Script
from explorer.scripting import script


def run(options: argparse.Namespace) -> int:
    """Write the script of one case file, and beside a program's own source the diff."""
    began = perf_counter()
    screen = Screen(options.json)
    saved = load(options.case)
    made = script(saved, options.case)
    written: dict[str, str] = {"script": made.text}
    if options.output is not None:
        written = _written(made, saved, Path(options.output), screen)
    elif not screen.silent:
        print(made.text, end="")
    if options.json is not None:
        verdict = replace(_verdict(saved, options.case), seconds=perf_counter() - began)
        write({**result("script", verdict), **written}, options.json)
    return NOTHING_FOUND


def _written(made: Script, saved: SavedCase, path: Path, screen: Screen) -> dict[str, str]:
    """Write the script, and the diff if there is one; where they are."""
    _write(path, made.text)
    screen.say(f"{path}: python3 {path} shows it (exit code 1) on plain multiprocessing")
    if not is_path(saved.case.target):
        return {"script": str(path)}
    diff = path.with_suffix(".diff")
    _write(diff, made.diff(saved.case.target))
    screen.say(f"{diff}: the same as a change to the program")
    return {"script": str(path), "diff": str(diff)}


def _verdict(saved: SavedCase, file: str) -> Verdict:
    """What a replay shows; a script can be had of a case that does not replay strictly as well."""
    try:
        verdict = replay(saved, file).verdict
    except ExplorerError:
        return Verdict(saved.case.target, "inconclusive", Coverage(0, 0, 0))
    return replace(verdict, findings=tuple(replace(one, file=file) for one in verdict.findings))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
