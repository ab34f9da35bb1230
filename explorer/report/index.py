"""The index over a folder of cases: a card for each, with its picture, to look through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from explorer.model.story import Story
from explorer.report.html.page import asset, document
from explorer.report.html.text import esc
from explorer.report.places import portable
from explorer.report.svg import RULES, inline_svg
from explorer.report.wording import clean, count, size, title

#: The page's own colours, so that pictures follow its switch between light and dark.
_COLOURS: Final = ".rx{--bg:var(--card)}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A case in the index: its file, its pages and story, or why there is none."""

    file: str
    name: str  # of its pages, without an ending
    story: Story | None = None
    error: str = ""


def index_page(entries: Sequence[Entry]) -> str:
    """The HTML of the index."""
    cards = "".join(_card(entry) for entry in entries)
    body = (
        f'<header><div class="line"><h1>{esc(_headline(entries))}</h1>'
        '<button type="button" id="theme" hidden>Dark</button></div>'
        f'<p class="size kinds">{esc(_kinds(entries))}</p>{_filter(entries)}</header>'
        f'<main><ul class="cards">{cards}</ul></main>'
    )
    style = asset("index.css") + RULES + _COLOURS
    return document("race-explorer: cases", body, script="index.js", style=style)


def _headline(entries: Sequence[Entry]) -> str:
    return count(len(entries), "case")


def _kinds(entries: Sequence[Entry]) -> str:
    """How many there are of each kind, in the order in which they come."""
    return ", ".join(f"{number} {kind}" for kind, number in _numbers(entries))


def _numbers(entries: Sequence[Entry]) -> list[tuple[str, int]]:
    return list(Counter(_kind(entry) for entry in entries).items())


def _filter(entries: Sequence[Entry]) -> str:
    """What to choose kinds with, and to look for words; shown where there is script."""
    buttons = "".join(
        f'<button type="button" aria-pressed="false" data-kind="{esc(kind)}">{esc(kind)} '
        f"<b>{number}</b></button>"
        for kind, number in _numbers(entries)
    )
    return (
        '<form class="filter" role="search" hidden><input type="search" placeholder="Find" '
        f'aria-label="Find cases">{buttons}<output></output></form>'
    )


def _kind(entry: Entry) -> str:
    if entry.story is None:
        return "cannot be replayed"
    kind = title(entry.story.finding.kind)
    return f"guard against {kind}" if entry.story.guards else kind


def _card(entry: Entry) -> str:
    if entry.story is None:
        return (
            f'<li class="case" data-kind="{_kind(entry)}">'
            f'<span class="badge none">{_kind(entry)}</span>'
            f'<h2>{esc(entry.file)}</h2><p class="mark bad">{esc(entry.error)}</p></li>'
        )
    story, finding = entry.story, entry.story.finding
    tone = "guard" if story.guards else "found"
    summary = clean(finding.symptom.summary)
    summary = summary[:1].upper() + summary[1:]
    links = "".join(
        f'<a href="{esc(entry.name)}.{ending}">{word}</a>'
        for ending, word in (("svg", "SVG"), ("md", "Markdown"), ("txt", "Text"))
    )
    return (
        f'<li class="case" data-kind="{esc(_kind(entry))}"><div>'
        f'<span class="badge {tone}">{esc(_kind(entry))}</span> '
        f'<span class="target">{esc(portable(finding.case.target))}</span></div>'
        f'<h2><a href="{esc(entry.name)}.html">{esc(summary)}</a></h2>'
        f'<p class="size">{esc(size(finding.complexity, finding.minimal))}</p>'
        f'<div class="thumb" aria-hidden="true">{inline_svg(story)}</div>'
        f'<p class="links"><code>{esc(entry.file)}</code>{links}</p></li>'
    )
