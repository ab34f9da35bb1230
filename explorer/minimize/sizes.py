"""Smaller programs: fewer processes and smaller parameters, smallest first.

In a scenario process counts and sizes are parameters. In a script, processes can be left out: one
that is left out is started but ends at once, having done nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from explorer.model.case import Case

#: Smaller assignments of a scenario's parameters, simplest first, ending with the given one.
Shrinker = Callable[[Mapping[str, Any]], Iterable[Mapping[str, Any]]]


def smaller_programs(
    case: Case, children: Sequence[str], shrink: Shrinker | None
) -> Iterator[Case]:
    """The programs to try, smallest first; the last is the case's own.

    Args:
        children: the processes that the failing run started, in order.
        shrink: a scenario's parameters; None for a script, whose processes are left out instead.
    """
    if shrink is not None:
        for parameters in shrink(case.parameters):
            yield replace(case, parameters=dict(parameters), absent=())
        return
    roots = [name for name in children if ":" not in name]
    for size in range(len(roots)):
        for kept in combinations(roots, size):
            yield replace(case, absent=tuple(name for name in roots if name not in kept))
    yield replace(case, absent=())
