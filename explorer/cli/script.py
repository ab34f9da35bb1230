"""`race-explorer script`: a standalone reproduction that needs nothing of ours."""

from __future__ import annotations

import argparse
from pathlib import Path

from explorer.cli.screen import Screen
from explorer.cli.status import NOTHING_FOUND
from explorer.errors import UsageError
from explorer.report.casefile import load
from explorer.report.places import is_path
from explorer.scripting import script


def run(options: argparse.Namespace) -> int:
    """Write the script of one case file, and beside a program's own source the diff."""
    saved = load(options.case)
    made = script(saved, options.case)
    if options.output is None:
        print(made.text, end="")
        return NOTHING_FOUND
    path = Path(options.output)
    _write(path, made.text)
    screen = Screen()
    screen.say(f"{path}: python3 {path} shows it (exit code 1) on plain multiprocessing")
    if is_path(saved.case.target):
        diff = path.with_suffix(".diff")
        _write(diff, made.diff(saved.case.target))
        screen.say(f"{diff}: the same as a change to the program")
    return NOTHING_FOUND


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
