"""A finding as Markdown, to be pasted into an issue: the terminal's picture, and what it means.

Invariant: what comes from the program stands in code, fenced or in spans, where it cannot be
taken for Markdown or HTML.
"""

from __future__ import annotations

import re
from typing import Final

from explorer.model.story import Contrast, Story
from explorer.report.advice import advice
from explorer.report.chart import chart
from explorer.report.html.beside import decision_text
from explorer.report.html.commands import commands
from explorer.report.ink import Line
from explorer.report.picture import picture
from explorer.report.places import portable
from explorer.report.terminal import WIDEST
from explorer.report.waits import waits
from explorer.report.wording import clean, size, title

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")


def markdown(story: Story) -> str:
    """The Markdown of a story."""
    finding = story.finding
    drawn = [*picture(chart(finding), WIDEST)]
    ring = waits(finding, WIDEST)
    lines = [line.text.plain.rstrip() for line in (*drawn, *([Line(), *ring] if ring else ()))]
    parts = [
        f"### {title(finding.kind).capitalize()} in {span(portable(finding.case.target))}",
        plain(finding.symptom.summary) + ".",
        fenced("\n".join(lines)),
        f"- **Size:** {plain(size(finding.complexity, finding.minimal))}",
    ]
    if story.contrast is not None:
        parts.append(_difference(story.contrast))
    parts.append(f"- **Next:** {plain(advice(finding))}")
    typed = "\n".join(f"{text}  # {label.lower()}" for label, text in commands(finding))
    if typed:
        parts.append(fenced(typed, "sh"))
    return "\n\n".join(parts).replace("\n\n- ", "\n- ").replace("\n- **Size", "\n\n- **Size") + "\n"


def _difference(contrast: Contrast) -> str:
    return f"- **What makes the difference:** {plain(decision_text(contrast))}"


def plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", clean(text))


def span(text: str) -> str:
    """Text as code in a line."""
    shown = clean(text)
    ticks = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def fenced(text: str, language: str = "text") -> str:
    """Text as a block of code."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _longest_run(text: str) -> int:
    """The length of the longest run of backticks."""
    return max((len(run) for run in re.findall("`+", text)), default=0)
