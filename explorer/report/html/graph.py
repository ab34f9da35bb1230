"""Who waits for whom as a graph: the ring of a deadlock, or the wait that nobody can end.

Drawn as SVG with the page's own styles; the same in words for those who do not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin
from typing import Final

from explorer.model.trace import Blocked
from explorer.model.verdict import Finding
from explorer.report.html.lanes import colour
from explorer.report.html.text import esc, names_whole, place
from explorer.report.waits import reason, wish
from explorer.report.wording import clean, clip

_BOX: Final = (150.0, 46.0)  # a process: width, height
_LETTER: Final = 7.3  # width of one, in the font of labels
_WIDEST: Final = 400.0  # radius of a ring
_NOBODY: Final = "nobody"


def graph(finding: Finding, lanes: Sequence[str]) -> str:
    """The drawing and its words; "" if nobody waits for ever."""
    blocked = {one.actor: one for one in finding.trace.blocked}
    if not blocked or finding.trace.end == "cut off":
        return ""
    cycle = [name for name in finding.symptom.cycle if name in blocked]
    drawing = _ring(cycle, blocked, lanes) if cycle else _chains(finding, blocked, lanes)
    first = sorted(blocked.values(), key=lambda one: one.actor not in cycle)
    items = "".join(f"<li>{_words(one)}</li>" for one in first)
    drawn = f'<div class="graph" tabindex="0" role="group" aria-label="Graph">{drawing}</div>'
    return f'{drawn}<ul class="waiting">{items}</ul>'


def _words(one: Blocked) -> str:
    where = "" if one.where is None else f' <span class="loc">{esc(place(one.where))}</span>'
    return f"<b>{esc(one.actor)}</b> {names_whole(esc(wish(one) + reason(one)))}{where}"


def _ring(cycle: Sequence[str], blocked: dict[str, Blocked], lanes: Sequence[str]) -> str:
    """Processes on a circle, clockwise, each with an arrow to the one it waits for."""
    number = len(cycle)
    radius = 0.0 if number == 1 else min(150.0 / sin(pi / number), _WIDEST)
    flat = 0.8 if number > 2 else 0.0
    width, height = 2 * radius + 240, 2 * radius * flat + (240 if number < 3 else 96)
    centre = (width / 2, height / 2 + (14 if number == 1 else 0))
    turn = -pi / 2 if number > 2 else pi
    places = [
        (
            centre[0] + radius * cos(turn + 2 * pi * place / number),
            centre[1] + radius * flat * sin(turn + 2 * pi * place / number),
        )
        for place in range(number)
    ]
    parts = []
    for seat, name in enumerate(cycle):
        label = _label_of(blocked[name])
        if number == 1:
            parts.append(_loop(places[0], label))
        else:
            bend = 0.55 if number == 2 else 0.12
            parts.append(_arrow(places[seat], places[(seat + 1) % number], label, bend))
    parts += [_box(spot, name, lanes) for spot, name in zip(places, cycle, strict=True)]
    said = "; ".join(f"{name} {wish(blocked[name])}{reason(blocked[name])}" for name in cycle)
    return _svg(width, height, f"A ring of waiting: {said}", parts)


def _chains(finding: Finding, blocked: dict[str, Blocked], lanes: Sequence[str]) -> str:
    """Whoever waits for the objects of the defect, each with what it waits for, side by side."""
    roots = [one for one in blocked.values() if one.object in finding.symptom.objects]
    roots = (roots or list(blocked.values()))[:8]
    parts, said = [], []
    for number, one in enumerate(roots):
        target = next(iter(one.waits_for or one.could_wake), _NOBODY)
        here, there = (85.0, 42.0 + 78 * number), (475.0, 42.0 + 78 * number)
        parts.append(_arrow(here, there, _label_of(one), 0.0))
        parts.append(_box(here, one.actor, lanes))
        parts.append(_box(there, target, lanes, "" if target in blocked else "gone"))
        said.append(f"{one.actor} {wish(one)}{reason(one)}")
    return _svg(560, 6 + 78.0 * len(roots), "; ".join(said), parts)


def _svg(width: float, height: float, said: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="waits" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'style="max-width:{width:.0f}px" role="img" aria-label="{esc(said)}">'
        f"{''.join(parts)}</svg>"
    )


def _box(centre: tuple[float, float], name: str, lanes: Sequence[str], kind: str = "") -> str:
    x, y = centre
    width, height = _BOX
    tone = colour(lanes, lanes.index(name)) if name in lanes else "main"
    text = clip(clean(name.rpartition("/")[2]), 19)
    return (
        f'<g class="box {tone} {kind}"><rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" '
        f'width="{width:.0f}" height="{height:.0f}" rx="10"/>'
        f'<text x="{x:.1f}" y="{y + 5:.1f}">{esc(text)}</text></g>'
    )


def _label_of(one: Blocked) -> tuple[str, str]:
    """What is written on an edge: what is wanted, and the line of the program that wants it."""
    return wish(one), "" if one.where is None else place(one.where).rpartition("/")[2]


def _arrow(
    start: tuple[float, float], end: tuple[float, float], label: tuple[str, str], bend: float
) -> str:
    """A curve from box to box, bent to its left, with a label in the middle."""
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    across = (end[1] - start[1], start[0] - end[0])
    control = (middle[0] + across[0] * bend, middle[1] + across[1] * bend)
    first, last = _edge(start, control), _edge(end, control)
    top = ((first[0] + 2 * control[0] + last[0]) / 4, (first[1] + 2 * control[1] + last[1]) / 4)
    return (
        f'<path class="wants" d="M{_xy(first)}Q{_xy(control)} {_xy(last)}"/>'
        f"{_head(control, last)}{_label(top, label)}"
    )


def _loop(centre: tuple[float, float], label: tuple[str, str]) -> str:
    """An arrow from a box to itself."""
    x, y = centre
    top = y - _BOX[1] / 2
    left, right = (x - 42, top), (x + 42, top)
    return (
        f'<path class="wants" d="M{_xy(left)}C{_xy((x - 60, top - 78))} '
        f'{_xy((x + 60, top - 78))} {_xy(right)}"/>'
        f"{_head((x + 54, top - 50), right)}{_label((x, top - 58), label)}"
    )


def _edge(centre: tuple[float, float], towards: tuple[float, float]) -> tuple[float, float]:
    """Where the way from a box's centre towards a point leaves the box, with a little room."""
    x, y = towards[0] - centre[0], towards[1] - centre[1]
    half = (_BOX[0] / 2 + 5, _BOX[1] / 2 + 5)
    shares = [half[0] / abs(x) if x else 9.0, half[1] / abs(y) if y else 9.0]
    share = min(*shares, 1.0)
    return centre[0] + x * share, centre[1] + y * share


def _head(control: tuple[float, float], tip: tuple[float, float]) -> str:
    """An arrow's head at `tip`, for a line that comes from `control`."""
    x, y = tip[0] - control[0], tip[1] - control[1]
    length = (x * x + y * y) ** 0.5 or 1.0
    x, y = x / length, y / length
    back = (tip[0] - 10 * x, tip[1] - 10 * y)
    left = (back[0] - 5 * y, back[1] + 5 * x)
    right = (back[0] + 5 * y, back[1] - 5 * x)
    return f'<path class="tip" d="M{_xy(tip)}L{_xy(left)}L{_xy(right)}Z"/>'


def _label(spot: tuple[float, float], label: tuple[str, str]) -> str:
    """Words on an edge, on paper of their own, over the line of the program."""
    x, y = spot
    words, where = clip(clean(label[0]), 30), clip(clean(label[1]), 30)
    width = max(len(words), len(where)) * _LETTER + 14
    tall = 38 if where else 24
    second = f'<text class="label at" x="{x:.1f}" y="{y + 13:.1f}">{esc(where)}</text>'
    return (
        f'<rect class="back" x="{x - width / 2:.1f}" y="{y - tall / 2:.1f}" '
        f'width="{width:.1f}" height="{tall}" rx="6"/>'
        f'<text class="label" x="{x:.1f}" y="{y + (-3 if where else 4.5):.1f}">{esc(words)}</text>'
        f"{second if where else ''}"
    )


def _xy(spot: tuple[float, float]) -> str:
    return f"{spot[0]:.1f} {spot[1]:.1f}"
