"""Exit codes, fixed: programs depend on them."""

from __future__ import annotations

from typing import Final

from explorer.model.verdict import Verdict

NOTHING_FOUND: Final = 0  # or the property holds
FOUND: Final = 1
BAD_INPUT: Final = 2  # wrong usage, or something we cannot run
INCONCLUSIVE: Final = 3  # the budget ran out before the search was exhaustive
INTERRUPTED: Final = 130

_OF_VERDICT: Final = {"passed": NOTHING_FOUND, "failed": FOUND, "inconclusive": INCONCLUSIVE}


def of_verdict(verdict: Verdict) -> int:
    """The exit code of a search."""
    return _OF_VERDICT[verdict.verdict]
