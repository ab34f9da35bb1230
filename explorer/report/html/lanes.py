"""The picture as a grid: a column for each process, a row for each event, top to bottom in time.

The same elements make two forms: wide, with each event's words in its own lane, and narrow, with
thin rails and the words beside them. Which one is shown is up to the style sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from explorer.model.actor import MAIN
from explorer.model.story import Sight
from explorer.model.trace import SourceLine
from explorer.report.chart import (
    LIFE,
    Chart,
    EventRow,
    GapRow,
    JitterRow,
    Row,
    StuckRow,
    SwitchRow,
    TimeRow,
)
from explorer.report.html.spans import Span, holdings, lives, waits
from explorer.report.html.text import code, esc, event_html, names_whole, place
from explorer.report.picture import between
from explorer.report.waits import reason
from explorer.report.wording import blocked_text, count, duration

COLOURS: Final = 7  # of lanes, besides the main process's
_FIRST_ROW: Final = 2  # of the grid: the first holds the names
#: Lanes that find room side by side on a wide screen; more are always narrow.
MOST_WIDE: Final = 5
#: Preemptions that are put into words; of more, each is only a line.
MOST_TOLD: Final = 24


def colour(lanes: Sequence[str], lane: int) -> str:
    """The name of a lane's colour: the main process's, or one after the other."""
    if lanes[lane] == MAIN:
        return "main"
    return f"l{sum(name != 'MainProcess' for name in lanes[:lane]) % COLOURS}"


def lanes_html(chart: Chart, sights: Sequence[Sight]) -> str:
    """The grid of a chart."""
    return _Grid(chart, sights).html()


class _Grid:
    def __init__(self, chart: Chart, sights: Sequence[Sight]) -> None:
        self.chart = chart
        self.sights = sights
        self.colours = [colour(chart.lanes, lane) for lane in range(len(chart.lanes))]
        self.time = 0

    def html(self) -> str:
        columns = " ".join(self._widths())
        held = " holds" if holdings(self.chart, self.sights) else ""
        switches = sum(isinstance(row, SwitchRow) for row in self.chart.rows)
        held += " terse" if switches > MOST_TOLD else ""
        wide = " may-be-wide" if len(self.chart.lanes) <= MOST_WIDE else ""
        style = f"--n:{len(self.chart.lanes)};--wide:{columns}"
        items = "".join(self._items())
        return (
            f'<div class="chart{wide}{held}" style="{style}"><div class="under" aria-hidden="true">'
            '<i class="cursor"></i>'
            f"{''.join(self._heads())}{''.join(self._under())}"
            "</div>"
            f'<ol class="rows" aria-label="Events in order">{items}</ol>'
            '<svg class="arrows" aria-hidden="true"></svg>'
            '<svg class="arrows over" aria-hidden="true"></svg></div>'
        )

    def _widths(self) -> Iterator[str]:
        """A lane with nothing but starts, joins and exits gets less room."""
        for lane in range(len(self.chart.lanes)):
            busy = any(row.lane == lane and not _is_life(row) for row in self.chart.rows)
            yield "minmax(0,1fr)" if busy else "minmax(10.6rem,.4fr)"

    def _heads(self) -> Iterator[str]:
        for lane, name in enumerate(self.chart.lanes):
            yield f'<b class="head {self.colours[lane]}" style="grid-column:{lane + 2}">'
            yield f"{esc(name)}</b>"

    def _under(self) -> Iterator[str]:
        """What lies under the events, from the bottom up."""
        for span in holdings(self.chart, self.sights):
            label = f"<b>{esc(span.object)}</b>"
            yield self._span("hold", span, f";--level:{span.level}", label)
        for span in lives(self.chart):
            yield self._span("life", span)
        for span in waits(self.chart):
            yield self._span("wait", span)

    def _span(self, kind: str, span: Span, style: str = "", inside: str = "") -> str:
        lane, first, end = span.lane + 2, span.first + _FIRST_ROW, span.last + _FIRST_ROW + 1
        return (
            f'<i class="{kind} {self.colours[span.lane]}" '
            f'style="grid-area:{first}/{lane}/{end}/{lane}{style}">{inside}</i>'
        )

    def _items(self) -> Iterator[str]:
        for number, row in enumerate(self.chart.rows):
            yield self._item(number + _FIRST_ROW, row)

    def _item(self, line: int, row: Row) -> str:
        match row:
            case EventRow():
                return self._event(line, row)
            case StuckRow():
                return self._stuck(line, row)
            case JitterRow():
                words = f'<span class="op">sleeps {count(row.ticks, "tick")}</span> (jitter)'
                return self._in_lane(line, row.lane, "jitter", "∿", words)
            case SwitchRow():
                return self._switch(line, row)
            case GapRow() | TimeRow():
                kind = "gap" if isinstance(row, GapRow) else "later"
                return (
                    f'<li class="{kind}"><span style="grid-row:{line}">{between(row)}</span></li>'
                )
        return ""

    def _stuck(self, line: int, row: StuckRow) -> str:
        """A wait without end; one for a process to end only follows from others: it is small."""
        follows = row.blocked.operation in LIFE
        text = "waits for ever" + reason(row.blocked)
        mark = f'<span class="mark bad">{names_whole(esc(text))}</span>'
        where = row.blocked.where
        source = "" if where is None else _source(where)
        words = f'<span class="op">{names_whole(esc(blocked_text(row.blocked)))}</span>'
        kind = "stuck small" if follows else "stuck"
        return self._in_lane(line, row.lane, kind, "■", words + source + mark)

    def _event(self, line: int, row: EventRow) -> str:
        event, mark = row.event, row.mark
        kinds = ["ev", "bad" if mark.bad else "old" if mark.old else ""]
        if event.operation in LIFE and not mark.notes:
            kinds.append("small")
        inside = event_html(event)
        if event.where is not None:
            inside += _source(event.where)
        tone = "old" if mark.old and not mark.bad else "bad"
        inside += "".join(f'<span class="mark {tone}">{esc(note)}</span>' for note in mark.notes)
        when = ""
        if event.time > self.time:
            self.time = event.time
            when = f'<span class="at">{duration(event.time)}</span>'
        step = event.step + 1
        colour_name = self.colours[row.lane]
        return (
            f'<li class="{" ".join(filter(None, kinds))} {colour_name}" data-step="{step}" '
            f'style="--row:{line};--lane:{row.lane + 2}"><span class="n">{step}{when}</span>'
            f'<i class="dot"></i><button type="button" class="card" tabindex="-1">'
            f"{self._who(row.lane)}{inside}</button></li>"
        )

    def _who(self, lane: int) -> str:
        return f'<span class="who">{esc(self.chart.lanes[lane])}</span> '

    def _in_lane(self, line: int, lane: int, kind: str, dot: str, inside: str) -> str:
        return (
            f'<li class="{kind} {self.colours[lane]}" style="--row:{line};--lane:{lane + 2}">'
            f'<i class="dot">{dot}</i><div class="card">{self._who(lane)}{inside}</div></li>'
        )

    def _switch(self, line: int, row: SwitchRow) -> str:
        low, high = sorted((row.lane, row.to))
        way = "right" if row.lane < row.to else "left"
        names = self.chart.lanes
        words = f": {esc(names[row.lane])} could go on, but {esc(names[row.to])} goes"
        style = f"--row:{line};--lane:{low + 2};--to:{high + 2}"
        return (
            f'<li class="switch" style="{style}"><i class="bend {way}"></i>'
            f'<span class="words"><b>preempted</b><span>{words}</span></span></li>'
        )


def _source(where: SourceLine) -> str:
    """The line of the program; its file without the folders, which the panel beside shows."""
    short = place(where).rpartition("/")[2]
    return f'<code class="src">{code(where.text)} <span class="loc">{esc(short)}</span></code>'


def _is_life(row: Row) -> bool:
    match row:
        case EventRow():
            return row.event.operation in LIFE
        case StuckRow():
            return row.blocked.operation in LIFE
    return False
