"""Plots as SVG, drawn with the page's colours; small, plain, and the same for the same figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Final

from explorer.report.html.text import esc

_WIDTH: Final = 520.0
_HEIGHT: Final = 260.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 14.0, 14.0, 44.0


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from 0 to `top`, with its words."""

    top: float
    label: str

    def ticks(self) -> list[float]:
        """Round numbers on the scale, three to ten of them."""
        if self.top <= 0:
            return [0.0]
        power = floor(log10(self.top))
        steps = (factor * 10.0**exponent for exponent in (power, power - 1) for factor in (5, 2, 1))
        step = next(step for step in steps if self.top / step >= 3)
        return [round(step * number, 12) for number in range(int(self.top / step + 1e-9) + 1)]


class Plot:
    """A frame with two axes; `parts` are drawn inside."""

    def __init__(self, across: Axis, up: Axis, said: str) -> None:
        self.across, self.up, self.said = across, up, said
        self.parts: list[str] = []

    def x(self, value: float) -> float:
        """Where a value lies across."""
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * value / (self.across.top or 1)

    def y(self, value: float) -> float:
        """Where a value lies up."""
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / (self.up.top or 1)

    def line(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        """A line through points."""
        where = "L".join(f"{self.x(x):.1f} {self.y(y):.1f}" for x, y in points)
        self.parts.append(f'<path class="{kind}" d="M{where}"/>')

    def area(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        """What lies under a line."""
        first, last = points[0][0], points[-1][0]
        self.line([(first, 0), *points, (last, 0)], kind)

    def mark(self, x: float, text: str) -> None:
        """A vertical line with a word at its top."""
        place = self.x(x)
        right = place > _WIDTH * 0.7
        self.parts.append(
            f'<path class="mark-line" d="M{place:.1f} {_TOP}V{_HEIGHT - _BOTTOM}"/>'
            f'<text class="mark-text" x="{place + (-5 if right else 5):.1f}" y="{_TOP + 11}" '
            f'text-anchor="{"end" if right else "start"}">{esc(text)}</text>'
        )

    def note(self, x: float, y: float, text: str, kind: str) -> None:
        """A word beside a line, to its left."""
        self.parts.append(
            f'<text class="{kind}" x="{self.x(x) - 6:.1f}" y="{self.y(y) - 6:.1f}" '
            f'text-anchor="end">{esc(text)}</text>'
        )

    def svg(self) -> str:
        """The drawing."""
        return _svg(_WIDTH, _HEIGHT, self.said, [*self._frame(), *self.parts])

    def _frame(self) -> Iterator[str]:
        bottom = _HEIGHT - _BOTTOM
        for tick in self.up.ticks():
            y = self.y(tick)
            yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'
            yield f'<text x="{_LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{_figure(tick)}</text>'
        for tick in self.across.ticks():
            x = self.x(tick)
            yield f'<text x="{x:.1f}" y="{bottom + 17}" text-anchor="middle">{_figure(tick)}</text>'
        middle = (_LEFT + _WIDTH - _RIGHT) / 2
        yield (
            f'<text class="axis" x="{middle:.1f}" y="{_HEIGHT - 6}" text-anchor="middle">'
            f"{esc(self.across.label)}</text>"
        )
        yield (
            f'<text class="axis" transform="translate(13 {(bottom + _TOP) / 2:.1f}) rotate(-90)" '
            f'text-anchor="middle">{esc(self.up.label)}</text>'
        )


def bars(columns: Sequence[tuple[str, int, int]], label: str, said: str) -> str:
    """Columns, each with its name, how many in all, and how many of them failed."""
    top = max((number for _, number, _ in columns), default=0)
    plot = Plot(Axis(len(columns), ""), Axis(top, "sampled runs"), said)
    width = (_WIDTH - _LEFT - _RIGHT) / max(1, len(columns))
    parts = []
    for place, (name, number, failing) in enumerate(columns):
        left, room = _LEFT + place * width + width * 0.12, width * 0.76
        for kind, low, high in (("failing", 0, failing), ("fine", failing, number)):
            y, height = plot.y(high), plot.y(low) - plot.y(high)
            if high > low:
                parts.append(
                    f'<rect class="{kind}" x="{left:.1f}" y="{y:.1f}" width="{room:.1f}" '
                    f'height="{height:.1f}"/>'
                )
        parts.append(
            f'<text x="{left + room / 2:.1f}" y="{_HEIGHT - _BOTTOM + 17}" text-anchor="middle">'
            f"{esc(name)}</text>"
        )
    frame = [part for part in plot._frame() if f'y="{_HEIGHT - _BOTTOM + 17}"' not in part]
    axis = (
        f'<text class="axis" x="{(_LEFT + _WIDTH - _RIGHT) / 2:.1f}" y="{_HEIGHT - 6}" '
        f'text-anchor="middle">{esc(label)}</text>'
    )
    return _svg(_WIDTH, _HEIGHT, said, [*frame, *parts, axis])


def _svg(width: float, height: float, said: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{esc(said)}">{"".join(parts)}</svg>'
    )


def _figure(value: float) -> str:
    """A number on an axis: "1,500", "0.25", "20k"."""
    if value >= 10_000:
        return f"{value / 1_000:,.4g}k"
    return f"{value:,.0f}" if value == int(value) else f"{value:.4g}"
