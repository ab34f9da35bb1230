"""One interleaving as an SVG, for READMEs and issues: it follows the reader's light or dark mode.

Everything is placed by counting letters of a fixed-width font, so that the same case gives the
same bytes; nothing is loaded and nothing runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len

from explorer.model.actor import MAIN
from explorer.model.story import Story
from explorer.report.chart import Chart, EventRow, Row, StuckRow, SwitchRow, chart
from explorer.report.html.spans import Span, holdings, lives, waits
from explorer.report.html.text import esc, place
from explorer.report.marks import stale_update
from explorer.report.picture import between, entry_of
from explorer.report.places import portable
from explorer.report.wording import clean, title

_LETTER: Final = 7.5  # width in the picture's font
_LINE: Final = 17
_PAD: Final = 9  # above and below what belongs to one row
_MARGIN: Final = 46  # left of the lanes: numbers of steps
_INDENT: Final = 20  # from a lane's line to its words
_LONGEST: Final = 42  # letters in a lane
_HEAD: Final = 31  # the title
_TOP: Final = 47  # the lanes' names
_COLOURS: Final = 6

_LIGHT: Final = (
    "--bg:#fff;--ink:#1b1d21;--quiet:#565d69;--rule:#d5d8de;--bad:#b3211c;--old:#805300;"
    "--l0:#0a66a5;--l1:#7a3bd0;--l2:#0b7268;--l3:#a52f71;--l4:#55690c;--l5:#97480b;--main:#566070"
)
_DARK: Final = (
    "--bg:#15181d;--ink:#e8eaed;--quiet:#a3abb8;--rule:#3a404a;--bad:#ff8e84;--old:#f5c04e;"
    "--l0:#6cb8f5;--l1:#c3a0ff;--l2:#5fd0c0;--l3:#ff9ccf;--l4:#b6d168;--l5:#f2b27c;--main:#b1bac7"
)
_OWN_COLOURS: Final = f".rx{{{_LIGHT}}}@media(prefers-color-scheme:dark){{.rx{{{_DARK}}}}}"
#: Style of the parts, each rule for inside of the picture only; colours are set elsewhere.
RULES: Final = "".join(
    f".rx .{rule}"
    for rule in (
        "l0{--c:var(--l0)}",
        "l1{--c:var(--l1)}",
        "l2{--c:var(--l2)}",
        "l3{--c:var(--l3)}",
        "l4{--c:var(--l4)}",
        "l5{--c:var(--l5)}",
        "main{--c:var(--main)}",
        "t{font:12.5px ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace;"
        "fill:var(--ink);white-space:pre}",
        "paper{fill:var(--bg);stroke:var(--rule)}",
        "quiet{fill:var(--quiet)}",
        "bad{fill:var(--bad);font-weight:600}",
        "old{fill:var(--old)}",
        "name{fill:var(--c);font-weight:700}",
        "title{font-weight:700;fill:var(--bad)}",
        "rail{stroke:var(--c);stroke-width:2}",
        "idle{stroke:var(--bg);stroke-width:4;stroke-dasharray:3 4}",
        "held{fill:var(--c);fill-opacity:.16;stroke:var(--c);stroke-opacity:.45}",
        "pt{fill:var(--c)}",
        "pt.bad{fill:var(--bad)}",
        "pt.old{fill:var(--old)}",
        "lost{fill:none;stroke:var(--bad);stroke-width:2.4}",
        "stale{fill:none;stroke:var(--old);stroke-width:1.6;stroke-dasharray:5 4}",
        "left{fill:none;stroke:var(--old);stroke-width:1.6;stroke-dasharray:5 4}",
        "tip{fill:var(--bad)}",
    )
)


def svg(story: Story) -> str:
    """The picture of a story's finding, as a file of its own."""
    return _Drawing(story).text(f"<style>{_OWN_COLOURS}{RULES}</style>")


def inline_svg(story: Story) -> str:
    """The same, without its title, to stand in a page that has `RULES` and the colours."""
    return _Drawing(story, headed=False).text("")


class _Drawing:
    def __init__(self, story: Story, *, headed: bool = True) -> None:
        self.head = _HEAD if headed else 0
        self.finding = story.finding
        self.sights = story.sights
        self.chart: Chart = chart(story.finding)
        self.lines = [self._lines(row) for row in self.chart.rows]
        self.tops: list[float] = []
        y = float(self.head + _TOP)
        for lines in self.lines:
            self.tops.append(y)
            y += len(lines) * _LINE + _PAD
        self.height = y + 14
        self.lane = max(
            [16, *(cell_len(text) for lines in self.lines for _, text in lines)]
            + [cell_len(name) for name in self.chart.names]
        )
        self.lane_width = min(self.lane, _LONGEST) * _LETTER + _INDENT + 22
        self.width = _MARGIN + self.lane_width * len(self.chart.lanes) + 6

    def text(self, style: str) -> str:
        """The whole element."""
        finding = self.finding
        said = f"{title(finding.kind)} in {portable(finding.case.target)}: "
        said += finding.symptom.summary
        head = _clip(said, int((self.width - 32) / _LETTER))
        parts = [
            f'<rect class="paper" x=".5" y=".5" width="{self.width - 1:.0f}" '
            f'height="{self.height - 1:.0f}" rx="10"/>',
            *([f'<text class="t title" x="16" y="27">{esc(head)}</text>'] if self.head else []),
            *self._heads(),
            *self._holds(),
            *self._rails(),
            *self._rows(),
            *self._special(),
        ]
        return (
            f'<svg class="rx" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:.0f} '
            f'{self.height:.0f}" width="{self.width:.0f}" height="{self.height:.0f}" role="img" '
            f'aria-label="{esc(said)}"><title>{esc(said)}</title>{style}'
            f"{''.join(parts)}</svg>\n"
        )

    def _x(self, lane: int) -> float:
        return _MARGIN + self.lane_width * lane + 8

    def _colour(self, lane: int) -> str:
        names = self.chart.lanes
        if names[lane] == MAIN:
            return "main"
        return f"l{sum(name != 'MainProcess' for name in names[:lane]) % _COLOURS}"

    def _lines(self, row: Row) -> list[tuple[str, str]]:
        """(style, text) of each line of a row."""
        entry = entry_of(row)
        if entry is None:
            return [("old", "preempted") if isinstance(row, SwitchRow) else ("quiet", between(row))]
        tone = {True: "bad", False: ""}[isinstance(row, EventRow) and row.mark.bad]
        found = [("bad" if isinstance(row, StuckRow) else tone, entry.text)]
        where = row.event.where if isinstance(row, EventRow) else None
        where = row.blocked.where if isinstance(row, StuckRow) else where
        if where is not None:
            short = place(where).rpartition("/")[2]
            found.append(("quiet", f"{short}  {clean(where.text)}".rstrip()))
        old = isinstance(row, EventRow) and row.mark.old and not row.mark.bad
        found += [("old" if old else "bad", note) for note, _ in entry.notes]
        return [(style, _clip(text, _LONGEST)) for style, text in found]

    def _heads(self) -> Iterator[str]:
        for lane, name in enumerate(self.chart.names):
            text = esc(_clip(name, _LONGEST))
            x, y = self._x(lane) - 6, self.head + 27
            yield f'<text class="t name {self._colour(lane)}" x="{x:.1f}" y="{y}">{text}</text>'

    def _holds(self) -> Iterator[str]:
        for span in holdings(self.chart, self.sights):
            x, top, bottom = self._x(span.lane), *self._ends(span)
            inset = 4.0 * span.level
            yield (
                f'<rect class="held {self._colour(span.lane)}" x="{x - 11 + inset:.1f}" '
                f'y="{top:.1f}" width="{self.lane_width - 10 - 2 * inset:.1f}" '
                f'height="{bottom - top:.1f}" rx="6"><title>holds {esc(span.object)}</title></rect>'
            )

    def _rails(self) -> Iterator[str]:
        for kind, spans in (("rail", lives(self.chart)), ("idle", waits(self.chart))):
            for span in spans:
                x, top, bottom = self._x(span.lane), *self._ends(span)
                yield (
                    f'<path class="{kind} {self._colour(span.lane)}" '
                    f'd="M{x:.1f} {top:.1f}V{bottom:.1f}"/>'
                )

    def _ends(self, span: Span) -> tuple[float, float]:
        return self.tops[span.first] - 3, self._bottom(span.last)

    def _bottom(self, row: int) -> float:
        return self.tops[row] + len(self.lines[row]) * _LINE + _PAD - 5

    def _rows(self) -> Iterator[str]:
        for number, row in enumerate(self.chart.rows):
            top = self.tops[number]
            if isinstance(row, SwitchRow):
                yield self._switch(row, top)
                continue
            x = self._x(row.lane) if row.lane >= 0 else _MARGIN
            if isinstance(row, EventRow):
                step = row.event.step + 1
                yield f'<text class="t quiet" x="14" y="{top + 13:.1f}">{step}</text>'
            if row.lane >= 0:
                yield self._dot(row, x, top + 9)
            for line, (style, text) in enumerate(self.lines[number]):
                y = top + 13 + line * _LINE
                left = x + _INDENT - 6
                yield f'<text class="t {style}" x="{left:.1f}" y="{y:.1f}">{esc(text)}</text>'

    def _dot(self, row: Row, x: float, y: float) -> str:
        if isinstance(row, StuckRow):
            return f'<rect class="pt bad" x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10"/>'
        kind = ""
        if isinstance(row, EventRow):
            kind = " bad" if row.mark.bad else " old" if row.mark.old else ""
        return (
            f'<circle class="pt {self._colour(row.lane)}{kind}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
        )

    def _switch(self, row: SwitchRow, top: float) -> str:
        here, there, y = self._x(row.lane), self._x(row.to), top + 9
        x = min(here, there) + 24
        return (
            f'<path class="left" d="M{here:.1f} {top:.1f}V{y + 6:.1f}H{there:.1f}V{y + 13:.1f}"/>'
            f'<text class="t old" x="{x:.1f}" y="{y + 1:.1f}">preempted</text>'
        )

    def _special(self) -> Iterator[str]:
        """The arrow from the write that was lost to the one that buried it."""
        update = stale_update(self.finding) if self.finding.kind == "lost-update" else None
        spots = {
            row.event.step: (self._x(row.lane), self.tops[number] + 9)
            for number, row in enumerate(self.chart.rows)
            if isinstance(row, EventRow)
        }
        if update is None or any(event.step not in spots for event in update):
            return
        read, lost, write = (spots[event.step] for event in update)
        side = -1 if lost[0] > write[0] else 1
        x, y = write
        yield (
            f'<path class="stale" d="M{read[0] - 6:.1f} {read[1] + 6:.1f}C{read[0] - 18:.1f} '
            f'{read[1] + 30:.1f} {x - 18:.1f} {y - 30:.1f} {x - 6:.1f} {y - 7:.1f}"/>'
            f'<path class="lost" d="M{lost[0] + 7 * side:.1f} {lost[1] + 3:.1f}C'
            f"{lost[0] + 70 * side:.1f} {lost[1] + 12:.1f} {x:.1f} {y - 44:.1f} "
            f'{x:.1f} {y - 14:.1f}"/>'
            f'<path class="tip" d="M{x:.1f} {y - 6:.1f}l-5.5 -11h11Z"/>'
        )


def _clip(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
