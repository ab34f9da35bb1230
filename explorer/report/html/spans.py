"""What runs alongside events in a lane: being there, waiting, holding a lock.

Rows are those of a chart, from 0; a span covers whole rows, both ends included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from explorer.model.story import Sight
from explorer.report.chart import Chart, EventRow, JitterRow, Row, State, StuckRow


@dataclass(frozen=True, slots=True)
class Span:
    """Rows `first` to `last` of a lane; `object` is what is held, `level` how deep it is nested."""

    lane: int
    first: int
    last: int
    object: str = ""
    level: int = 0


def lives(chart: Chart) -> list[Span]:
    """Where each lane's process is there."""
    return _spans(chart, _is_there)


def waits(chart: Chart) -> list[Span]:
    """Where each lane's process is blocked or asleep."""
    return _spans(chart, _is_waiting)


def _is_there(chart: Chart, row: Row, lane: int) -> bool:
    if row.lane == lane:
        return True
    return row.states[lane] is not State.ABSENT and not _starts(chart, row, lane)


def _starts(chart: Chart, row: Row, lane: int) -> bool:
    """Whether the lane's process is started only by this row's event."""
    if not isinstance(row, EventRow) or row.event.operation != "start":
        return False
    return row.event.object == chart.lanes[lane]


def _is_waiting(chart: Chart, row: Row, lane: int) -> bool:
    if _starts(chart, row, lane):
        return False
    if isinstance(row, JitterRow | StuckRow) and row.lane == lane:
        return True
    return row.lane != lane and row.states[lane] is State.WAITING


def _spans(chart: Chart, wanted: Callable[[Chart, Row, int], bool]) -> list[Span]:
    return [
        Span(lane, first, last)
        for lane in range(len(chart.lanes))
        for first, last in _stretches([wanted(chart, row, lane) for row in chart.rows])
    ]


def _stretches(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The first and last place of each run of true flags."""
    for flag, group in groupby(enumerate(flags), key=lambda pair: pair[1]):
        places = [place for place, _ in group]
        if flag:
            yield places[0], places[-1]


def holdings(chart: Chart, sights: Sequence[Sight]) -> list[Span]:
    """Where each lane's process holds a lock or a permit, in the order in which it took them."""
    rows = {
        row.event.step: place for place, row in enumerate(chart.rows) if isinstance(row, EventRow)
    }
    lanes = {name: lane for lane, name in enumerate(chart.lanes)}
    taken: dict[tuple[str, str], int] = {}
    found: list[tuple[int, int, str, str]] = []
    for sight in sorted(sights, key=lambda one: one.step):
        for holder, name in [key for key in taken if key[1] == sight.object]:
            if holder not in sight.holders:
                found.append((taken.pop((holder, name)), sight.step, holder, name))
        for holder in sight.holders:
            taken.setdefault((holder, sight.object), sight.step)
    end = max(rows, default=-1) + 1
    found += [(since, end, holder, name) for (holder, name), since in taken.items()]
    spans: list[Span] = []
    for since, until, holder, name in sorted(found):
        if holder not in lanes:
            continue
        first = _row_at(rows, since)
        last = len(chart.rows) - 1 if until == end else _row_at(rows, until)
        level = sum(
            1 for span in spans if span.lane == lanes[holder] and span.first <= first <= span.last
        )
        spans.append(Span(lanes[holder], first, last, name, level))
    return spans


def _row_at(rows: dict[int, int], step: int) -> int:
    """The row of an event, or of the one before it if it is not shown."""
    earlier = [place for number, place in rows.items() if number <= step]
    return max(earlier, default=0)
