"""A finding with all that its page tells: states step by step, source, and runs to compare with.

Plain values, so that a report is a pure function of its story.
"""

from __future__ import annotations

from dataclasses import dataclass

from explorer.model.trace import Trace
from explorer.model.verdict import Finding


@dataclass(frozen=True, slots=True)
class Sight:
    """What a shared object looks like from event `step` on (-1: from the beginning).

    `parts` are names of parts with their values, both as text; a part without a name is the whole
    object. `holders` are the actors that hold it, if it is something that is held.
    """

    step: int
    object: str
    kind: str
    parts: tuple[tuple[str, str], ...]
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """Consecutive lines of a source file; `first` is the number of the first of them."""

    file: str
    first: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    """The nearest run that shows nothing, and the one decision that makes the difference.

    The two runs are the same up to event `step`, where `fails` goes in the failing run, and
    `passes` in this one. `without` is what was left out of the schedule, if that made it pass.
    """

    trace: Trace
    step: int
    fails: str
    passes: str
    without: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """All that a report on one finding tells.

    `first` is the failing run that was met first, before it was made smaller; None if unknown.
    `guards` tells that the case is a guard and passes: then the finding is what it guards against,
    with the trace of the passing run.
    """

    finding: Finding
    sights: tuple[Sight, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    contrast: Contrast | None = None
    first: Finding | None = None
    guards: bool = False
