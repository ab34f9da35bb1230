"""The page of one story: a single file with style and script inside, the same bytes every time.

Without JavaScript it is a picture that can be read; with it, one that can be stepped through.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Final

from explorer.detect.lateness import lateness
from explorer.model.story import Snippet, Story
from explorer.model.trace import SourceLine
from explorer.model.verdict import Kind
from explorer.report.advice import advice
from explorer.report.chart import Chart, EventRow, JitterRow, StuckRow, chart
from explorer.report.html.arrows import arrows
from explorer.report.html.beside import contrast_html, first_html
from explorer.report.html.commands import command_html, commands
from explorer.report.html.graph import graph
from explorer.report.html.lanes import MOST_WIDE, colour, lanes_html
from explorer.report.html.moments import object_changes, object_names, process_changes
from explorer.report.html.spans import holdings, waits
from explorer.report.html.text import code, esc, in_code, place, raw_json
from explorer.report.marks import stale_update
from explorer.report.places import place_of, portable
from explorer.report.wording import clean, count, delay_text, event_text, listed, size, title

_ICON: Final = "data:,"  # nothing, so that no browser asks for one
_MOST_OUTPUT: Final = 20_000  # characters


def page(story: Story) -> str:
    """The HTML of a story."""
    finding = story.finding
    drawn = chart(finding, whole=True)
    head = f"{_kind(story)} · {portable(finding.case.target)}"
    return document(
        head,
        f"{_header(story)}<main>{_facts(story)}{_player(story, drawn)}"
        f"{_sections(story, drawn)}</main>{_data(story, drawn)}",
        script="page.js",
        style=_wide(drawn),
    )


def document(head: str, body: str, *, script: str = "", style: str = "") -> str:
    """A whole HTML document around a body."""
    scripts = asset("theme.js") + (asset(script) if script else "")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<title>{esc(head)}</title><link rel="icon" href="{_ICON}">'
        f"<style>{asset('page.css')}{style}</style></head>\n"
        f"<body>{body}\n<script>{scripts}</script></body></html>\n"
    )


def asset(name: str) -> str:
    """A file of styles or script that goes into the page."""
    return (files(__package__) / "assets" / name).read_text(encoding="utf-8")


def _wide(drawn: Chart) -> str:
    """The rules for lanes side by side, from the width on at which there is room for them."""
    lanes = len(drawn.lanes)
    if lanes > MOST_WIDE:
        return ""
    room = f"header,main{{max-width:{max(84, 31 + 15 * lanes)}rem}}"
    return f"{room}@container lanes (min-width:{3 + 14 * lanes}rem){{{asset('wide.css')}}}"


def _kind(story: Story) -> str:
    kind = title(story.finding.kind)
    return f"guards against {kind}" if story.guards else kind


def _header(story: Story) -> str:
    finding = story.finding
    badge = "guard" if story.guards else "found"
    summary = clean(finding.symptom.summary)
    return (
        f'<header><div class="line"><span class="badge {badge}">{esc(_kind(story))}</span>'
        f'<span class="target">{esc(portable(finding.case.target))}</span>'
        '<button type="button" id="theme" hidden>Dark</button></div>'
        f"<h1>{esc(summary[:1].upper() + summary[1:])}</h1>"
        f'<p class="size">{esc(size(finding.complexity, finding.minimal))}</p></header>'
    )


def _facts(story: Story) -> str:
    """What the defect is made of, as a list of terms."""
    finding, symptom = story.finding, story.finding.symptom
    facts: list[tuple[str, str]] = []
    if symptom.also:
        facts.append(("also", listed([title(kind) for kind in symptom.also])))
    facts += [
        ("raised", f"{ending.process}: {ending.error}")
        for ending in finding.trace.endings
        if ending.error is not None
    ]
    if symptom.left and symptom.serial:
        serial = listed([clean(value) for value in symptom.serial]).replace(" and ", " or ")
        facts.append(("result", f"ends as {symptom.left}; one process after another: {serial}"))
    if symptom.where:
        facts.append(("where", listed([place_of(line) for line in symptom.where])))
    late = () if finding.case.timed else lateness(finding.trace)
    if late:
        facts.append(("time", f"needs {listed([delay_text(each) for each in late[:3]])}"))
    if finding.case.arguments:
        facts.append(("arguments", " ".join(finding.case.arguments)))
    parameters = [f"{name} = {value!r}" for name, value in finding.case.parameters.items()]
    if parameters:
        facts.append(("with", ", ".join(parameters)))
    if finding.case.absent:
        facts.append(("without", listed(finding.case.absent)))
    if not facts:
        return ""
    items = "".join(f"<div><dt>{esc(name)}</dt><dd>{esc(text)}</dd></div>" for name, text in facts)
    return f'<dl class="facts">{items}</dl>'


def _player(story: Story, drawn: Chart) -> str:
    """The picture, and beside it what is true at the step that is looked at."""
    last = len(story.finding.trace.events)
    return (
        '<div class="player"><section class="lanes" aria-label="The interleaving">'
        f'<div class="legend" aria-hidden="true">{_legend(story, drawn)}</div>'
        f"{lanes_html(drawn, story.sights)}</section>"
        '<aside class="now" aria-label="At this step"><div class="controls" hidden>'
        '<div class="buttons">'
        f"{_button('first', 'To the beginning', 'M3 3v10M13 3 6 8l7 5Z')}"
        f"{_button('back', 'One step back', 'M11 3 4 8l7 5Z')}"
        '<button type="button" id="play">Play</button>'
        f"{_button('next', 'One step on', 'M5 3l7 5-7 5Z')}"
        f"{_button('last', 'To the end', 'M13 3v10M3 3l7 5-7 5Z')}"
        '<output id="count" for="slider"></output></div>'
        f'<input type="range" id="slider" min="0" max="{last}" value="{last}" step="1" '
        'aria-label="Step">'
        f"{_strip(story, drawn)}"
        '<p class="keys">Keys: <kbd>←</kbd> <kbd>→</kbd> step, <kbd>Home</kbd> <kbd>End</kbd>, '
        "<kbd>space</kbd> plays</p></div>"
        '<p id="say" aria-live="polite"></p>'
        f"<details open><summary>State at this step</summary>{_state(story, drawn)}</details>"
        "</aside></div>"
    )


def _strip(story: Story, drawn: Chart) -> str:
    """The whole run in one line under the slider: a stroke for each step, in its lane's colour."""
    rows = [row for row in drawn.rows if isinstance(row, EventRow)]
    last = len(story.finding.trace.events)
    strokes = "".join(
        f'<path class="{"bad" if row.mark.bad else "old" if row.mark.old else ""} '
        f'{colour(drawn.lanes, row.lane)}" d="M{1000 * (row.event.step + 1) / last:.0f} '
        f'{0 if row.mark.notes else 4}v{10 if row.mark.notes else 6}"/>'
        for row in rows
    )
    return (
        f'<svg id="strip" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" '
        f'style="--steps:{last}">{strokes}</svg>'
    )


def _button(name: str, label: str, shape: str) -> str:
    return (
        f'<button type="button" id="{name}" aria-label="{label}">'
        f'<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{shape}"/></svg></button>'
    )


def _legend(story: Story, drawn: Chart) -> str:
    """The lanes, and the signs that are in this picture."""
    names = "".join(
        f'<span class="{colour(drawn.lanes, lane)}"><i class="dot"></i>{esc(name)}</span>'
        for lane, name in enumerate(drawn.lanes)
    )
    lost = story.finding.kind is Kind.LOST_UPDATE
    jitter = any(isinstance(row, JitterRow) for row in drawn.rows)
    signs = "".join(
        f'<span class="sign"><i class="{sign}"></i>{words}</span>'
        for sign, words, shown in (
            ("wait", "blocked or asleep", bool(waits(drawn))),
            ("hold", "holds a lock", bool(holdings(drawn, story.sights))),
            ("nap", "jitter", jitter),
            ("before", "had to come before", True),
            ("stale", "rests on this read", lost),
            ("buried", "buries this write", lost),
        )
        if shown
    )
    return f'<div class="names">{names}</div><div class="signs">{signs}</div>'


def _state(story: Story, drawn: Chart) -> str:
    """Tables that the script fills in; as they are, they show the end of the run."""
    rows = "".join(
        f'<tr class="{colour(drawn.lanes, lane)}"><th scope="row"><i class="dot"></i>{esc(name)}'
        "</th><td></td></tr>"
        for lane, name in enumerate(drawn.lanes)
    )
    objects = object_names(story)
    shared = "".join(f'<tr><th scope="row">{esc(name)}</th><td></td></tr>' for name in objects)
    table = (
        f'<h3>Shared objects</h3><table id="objects"><tbody>{shared}</tbody></table>'
        if objects
        else ""
    )
    return (
        f'<div class="state" tabindex="0" role="region" aria-label="State" '
        f'style="--name:{_name_width(drawn, objects)}">{table}'
        f'<h3>Processes</h3><table id="processes"><tbody>{rows}</tbody></table>'
        f'<div id="source"><h3>Source</h3>{_snippets(story.snippets)}</div></div>'
    )


def _name_width(drawn: Chart, objects: Sequence[str]) -> str:
    """Room for the longest name, within reason."""
    return f"{min(14, max(len(clean(name)) for name in (*drawn.lanes, *objects, '')))}ch"


def _snippets(snippets: Sequence[Snippet]) -> str:
    return "".join(
        f'<figure data-file="{esc(_file(snippet))}" data-first="{snippet.first}" '
        f'data-last="{snippet.first + len(snippet.lines) - 1}">'
        f"<figcaption>{esc(_file(snippet))}</figcaption><pre>{_lines(snippet)}</pre></figure>"
        for snippet in snippets
    )


def _file(snippet: Snippet) -> str:
    return place(SourceLine(snippet.file, 0)).rpartition(":")[0]


def _lines(snippet: Snippet) -> str:
    return "".join(
        f'<span class="code" data-line="{number}"><i>{number}</i>{code(line)}</span>'
        for number, line in enumerate(snippet.lines, snippet.first)
    )


def _sections(story: Story, drawn: Chart) -> str:
    finding = story.finding
    parts = [
        _section("Who waits for whom", graph(finding, drawn.lanes)),
        _section("What to do", _next(story)),
        _section("What makes the difference", contrast_html(story, drawn.lanes)),
        _section("From the first failing run to the smallest", first_html(story, drawn.lanes)),
        _section("What it printed", _output(finding.trace.output)),
    ]
    return "".join(parts)


def _section(head: str, inside: str) -> str:
    return f"<section><h2>{head}</h2>{inside}</section>" if inside else ""


def _next(story: Story) -> str:
    typed = "".join(command_html(label, text) for label, text in commands(story.finding))
    text = advice(story.finding)
    copy = (
        f'<button type="button" class="copy" data-copy="{esc(text)}" '
        'aria-label="Copy the suggestion">Copy</button>'
    )
    return f'<p class="advice"><span>{in_code(text)}</span>{copy}</p>{typed}'


def _output(output: str) -> str:
    if not output:
        return ""
    shown = output[-_MOST_OUTPUT:]
    head = f"<p>The last {count(_MOST_OUTPUT, 'character')}.</p>" if shown != output else ""
    lines = "\n".join(esc(line) for line in shown.splitlines())
    return f'{head}<pre class="output" tabindex="0">{lines}</pre>'


def _start(story: Story, drawn: Chart, last: int) -> int:
    """The step to begin with: where an update is lost or an error raised, else the end."""
    if story.finding.kind is Kind.LOST_UPDATE:
        update = stale_update(story.finding)
        if update is not None:
            return update[2].step + 1
    raised = story.finding.kind in (Kind.ASSERTION, Kind.EXCEPTION)
    stuck = not raised and any(isinstance(row, StuckRow) for row in drawn.rows)
    bad = [row.event.step + 1 for row in drawn.rows if isinstance(row, EventRow) and row.mark.bad]
    return bad[-1] if bad and not stuck else last


def _data(story: Story, drawn: Chart) -> str:
    """What the script needs to know, as JSON."""
    finding = story.finding
    objects = object_names(story)
    files = list(dict.fromkeys(_file(snippet) for snippet in story.snippets))
    steps = []
    for event in finding.trace.events:
        name = None if event.where is None else place(event.where).rpartition(":")[0]
        file = files.index(name) if name in files else -1
        line = 0 if event.where is None else event.where.line
        lane = drawn.lanes.index(event.actor) if event.actor in drawn.lanes else -1
        steps.append([lane, f"{clean(event.actor)}: {event_text(event)}", file, line])
    data = {
        "steps": steps,
        "start": _start(story, drawn, len(steps)),
        "files": files,
        "arrows": [[one.start + 1, one.end + 1, one.kind] for one in arrows(finding)],
        "objects": object_changes(story, objects),
        "processes": process_changes(story, drawn.lanes),
    }
    return f'<script type="application/json" id="data">{raw_json(data)}</script>'
