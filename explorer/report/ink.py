"""Styled text that is measured in terminal cells: what the drawings of a report are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text

#: Styles of lanes, in turn; red is kept for what went wrong.
LANES: Final = ("cyan", "magenta", "green", "blue")
BAD: Final = "bold red"
OLD: Final = "yellow"
QUIET: Final = "dim"
STRONG: Final = "bold"


def lane_style(number: int) -> str:
    """The colour of a lane."""
    return LANES[number % len(LANES)]


def fit(text: str, width: int) -> str:
    """The text in exactly `width` cells: padded, or cut off with an ellipsis."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1) + "…", width)


def wrap(text: str, width: int) -> Iterator[str]:
    """The words of a text on lines of at most `width` cells; a longer word is cut."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and cell_len(longer) > width:
            yield line
            longer = word
        line = longer if cell_len(longer) <= width else fit(longer, width).rstrip()
    if line:
        yield line


class Line:
    """One line, written from left to right by column."""

    def __init__(self) -> None:
        self.text = Text(no_wrap=True, overflow="ignore", end="")

    @property
    def width(self) -> int:
        """The cells written so far."""
        return self.text.cell_len

    def at(self, column: int, text: str, style: str = "") -> Line:
        """Write `text` at `column`; what is already further to the right stays before it."""
        self.text.append(" " * (column - self.width))
        self.text.append(text, style or None)
        return self

    def add(self, text: str, style: str = "") -> Line:
        """Write on."""
        self.text.append(text, style or None)
        return self
