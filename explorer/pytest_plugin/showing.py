"""How a failing test is shown: the picture of its finding, in place of our own traceback."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from explorer.errors import ExplorerError
from explorer.findings import Inconclusive, Race, headline
from explorer.model.verdict import Finding, Kind
from explorer.report.casefile import dump
from explorer.report.terminal import plain_text
from explorer.report.wording import clean, title

NARROW: Final = 60
WIDE: Final = 120
_LABEL: Final = 15  # columns before the text, as in the report


def races_in(error: BaseException) -> list[Race]:
    """The findings that an exception holds."""
    if isinstance(error, Race):
        return [error]
    if isinstance(error, BaseExceptionGroup):
        return [race for inner in error.exceptions for race in races_in(inner)]
    return []


def longrepr(error: BaseException, width: int) -> Any:
    """How pytest is to show a failure of ours; None if it is not one."""
    races = races_in(error)
    if races:
        texts = [text_of(race.finding, width) for race in races]
        texts += [f"{note}\n" for note in getattr(error, "__notes__", ())]
        finding = races[0].finding
        file, line = _place(finding)
        summary = "; ".join(f"{title(race.kind)}: {headline(race.finding)}" for race in races)
        return _representation("\n".join(texts), summary, file, line)
    if isinstance(error, ExplorerError | Inconclusive):
        return _representation(f"{error}\n", f"{type(error).__name__}: {error}", "", 0)
    return None


def text_of(finding: Finding, width: int) -> str:
    """The picture, and how to see it again."""
    text = plain_text(replace(finding, file=None), max(NARROW, min(width, WIDE)))
    text += _tracebacks(finding)
    if finding.file is None:
        return text
    return f"{text}  {'replay':{_LABEL - 2}}{replay_command(finding.file)}\n"


def _tracebacks(finding: Finding) -> str:
    """The program's own tracebacks, where an exception is all that is known."""
    if finding.kind not in (Kind.ASSERTION, Kind.EXCEPTION):
        return ""
    raised = [ending for ending in finding.trace.endings if ending.error is not None]
    texts = dict.fromkeys(ending.traceback for ending in raised)  # several may raise the same
    lines = [line for text in texts for line in text.splitlines()]
    return "".join(
        f"  {'' if number else 'traceback':{_LABEL - 2}}{clean(line)}".rstrip() + "\n"
        for number, line in enumerate(lines)
    )


def replay_command(file: str) -> str:
    """What to type to run a saved case again."""
    return f"pytest {shlex.quote(file)}"


def pasteable(finding: Finding) -> str:
    """The case as a command that writes its file, for logs of machines that keep none."""
    file = finding.file or "case.race.json"
    folder = os.path.dirname(file)
    made = f"mkdir -p {shlex.quote(folder)}\n" if folder else ""
    return f"{made}cat > {shlex.quote(file)} <<'END_OF_CASE'\n{dump(finding)}END_OF_CASE\n"


def relative(path: Path) -> str:
    """A path as it can be typed: from the working directory, if it lies below it."""
    shown = os.path.relpath(path)
    return str(path) if shown.startswith("..") else Path(shown).as_posix()


def _place(finding: Finding) -> tuple[str, int]:
    for line in _lines(finding):
        return line
    return "", 0


def _lines(finding: Finding) -> Iterator[tuple[str, int]]:
    for line in finding.symptom.where:
        yield line.file, line.line
    for ending in finding.trace.endings:
        if ending.where is not None:
            yield ending.where.file, ending.where.line


def _representation(text: str, summary: str, file: str, line: int) -> Any:
    """A failure whose text is ours; of a kind that xdist can send (it knows pytest's own only)."""
    from _pytest._code.code import ReprExceptionInfo, ReprFileLocation, ReprTracebackNative

    crash = ReprFileLocation(file or "race-explorer", line, summary)
    return ReprExceptionInfo(
        reprtraceback=ReprTracebackNative([text.rstrip("\n") + "\n"]), reprcrash=crash
    )
