"""The command line: `race-explorer`, also `python -m explorer`.

Options come before the target; everything after it is the target's own, as with `python`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from explorer.cli.parser import parse
from explorer.cli.status import BAD_INPUT, INTERRUPTED
from explorer.errors import ExplorerError, Interrupted
from explorer.worlds.watchdog import interruptible


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
    return code


def _fix_hashes() -> None:
    """Start again with hashes of texts that are the same in every call.

    In what order a program goes through a set of texts is then part of its case.
    """
    if os.environ.get("PYTHONHASHSEED") != "0" and sys.flags.hash_randomization:
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
