"""The command line: `race-explorer`, also `python -m explorer`.

Options come before the target; everything after it is the target's own, as with `python`.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from explorer.cli.parser import parse
from explorer.cli.status import BAD_INPUT, INTERRUPTED
from explorer.errors import ExplorerError, Interrupted
from explorer.report.wording import clean
from explorer.worlds.watchdog import interruptible

#: The environment variable that has the traceback of a defect of ours printed.
TRACEBACK: Final = "RACE_EXPLORER_TRACEBACK"


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit code (see `explorer.cli.status`)."""
    if words is None:
        _fix_hashes()
    options = parse(sys.argv[1:] if words is None else words)
    try:
        with interruptible():
            code: int = options.command(options)
    except ExplorerError as error:
        print(f"race-explorer: {error}", file=sys.stderr)
        return BAD_INPUT
    except (Interrupted, KeyboardInterrupt):
        print("race-explorer: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        sys.stderr.close()
        return INTERRUPTED
    except Exception as bug:  # what the program raises is a finding, so this is ours
        print(f"race-explorer: {_defect(bug)}", file=sys.stderr)
        return BAD_INPUT
    return code


def _defect(bug: Exception) -> str:
    """What is said of an exception that nobody expected: a defect of the explorer itself."""
    if os.environ.get(TRACEBACK):
        return f"a defect of the explorer.\n{''.join(traceback.format_exception(bug))}"
    last = traceback.extract_tb(bug.__traceback__)[-1]
    what = clean(f"{type(bug).__name__}: {bug}")
    return (
        f"a defect of the explorer, which says nothing about the program: {what} "
        f"({Path(last.filename).name}:{last.lineno}). Please report it, with the program and what "
        f"the same call prints with {TRACEBACK}=1 in the environment."
    )


def _fix_hashes() -> None:
    """Start again with hashes of texts that are the same in every call.

    In what order a program goes through a set of texts is then part of its case.
    """
    if os.environ.get("PYTHONHASHSEED") != "0" and sys.flags.hash_randomization:
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
