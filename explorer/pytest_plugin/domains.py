"""Values that a test's parameters are drawn from: finite, simplest first.

A minimal case names the smallest value that fails, so the values must be known and in order; a
strategy is taken if it says them (a range of integers, a choice), and refused otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from explorer.errors import UsageError
from explorer.scenarios.base import Parameter

#: Beyond this, a minimiser that tries them in order would not come to an end.
MOST: Final = 1_000
_SCALARS: Final = (bool, int, float, str, type(None))


def parameter(name: str, given: Any) -> Parameter:
    """The parameter `name`, with the values of a list, a range or a Hypothesis strategy.

    Raises:
        UsageError: they are not finite, too many, or cannot be written to a case file.
    """
    values = _values(name, given)
    if not values or len(values) > MOST:
        raise UsageError(f"races: {name} has {len(values)} values; 1 to {MOST:,} can be tried.")
    odd = [value for value in values if not isinstance(value, _SCALARS)]
    if odd:
        raise UsageError(
            f"races: {name} can be {odd[0]!r}, which a case file cannot hold. Draw numbers, "
            "texts, True, False or None, and make the rest of them in the test."
        )
    return Parameter(name, values)


def _values(name: str, given: Any) -> tuple[Any, ...]:
    if hasattr(given, "example") and hasattr(given, "validate"):
        found = _of_strategy(given)
        if found is None:
            raise UsageError(
                f"races: the values of {name} = {given!r} cannot be listed. Use integers(a, b), "
                "sampled_from(…), booleans(), just(…), process_counts(), lock_placements(), or a "
                "list of the values, simplest first."
            )
        return found
    if isinstance(given, Iterable) and not isinstance(given, str | bytes):
        return tuple(given)
    raise UsageError(
        f"races: {name} = {given!r} is no option of races, so it must be a parameter of the test: "
        "give its values as a list, a range or a Hypothesis strategy."
    )


def _of_strategy(strategy: Any) -> tuple[Any, ...] | None:
    """What a strategy draws from, in the order in which it shrinks; None if it does not tell."""
    strategy = getattr(strategy, "wrapped_strategy", strategy)
    start, end = getattr(strategy, "start", None), getattr(strategy, "end", None)
    if isinstance(start, int) and isinstance(end, int):
        if end - start >= MOST:
            return tuple(range(MOST + 1))
        return tuple(sorted(range(start, end + 1), key=lambda value: (abs(value), value < 0)))
    if type(strategy).__name__ == "BooleansStrategy":
        return (False, True)
    elements = getattr(strategy, "elements", None)
    if isinstance(elements, list | tuple) and not getattr(strategy, "_transformations", ()):
        return tuple(elements)
    return None
