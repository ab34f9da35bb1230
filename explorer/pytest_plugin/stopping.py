"""Ctrl-C while a program is being run: for pytest it is what it always is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from explorer.errors import Interrupted
from explorer.worlds.watchdog import interruptible


@contextmanager
def stoppable() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM out of whatever the program is doing, as KeyboardInterrupt.

    Without it the exception would be raised in the program, and pass for the program's own.
    """
    try:
        with interruptible():
            yield
    except Interrupted as stopped:
        raise KeyboardInterrupt(str(stopped)) from None
