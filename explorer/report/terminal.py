"""A finding on the terminal: the picture of its interleaving, then what it means.

Plain text is the same picture without styles; a terminal that shows no colour loses nothing,
since every mark is also a sign or a word.
"""

from __future__ import annotations

import shlex
from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from explorer.detect.lateness import lateness
from explorer.model.verdict import Finding
from explorer.report.advice import advice
from explorer.report.chart import chart
from explorer.report.ink import BAD, QUIET, STRONG, Line, fit, wrap
from explorer.report.marks import stale_update
from explorer.report.picture import picture
from explorer.report.places import place_of, portable
from explorer.report.waits import source, waits
from explorer.report.wording import alternatives, clean, delay_text, listed, size, title

#: Beyond this a picture only gets emptier.
WIDEST: Final = 140
NARROWEST: Final = 40
_OUTPUT_LINES: Final = 8
_OUTCOMES: Final = 4
_DELAYS: Final = 3
_LABEL: Final = 13  # cells of the column of labels


class Report:
    """A finding as a rich renderable; print it with `crop=False`: a long command is not cut."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in lines(self.finding, options.max_width):
            text = line.text
            text.end = "\n"
            yield text


def plain_text(finding: Finding, width: int = 100) -> str:
    """The report without styles, for files, logs and issues."""
    return "\n".join(line.text.plain.rstrip() for line in lines(finding, width)) + "\n"


def lines(finding: Finding, width: int) -> list[Line]:
    """The whole report, at most `width` cells wide."""
    width = max(NARROWEST, min(width, WIDEST))
    found = [_head(finding, width), Line(), *picture(chart(finding), width), Line()]
    waiting = waits(finding, width)
    if waiting:
        found += [*waiting, Line()]
    return [*found, *_statement(finding, width)]


def _head(finding: Finding, width: int) -> Line:
    """A rule with the kind and the target, so that several findings stay apart."""
    head = Line().add(f"━━ {title(finding.kind)} ", BAD)
    target = clean(portable(finding.case.target))
    room = width - head.width - 6
    target = fit(target, min(cell_len(target), room))
    rule = "━" * (width - head.width - cell_len(target) - 3)
    return head.add(rule, BAD).add(f" {target} ", STRONG).add("━", BAD)


def _statement(finding: Finding, width: int) -> list[Line]:
    """Kind, summary, size, output, the command to replay it, the next step."""
    symptom = finding.symptom
    found = _labelled(title(finding.kind), _sentence(symptom.summary), width, STRONG, BAD)
    found += _left(finding, width)
    if symptom.also:
        found += _also(finding, width)
    found += _labelled("size", size(finding.complexity, finding.minimal), width)
    if symptom.where:
        found += _labelled(
            "where", listed([clean(place_of(line)) for line in symptom.where]), width
        )
    found += _time(finding, width)
    found += _parameters(finding, width)
    found += _output(finding, width)
    if finding.file is not None:
        command = f"race-explorer replay {shlex.quote(finding.file)}"
        found.append(Line().at(2, "replay", QUIET).at(2 + _LABEL, clean(command), STRONG))
    return [*found, *_labelled("next", advice(finding), width)]


def _sentence(text: str) -> str:
    return clean(text[:1].upper() + text[1:])


def _left(finding: Finding, width: int) -> list[Line]:
    """What is left of a lost update, beside what should be."""
    symptom, update = finding.symptom, stale_update(finding)
    if update is None or not symptom.left or not symptom.serial:
        return []
    text = f"{clean(update[2].label)} ends as {clean(symptom.left)}"
    known = [clean(value) for value in symptom.serial[:_OUTCOMES]]
    more = [f"{len(symptom.serial) - _OUTCOMES} more"] if len(symptom.serial) > _OUTCOMES else []
    text += f"; with one process after another it ends as {alternatives([*known, *more])}"
    return _labelled("result", text, width)


def _also(finding: Finding, width: int) -> list[Line]:
    """The symptoms, with what was raised, and where."""
    raised = [ending for ending in finding.trace.endings if ending.error is not None]
    words = [title(kind) for kind in finding.symptom.also]
    if not raised:
        return _labelled("also", listed(words), width)
    found = []
    for number, ending in enumerate(raised):
        head = f"{listed(words)}: " if number == 0 else ""
        text = f"{head}{clean(ending.process)} raised {clean(ending.error or '')}"
        found += _labelled("also" if number == 0 else "", text, width)
        if ending.where is not None:
            line = fit(source(ending.where), width - 2 - _LABEL).rstrip()
            found.append(Line().at(2 + _LABEL, line, QUIET))
    return found


def _time(finding: Finding, width: int) -> list[Line]:
    """How long a delay it takes, where time is taken as unknown."""
    late = () if finding.case.timed else lateness(finding.trace)
    if not late:
        return []
    needs = listed([delay_text(each) for each in late[:_DELAYS]])
    return _labelled("time", f"needs {needs}; no sleep and no time-out rules that out", width)


def _parameters(finding: Finding, width: int) -> list[Line]:
    """What the run was given besides its schedule."""
    case = finding.case
    parts = [f"{name} = {value!r}" for name, value in case.parameters.items()]
    if case.arguments:
        parts.append(f"arguments {shlex.join(case.arguments)}")
    if case.absent:
        parts.append(f"without {listed(case.absent)}")
    if not case.timed:
        parts.append("time taken as unknown")
    return _labelled("with", clean(", ".join(parts)), width) if parts else []


def _output(finding: Finding, width: int) -> list[Line]:
    """The end of what the program printed in this run."""
    printed = finding.trace.output.splitlines()
    if not printed:
        return []
    shown = printed[-_OUTPUT_LINES:]
    if len(printed) > len(shown):
        shown.insert(0, f"⋮ {len(printed) - len(shown)} lines before")
    room = width - _LABEL - 4
    found = []
    for number, text in enumerate(shown):
        label = "printed" if number == 0 else ""
        line = Line().at(2, label, QUIET)
        found.append(line.at(2 + _LABEL, "│ " + fit(clean(text), room - 2).rstrip(), QUIET))
    return found


def _labelled(
    label: str, text: str, width: int, style: str = "", label_style: str = QUIET
) -> list[Line]:
    """A label, and the text beside it on as many lines as it needs."""
    column = 2 + _LABEL
    return [
        Line().at(2, label if number == 0 else "", label_style).at(column, part, style)
        for number, part in enumerate(wrap(text, width - column))
    ]


def as_text(finding: Finding, width: int) -> Text:
    """The report as one styled text."""
    return Text("\n").join(line.text for line in lines(finding, width))
