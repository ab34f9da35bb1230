"""How many processes a program has."""

from __future__ import annotations

from typing import Final

from hypothesis.strategies import SearchStrategy, integers

FEWEST: Final = 2
MOST: Final = 5


def process_counts(fewest: int = FEWEST, most: int = MOST) -> SearchStrategy[int]:
    """Numbers of processes; shrinks towards `fewest`."""
    return integers(fewest, most)
