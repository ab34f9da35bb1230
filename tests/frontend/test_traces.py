"""The conflict table tells the truth about every primitive.

Runs that differ only in the order of operations which it says commute are one trace. So they must
have one outcome: everybody did the same and saw the same. And the search that rests on the table
must find every trace that brute force finds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from explorer.causality import trace_key
from tests.frontend.bodies import BODIES
from tests.oracle.brute import EverySchedule, by_force, by_search, outcome, runner

names = [body.__name__ for body in BODIES]


@pytest.mark.parametrize("body", BODIES, ids=names)
def test_what_commutes_by_the_table_commutes_in_fact(body: Callable[[Any], None]) -> None:
    run, chooser = runner(body), EverySchedule()
    outcomes: dict[bytes, Any] = {}
    for _ in range(30_000):
        world = run(chooser)
        found = outcome(world)
        assert outcomes.setdefault(trace_key(world.log), found) == found
        if not chooser.turn():
            return
    raise AssertionError("too many schedules")


@pytest.mark.parametrize("body", BODIES, ids=names)
def test_the_search_finds_the_traces_that_brute_force_finds(body: Callable[[Any], None]) -> None:
    by_force_, by_search_ = by_force(runner(body), 30_000), by_search(runner(body))
    assert set(by_search_.traces) == set(by_force_.traces)
    assert by_search_.deadlocks == by_force_.deadlocks
    assert by_search_.outcomes == by_force_.outcomes
