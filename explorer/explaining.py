"""From a finding to its story: the run once more, watched, and what to compare it with.

What the pages of `replay --html`, `report` and `hunt` are made of; nothing here draws.
"""

from __future__ import annotations

import linecache
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Final

from explorer.frontend.program import Program
from explorer.minimize.contrast import contrast
from explorer.model.story import Sight, Snippet, Story
from explorer.model.trace import SourceLine, Trace
from explorer.model.verdict import Finding
from explorer.search.playback import Playback
from explorer.search.replay import Replay
from explorer.worlds.execute import execute, session
from explorer.worlds.recorder import trace_of
from explorer.worlds.runner import Runner
from explorer.worlds.watcher import Watcher

#: Lines of source shown before and after each line that is pointed at.
AROUND: Final = 4
_MOST_LINES: Final = 400


def explain(
    program: Program,
    finding: Finding,
    *,
    first: Finding | None = None,
    guards: bool = False,
) -> Story:
    """The story of a finding.

    Args:
        first: the failing run that was met first, if that is known.
        guards: the finding's trace is that of a guard, which passes.
    """
    runner = Runner(program)
    with session(program):
        trace, sights = _watched(runner, finding)
        nearest = None if guards else contrast(runner, finding.case, trace)
    return Story(
        finding=replace(finding, trace=trace),
        sights=sights,
        snippets=snippets(trace),
        contrast=nearest,
        first=first,
        guards=guards,
    )


def _watched(runner: Runner, finding: Finding) -> tuple[Trace, tuple[Sight, ...]]:
    """The finding's run, decision by decision, with what objects looked like on the way."""
    decided = [event.actor for event in finding.trace.events if not event.eager]
    watcher = Watcher(runner.program.is_user_code)
    chooser = Playback(decided, Replay(finding.case.schedule).delay)
    world = execute(runner.program, finding.case, chooser, limit=runner.limit, recorder=watcher)
    return trace_of(world, watcher), tuple(watcher.sights)


def snippets(trace: Trace) -> tuple[Snippet, ...]:
    """The source around every line that a trace points at, in order of files and lines."""
    wanted: dict[str, set[int]] = {}
    for where in _lines(trace):
        around = range(max(1, where.line - AROUND), where.line + AROUND + 1)
        wanted.setdefault(where.file, set()).update(around)
    found: list[Snippet] = []
    for file in sorted(wanted):
        text = linecache.getlines(str(Path(file).resolve()))
        numbers = [number for number in sorted(wanted[file]) if number <= len(text)]
        found += _runs(file, text, numbers[:_MOST_LINES])
    return tuple(found)


def _lines(trace: Trace) -> Iterable[SourceLine]:
    found = [event.where for event in trace.events]
    found += [blocked.where for blocked in trace.blocked]
    found += [ending.where for ending in trace.endings]
    return [where for where in found if where is not None]


def _runs(file: str, text: list[str], numbers: list[int]) -> list[Snippet]:
    """Consecutive numbers make one snippet."""
    found = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        lines = tuple(text[number - 1].rstrip().expandtabs(4) for number in run)
        found.append(Snippet(file, run[0], lines))
    return found
