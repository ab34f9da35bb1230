"""Which operations of which process lie under which lock."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis.strategies import SearchStrategy, sampled_from

from explorer.scenarios.placement import OF_AN_UPDATE, How, placements


def lock_placements(hows: Iterable[How] = OF_AN_UPDATE) -> SearchStrategy[str]:
    """Placements in which the first process locks in one of these ways, and all others in one.

    They are written as scenarios and case files take them ("all / none"), and shrink towards the
    same way for all, and that towards no lock at all.
    """
    return sampled_from(placements(hows))
