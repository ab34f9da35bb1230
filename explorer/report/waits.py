"""Who waits for whom, drawn: the cycle of a deadlock, or the end that nobody is at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.cells import cell_len

from explorer.model.trace import Blocked, Event, SourceLine, Trace
from explorer.model.verdict import Finding
from explorer.report.ink import BAD, QUIET, STRONG, Line, fit
from explorer.report.places import place_of
from explorer.report.wording import blocked_text, clean, listed

#: (the stroke before it, text, its style, a line of the program)
_Entry = tuple[str, str, str, SourceLine | None]

_MARGIN: Final = 4
_NOBODY: Final = "nobody: no process is left that could wake it"


def waits(finding: Finding, width: int) -> list[Line]:
    """The drawing, at most `width` cells wide; [] if the finding is not about waiting."""
    blocked = {one.actor: one for one in finding.trace.blocked}
    cycle = [name for name in finding.symptom.cycle if name in blocked]
    if cycle:
        entries, drawn = _ring(finding.trace, cycle, blocked), cycle
    else:
        drawn = [
            one.actor for one in finding.trace.blocked if _is_root(one, finding.symptom.objects)
        ]
        entries = [
            entry for name in drawn for entry in _dead_end(finding.trace, blocked[name], blocked)
        ]
    if not entries:
        return []
    entries.extend(_others(blocked, drawn))
    return _set(entries, width)


def wish(blocked: Blocked) -> str:
    """What a blocked process wants: "wants Lock#2", "waits in join Process-1"."""
    if blocked.operation == "acquire":
        return f"wants {clean(blocked.object)}"
    return f"waits in {blocked_text(blocked)}"


def _ring(trace: Trace, cycle: list[str], blocked: dict[str, Blocked]) -> list[_Entry]:
    """Each process of the cycle, what it holds, what it wants, and an arrow to the next."""
    entries: list[_Entry] = []
    for place, name in enumerate(cycle):
        first, last = place == 0, place == len(cycle) - 1
        stroke = "╭─▶ " if first else "│   "
        wanted_of_it = blocked[cycle[place - 1]]
        taken = _taken(trace, name, wanted_of_it.object)
        holds = f"  holds {clean(taken.object)}" if taken else ""
        entries.append((stroke, clean(name) + holds, STRONG, taken.where if taken else None))
        entries.append(("│       │ ", wish(blocked[name]), BAD, blocked[name].where))
        entries.append(("╰───────╯" if last else "│       ▼", "", BAD, None))
    return entries


def _dead_end(trace: Trace, one: Blocked, blocked: dict[str, Blocked]) -> list[_Entry]:
    """A process that waits, and the one that will never come."""
    return [
        ("", clean(one.actor), STRONG, None),
        ("    │ ", wish(one), BAD, one.where),
        ("    ▼", "", BAD, None),
        *_awaited(trace, one, blocked),
    ]


def _awaited(trace: Trace, one: Blocked, blocked: dict[str, Blocked]) -> list[_Entry]:
    owners = one.waits_for or tuple(name for name in one.could_wake if name in blocked)
    if not owners:
        return [("", _NOBODY, BAD, None)]
    entries: list[_Entry] = []
    for owner in owners:
        taken = _taken(trace, owner, one.object)
        ended = "" if owner in blocked else " has ended"
        holds = f"  holds {clean(one.object)}" if taken else ""
        if ended and holds:
            ended, holds = " has ended", f" and still holds {clean(one.object)}"
        where = taken.where if taken else None
        entries.append(("", clean(owner) + ended + holds, STRONG, where))
    return entries


def _others(blocked: dict[str, Blocked], drawn: Iterable[str]) -> list[_Entry]:
    """Who is blocked only because of them."""
    rest = [one for name, one in blocked.items() if name not in drawn]
    return [("", f"and {clean(one.actor)} {wish(one)}", QUIET, one.where) for one in rest]


def _is_root(one: Blocked, objects: tuple[str, ...]) -> bool:
    return one.object in objects


def _taken(trace: Trace, actor: str, wanted: str) -> Event | None:
    """The event by which `actor` got what it holds."""
    found = [
        event
        for event in trace.events
        if event.actor == actor
        and event.object == wanted
        and event.operation == "acquire"
        and event.result != "False"
    ]
    return found[-1] if found else None


def _set(entries: list[_Entry], width: int) -> list[Line]:
    """The entries with their source lines in a column of their own."""
    widest = max(
        (cell_len(a + b) for a, b, style, where in entries if where and style != QUIET), default=0
    )
    column = min(_MARGIN + widest + 4, max(width // 2, 24))
    return [_entry(entry, column, width) for entry in entries]


def _entry(entry: _Entry, column: int, width: int) -> Line:
    stroke, text, style, where = entry
    line = Line().at(_MARGIN, stroke, BAD)
    line.add(fit(text, min(cell_len(text), width - line.width)), style)
    if where is None or line.width + 10 > width:
        return line
    start = max(column, line.width + 2)
    return line.at(start, fit(source(where), width - start).rstrip(), QUIET)


def source(where: SourceLine) -> str:
    """A line of the program as pictures show it: "counter.py:6  num = value.value"."""
    return clean(f"{place_of(where)}  {where.text}").rstrip()


def reason(blocked: Blocked) -> str:
    """Why a process waits for ever, to follow those words; "" if the operation says it."""
    if blocked.operation == "join":
        return ""
    if blocked.waits_for:
        names = ["itself" if name == blocked.actor else clean(name) for name in blocked.waits_for]
        return f": held by {listed(names)}"
    if blocked.could_wake:
        return f": only {listed([clean(name) for name in blocked.could_wake])} could help"
    return ": nobody is left who could wake it"
