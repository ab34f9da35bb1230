"""The picture of an interleaving: a lane for each process, time downwards, a row for each event.

Three forms, by the room there is: lanes with the source in a column beside them; wide lanes with
the source below each event; and, for many processes, thin rails with the text beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from explorer.report.chart import (
    Chart,
    EventRow,
    GapRow,
    JitterRow,
    Row,
    State,
    StuckRow,
    SwitchRow,
    TimeRow,
)
from explorer.report.ink import BAD, OLD, QUIET, Line, fit, lane_style, wrap
from explorer.report.marks import Mark
from explorer.report.places import place_of
from explorer.report.waits import reason, source
from explorer.report.wording import blocked_text, clean, count, duration, event_text

_GAP = 2  # cells between two lanes
_NARROWEST_LANE, _WIDEST_LANE = 22, 44
_NARROWEST_SOURCE, _WIDEST_SOURCE = 28, 56
_MOST_RAILS = 20
_BARS = {State.READY: "│", State.WAITING: "┊", State.ABSENT: " "}


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a lane at one row: a marker, a text, notes below it, a line of source."""

    lane: int
    marker: str
    text: str
    style: str
    step: str = ""
    source: str = ""
    notes: tuple[tuple[str, str], ...] = ()


def entry_of(row: Row) -> Entry | None:
    """What a row says in its lane; None for rows that belong to no lane."""
    match row:
        case EventRow():
            bad, old = row.mark.bad, row.mark.old
            where = row.event.where
            return Entry(
                row.lane,
                "●",
                event_text(row.event),
                BAD if bad else OLD if old else "",
                str(row.event.step + 1),
                "" if where is None else source(where),
                tuple((note, _note_style(row.mark, note)) for note in row.mark.notes),
            )
        case JitterRow():
            return Entry(row.lane, "~", f"sleeps {count(row.ticks, 'tick')} (jitter)", OLD)
        case StuckRow():
            where = row.blocked.where
            return Entry(
                row.lane,
                "■",
                blocked_text(row.blocked),
                BAD,
                "",
                "" if where is None else source(where),
                ((f"waits for ever{reason(row.blocked)}", BAD),),
            )
    return None


def _note_style(mark: Mark, note: str) -> str:
    return OLD if mark.old and not mark.bad else BAD


def between(row: Row) -> str:
    """What a row that belongs to no lane says."""
    match row:
        case GapRow():
            return f"⋮ {count(row.steps, 'step')} not shown"
        case TimeRow():
            return f"· {duration(row.nanoseconds)} later"
    return ""


def picture(chart: Chart, width: int) -> list[Line]:
    """The lines of a picture, at most `width` cells wide."""
    entries = [entry for row in chart.rows if (entry := entry_of(row)) is not None]
    return _form(chart, entries, width).draw()


def _form(chart: Chart, entries: list[Entry], width: int) -> _Lanes | _Rails:
    """The form that suits the room."""
    margin = max([2, *(len(entry.step) for entry in entries)]) + 3
    number = len(chart.lanes)
    texts = [
        cell_len(text) + 2
        for entry in entries
        for text in (entry.text, *(note for note, _ in entry.notes))
    ]
    names = [cell_len(name) for name in chart.names]
    lane = min(max([_NARROWEST_LANE, *texts, *names]), _WIDEST_LANE)
    used = margin + number * (lane + _GAP)
    one_file = len(_files(chart)) == 1
    for brief in (False, True) if one_file else (False,):
        sources = [cell_len(_brief(e.source) if brief else e.source) for e in entries if e.source]
        wanted = max(_NARROWEST_SOURCE, min(max([0, *sources]), _WIDEST_SOURCE))
        if used + wanted <= width:
            return _Lanes(chart, width, margin, lane, used, brief=brief)
    roomy = min((width - margin) // max(1, number) - _GAP, _WIDEST_LANE)
    if roomy >= min(lane, 30):
        longest = max([0, *(cell_len(entry.source) for entry in entries)])
        return _Lanes(chart, width, margin, roomy, None, brief=one_file and longest > roomy - 2)
    return _Rails(chart, width, margin)


def _brief(source: str) -> str:
    """A line without its file: "6: num = value.value"."""
    place, _, text = source.partition("  ")
    return f"{place.rpartition(':')[2]}: {text}"


def _files(chart: Chart) -> list[str]:
    """The source files that a picture shows lines of, as it shows them."""
    found = []
    for row in chart.rows:
        where = None
        if isinstance(row, EventRow):
            where = row.event.where
        elif isinstance(row, StuckRow):
            where = row.blocked.where
        if where is not None:
            found.append(clean(place_of(where)).rpartition(":")[0])
    return sorted(set(found))


class _Lanes:
    """Lanes side by side; the source at column `beside`, or below each event.

    `brief` leaves out the file's name, where there is only one and little room.
    """

    def __init__(
        self,
        chart: Chart,
        width: int,
        margin: int,
        lane: int,
        beside: int | None,
        *,
        brief: bool = False,
    ) -> None:
        self.brief = brief
        self.chart = chart
        self.width = width
        self.margin = margin
        self.lane = lane
        self.beside = beside

    def draw(self) -> list[Line]:
        lines = [self._heads()]
        for row in self.chart.rows:
            entry = entry_of(row)
            if entry is not None:
                lines.extend(self._entry(row, entry))
            elif isinstance(row, SwitchRow):
                lines.append(self._switch(row))
            else:
                lines.append(self._between(row))
        return lines

    def _x(self, lane: int) -> int:
        return self.margin + lane * (self.lane + _GAP)

    def _heads(self) -> Line:
        line = Line()
        for number, name in enumerate(self.chart.names):
            line.at(self._x(number), fit(name, self.lane).rstrip(), f"bold {lane_style(number)}")
        if self.brief and self.beside is not None:
            file = _files(self.chart)[0]
            line.at(self.beside, fit(file, self.width - self.beside).rstrip(), QUIET)
        return line

    def _entry(self, row: Row, entry: Entry) -> list[Line]:
        inner = self.lane - 2
        mark = entry.style or lane_style(entry.lane)
        first = self._row(row, entry, entry.marker, mark, entry.text, entry.style)
        lines = [first]
        text = _brief(entry.source) if self.brief and entry.source else entry.source
        if self.beside is not None and text:
            first.at(self.beside, fit(text, self.width - self.beside).rstrip(), QUIET)
        elif text:
            lines.append(self._below(row, entry, text, QUIET))
        for note, style in entry.notes:
            lines.extend(self._below(row, entry, part, style) for part in wrap(note, inner))
        return lines

    def _row(
        self, row: Row, entry: Entry, marker: str, marker_style: str, text: str, style: str
    ) -> Line:
        line = Line()
        if entry.step and marker != _BARS[State.READY]:
            line.at(self.margin - 2 - len(entry.step), entry.step, QUIET)
        for number, state in enumerate(row.states):
            if number == entry.lane:
                line.at(self._x(number), marker, marker_style)
                line.add(" " + fit(text, self.lane - 2).rstrip(), style)
            elif state is not State.ABSENT:
                line.at(self._x(number), _BARS[state], QUIET)
        return line

    def _below(self, row: Row, entry: Entry, text: str, style: str) -> Line:
        return self._row(row, entry, _BARS[State.READY], QUIET, text, style)

    def _switch(self, row: SwitchRow) -> Line:
        low, high = sorted((row.lane, row.to))
        rightward = row.lane < row.to
        room = self._x(high) - self._x(low) - 1
        label = " preempted "
        if rightward:
            arrow = "╰" + ("╌╌" + label).ljust(room, "╌")[:room] + "╮"
        else:
            arrow = "╭" + (label + "╌╌").rjust(room, "╌")[-room:] + "╯"
        line = Line()
        for number, state in enumerate(row.states):
            if number == low:
                line.at(self._x(low), arrow, OLD)
            elif not low <= number <= high and state is not State.ABSENT:
                line.at(self._x(number), _BARS[state], QUIET)
        return line

    def _between(self, row: Row) -> Line:
        return Line().at(self.margin, fit(between(row), self.width - self.margin).rstrip(), QUIET)


class _Rails:
    """Thin lanes, then who, what and where in columns."""

    def __init__(self, chart: Chart, width: int, margin: int) -> None:
        self.chart = chart
        self.width = width
        self.margin = margin
        self.rails = len(chart.lanes) if len(chart.lanes) <= _MOST_RAILS else 0
        self.names = margin + 2 * self.rails + (2 if self.rails else 0)
        self.texts = self.names + min(max(map(cell_len, chart.names)), 24) + 2

    def draw(self) -> list[Line]:
        lines: list[Line] = []
        for row in self.chart.rows:
            entry = entry_of(row)
            if entry is not None:
                lines.extend(self._entry(row, entry))
            elif isinstance(row, SwitchRow):
                lines.append(self._switch(row))
            else:
                line = Line().at(
                    self.names, fit(between(row), self.width - self.names).rstrip(), QUIET
                )
                lines.append(line)
        return lines

    def _entry(self, row: Row, entry: Entry) -> list[Line]:
        colour = lane_style(entry.lane)
        line = self._states(row, entry.lane, entry.marker, entry.style or colour, entry.step)
        name = self.chart.names[entry.lane]
        line.at(self.names, fit(name, self.texts - self.names - 2).rstrip(), colour)
        line.at(self.texts, fit(entry.text, self.width - self.texts).rstrip(), entry.style)
        room = self.width - self.texts - 2
        lines = [line]
        for note, style in entry.notes:
            if not self._beside(line, note, style):
                lines += [self._below(row, entry, part, style) for part in wrap(note, room)]
        if entry.source and not self._beside(line, entry.source, QUIET):
            lines.append(self._below(row, entry, entry.source, QUIET))
        return lines

    def _beside(self, line: Line, text: str, style: str) -> bool:
        """Write on in the same line if the text fits there."""
        if line.width + 3 + cell_len(text) > self.width:
            return False
        line.add("   " + text, style)
        return True

    def _below(self, row: Row, entry: Entry, text: str, style: str) -> Line:
        line = self._states(row, entry.lane, _BARS[State.READY], QUIET, "")
        return line.at(self.texts + 2, fit(text, self.width - self.texts - 2).rstrip(), style)

    def _states(self, row: Row, lane: int, marker: str, style: str, step: str) -> Line:
        line = Line().at(self.margin - 2 - len(step), step, QUIET)
        for number, state in enumerate(row.states[: self.rails]):
            if number == lane:
                line.at(self.margin + 2 * number, marker, style)
            elif state is not State.ABSENT:
                line.at(self.margin + 2 * number, _BARS[state], QUIET)
        return line

    def _switch(self, row: SwitchRow) -> Line:
        line = Line()
        low, high = sorted((row.lane, row.to))
        for number, state in enumerate(row.states[: self.rails]):
            if number == low:
                ends = "╰╮" if row.lane < row.to else "╭╯"
                line.at(
                    self.margin + 2 * low, ends[0] + "╌" * (2 * (high - low) - 1) + ends[1], OLD
                )
            elif not low <= number <= high and state is not State.ABSENT:
                line.at(self.margin + 2 * number, _BARS[state], QUIET)
        left = self.chart.names[row.lane]
        text = fit(f"{left} is preempted", self.width - self.names).rstrip()
        return line.at(self.names, text, OLD)
