"""The index over a folder of cases: a card for each, with its picture, to look through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from explorer.model.story import Story
from explorer.report.html.page import document
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
        f'<p class="size">{esc(_kinds(entries))}</p></header>'
        f'<main><ul class="cards">{cards}</ul></main>'
    )
    return document("race-explorer: cases", body, style=RULES + _COLOURS)


def _headline(entries: Sequence[Entry]) -> str:
    return count(len(entries), "case")


def _kinds(entries: Sequence[Entry]) -> str:
    """How many there are of each kind, in the order in which they come."""
    kinds = [_kind(entry) for entry in entries]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))


def _kind(entry: Entry) -> str:
    if entry.story is None:
        return "cannot be replayed"
    kind = title(entry.story.finding.kind)
    return f"guard against {kind}" if entry.story.guards else kind


def _card(entry: Entry) -> str:
    if entry.story is None:
        return (
            f'<li class="case"><span class="badge none">{_kind(entry)}</span>'
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
        f'<li class="case"><div><span class="badge {tone}">{esc(_kind(entry))}</span> '
        f'<span class="target">{esc(portable(finding.case.target))}</span></div>'
        f'<h2><a href="{esc(entry.name)}.html">{esc(summary)}</a></h2>'
        f'<p class="size">{esc(size(finding.complexity, finding.minimal))}</p>'
        f'<div class="thumb" aria-hidden="true">{inline_svg(story)}</div>'
        f'<p class="links"><code>{esc(entry.file)}</code>{links}</p></li>'
    )
