"""Two runs side by side: a failing one and the nearest that passes, the smallest and the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from explorer.model.story import Contrast, Story
from explorer.model.trace import Event, Trace
from explorer.model.verdict import Finding
from explorer.report.chart import LIFE
from explorer.report.html.lanes import colour
from explorer.report.html.text import esc, event_html, names_whole
from explorer.report.marks import Mark, marks
from explorer.report.waits import reason, wish
from explorer.report.wording import clean, count, event_text, size, title

MOST: Final = 16  # events of each run shown after they part
MOST_OF_FIRST: Final = 60


def contrast_html(story: Story, lanes: Sequence[str]) -> str:
    """The failing run and the nearest that passes, from where they part; "" if none is known."""
    contrast, finding = story.contrast, story.finding
    if contrast is None:
        return ""
    step = contrast.step
    same = f"Up to step {step} both runs are the same." if step else ""
    return (
        f'<p class="decision">{_decision(contrast)}</p>'
        '<div class="beside">'
        f'<section><h3 class="fails">This run: {title(finding.kind)}</h3><p>{same}</p>'
        f"{_events(finding.trace, step, MOST, lanes, marks(finding), 'fails')}"
        f"{_stuck(finding.trace, lanes)}</section>"
        f'<section><h3 class="passes">The nearest run that passes</h3><p>{same}</p>'
        f"{_events(contrast.trace, step, MOST, lanes, {}, 'passes')}</section></div>"
    )


def decision_text(contrast: Contrast) -> str:
    """What one decision makes the difference, as plain text."""
    step = contrast.step + 1
    other = contrast.trace.events[contrast.step]
    text = (
        f"Step {step} decides: {clean(contrast.fails)} goes, and it fails; if "
        f"{clean(contrast.passes)} goes there instead ({event_text(other)}), it passes."
    )
    if contrast.without:
        text += f" Left out of the schedule for that: {clean(contrast.without)}."
    return text


def _decision(contrast: Contrast) -> str:
    return esc(decision_text(contrast))


def first_html(story: Story, lanes: Sequence[str]) -> str:
    """The smallest case beside the run that was met first; "" if that is not known."""
    first, finding = story.first, story.finding
    if first is None or first.trace == finding.trace:
        return ""
    return (
        '<div class="beside">'
        f"<section><h3>Smallest: {count(len(finding.trace.events), 'step')}</h3>"
        f"<p>{esc(_sizes(finding))}</p>{_whole(finding, lanes)}</section>"
        f"<section><h3>Met first: {count(len(first.trace.events), 'step')}</h3>"
        f"<p>{esc(_sizes(first))}</p>{_whole(first, lanes)}</section></div>"
    )


def _sizes(finding: Finding) -> str:
    return size(finding.complexity, "").partition(";")[0]


def _whole(finding: Finding, lanes: Sequence[str]) -> str:
    names = tuple(dict.fromkeys((*lanes, *(event.actor for event in finding.trace.events))))
    events = _events(finding.trace, 0, MOST_OF_FIRST, names, marks(finding), "")
    return events + _stuck(finding.trace, names)


def _events(
    trace: Trace,
    since: int,
    most: int,
    lanes: Sequence[str],
    marked: dict[int, Mark],
    first: str,
) -> str:
    """Events as a list, from number `since`; the first has the style `first`."""
    shown = trace.events[since : since + most]
    items = "".join(
        _item(event, lanes, marked.get(event.step, Mark()), first if place == 0 else "")
        for place, event in enumerate(shown)
    )
    left = len(trace.events) - since - len(shown)
    more = f"<p>and {count(left, 'step')} more</p>" if left > 0 else ""
    return f'<ol start="{since + 1}" class="run">{items}</ol>{more}'


def _item(event: Event, lanes: Sequence[str], mark: Mark, kind: str) -> str:
    tone = _tone(event.actor, lanes)
    if event.operation in LIFE and not mark.notes:
        tone += " small"
    notes = "".join(
        f'<span class="mark {"old" if mark.old and not mark.bad else "bad"}">{esc(note)}</span>'
        for note in mark.notes
    )
    return (
        f'<li class="{f"{tone} {kind}".strip()}"><i class="dot"></i>'
        f'<span class="who">{esc(event.actor)}</span> {event_html(event)}{notes}</li>'
    )


def _tone(actor: str, lanes: Sequence[str]) -> str:
    return colour(lanes, lanes.index(actor)) if actor in lanes else "main"


def _stuck(trace: Trace, lanes: Sequence[str]) -> str:
    """Who waits for ever when the run has ended, those first who do not wait for a process."""
    if trace.end == "cut off" or not trace.blocked:
        return ""
    items = "".join(
        f'<li class="{_tone(one.actor, lanes)}{" small" if one.operation in LIFE else ""}">'
        f'<span class="who">{esc(one.actor)}</span> '
        f"{names_whole(esc(wish(one) + reason(one)))}</li>"
        for one in sorted(trace.blocked, key=lambda one: one.operation in LIFE)
    )
    return f'<div class="stopped"><b>Nobody can go on</b><ul>{items}</ul></div>'
