"""`fix` on the built-in scenarios: the table holds what brute force says."""

from __future__ import annotations

from functools import cache

import pytest

from explorer.api import failing_scenarios, open_target
from explorer.fixing.repair import Repairing
from explorer.fixing.scenario import choices, is_about_locks
from explorer.model.placement import Repair
from explorer.scenarios import find
from explorer.scenarios.placement import OF_AN_UPDATE, placements
from tests.scenarios.outcomes import STUCK, outcomes


@cache
def repaired(name: str) -> Repair:
    return Repairing(open_target(name)).run()


@pytest.mark.parametrize("name", ["counter-raw", "counter-value", "counter-manager-dict"])
def test_only_the_lock_over_the_whole_update_in_every_process_is_safe(name: str) -> None:
    """Which placements lose updates, tests/scenarios/test_counters.py knows from brute force."""
    repair = repaired(name)
    assert {each.how for each in repair.placements} == set(placements(OF_AN_UPDATE))
    assert [each.how for each in repair.placements if each.safe] == ["all"]
    assert {each.verdict for each in repair.placements} == {"passed", "failed"}


def test_two_locks_are_safe_exactly_in_the_orders_in_which_brute_force_meets_no_deadlock() -> None:
    for each in repaired("lock-order").placements:
        met = outcomes("lock-order", placement=each.how)
        assert each.safe is (STUCK not in met), (each.how, met)


@pytest.mark.parametrize("name", failing_scenarios())
def test_every_scenario_that_fails_has_a_choice_that_is_verified(name: str) -> None:
    repair = repaired(name)
    assert (repair.verdict.verdict, repair.placements[0].safe) == ("failed", False)
    assert repair.placements[0].diff == ""
    best = repair.best
    assert best is not None
    assert best.coverage.exhaustive
    assert best.diff.startswith(f"--- a/{name.replace('-', '_')}.py\n")
    fixed = dict(find(name).right)
    safe = [dict(each.parameters) for each in repair.placements if each.safe]
    assert any(fixed.items() <= each.items() for each in safe)


def test_the_scenario_as_it_is_comes_first_and_no_choice_twice() -> None:
    found = list(choices(find("lock-twice")))
    assert found[0] == {"lock": "Lock", "placement": "twice"}
    assert len({tuple(each.items()) for each in found}) == len(found) == 2 * 4


def test_the_smallest_placement_of_a_counter_is_the_lock_over_read_and_write() -> None:
    best = repaired("counter-manager-dict").best
    assert best is not None
    assert best.how == "all"


def test_concurrency_is_that_of_the_default_run() -> None:
    """Two processes, a read and a write each; a lock takes no time, but keeps others out."""
    found = {each.how: each.concurrency for each in repaired("counter-raw").placements}
    shown = {
        how: (c.locked, c.longest, c.work, c.span)
        for how, c in found.items()
        if c is not None and how in ("none", "read", "each", "own", "all")
    }
    assert shown == {
        "none": (0, 0, 4, 2),
        "read": (2, 1, 4, 3),
        "each": (4, 1, 4, 4),
        "own": (4, 2, 4, 2),
        "all": (4, 2, 4, 4),
    }


def test_a_run_that_never_ends_has_no_concurrency() -> None:
    assert repaired("lock-twice").placements[0].concurrency is None


@pytest.mark.parametrize(("name", "about"), [("lock-order", True), ("queue-sentinel", False)])
def test_what_no_lock_makes_safe_is_said_to_be_so(name: str, about: bool) -> None:
    assert is_about_locks(find(name)) is about
    assert (repaired(name).advice == "") is about
