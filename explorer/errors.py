"""What can go wrong that is not a finding: wrong usage, bad input, and our own bugs.

A failing program under test is never an exception here; it is a `Finding`.
Every error a user sees says what happened, where, the likely cause and what to do next.
"""

from __future__ import annotations


class ExplorerError(Exception):
    """Base of every error that the command line prints as one message and ends with exit code 2."""


class UsageError(ExplorerError):
    """The target, an option or an argument is wrong."""


class BadCase(ExplorerError):
    """A case file cannot be read: not JSON, not ours, or of a format this version does not know."""


class Diverged(ExplorerError):
    """A strict replay met a program that no longer does what the case recorded."""

    def __init__(self, message: str, step: int) -> None:
        super().__init__(message)
        self.step = step


class Nondeterministic(ExplorerError):
    """The same case, run twice, gave two different traces."""


class Mismatch(ExplorerError):
    """CPython's multiprocessing did something else than the virtual one: a defect of ours.

    `step` counts from 1; 0 is the end of the run.
    """

    def __init__(self, message: str, step: int) -> None:
        super().__init__(message)
        self.step = step


class NotSupported(ExplorerError):
    """The program uses something that the virtual world does not simulate and will not fake."""


class Stuck(ExplorerError):
    """The program ran for seconds of real time without a single shared operation."""


class Interrupted(BaseException):
    """The user asked to stop (Ctrl-C, SIGTERM); what was found so far is kept."""


class ProcessKilled(BaseException):
    """Thrown into a virtual process to unwind it: it was killed, or its run is over.

    A BaseException, so that the program's own `except Exception` does not swallow it.
    """
