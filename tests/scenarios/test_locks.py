"""Locks taken twice, in different orders, or never given back."""

from __future__ import annotations

import pytest

from explorer.scenarios.placement import OF_TWO_LOCKS, How, placements
from tests.scenarios.outcomes import FINE, STUCK, outcomes


def test_taking_a_lock_twice_blocks_always() -> None:
    assert outcomes("lock-twice") == {STUCK}


def test_taking_it_once_or_an_rlock_twice_does_not() -> None:
    assert outcomes("lock-twice", placement="all") == {1}
    assert outcomes("lock-twice", lock="RLock") == {1}
    assert outcomes("lock-twice", lock="RLock", processes=2) == {2}


def test_one_process_that_takes_it_twice_stops_the_others() -> None:
    assert outcomes("lock-twice", processes=2, placement="all / twice") == {STUCK}


@pytest.mark.parametrize("placement", placements(OF_TWO_LOCKS))
def test_two_locks_block_only_if_taken_in_different_orders(placement: str) -> None:
    expected = {STUCK, 2} if "/" in placement else {2}
    assert outcomes("lock-order", placement=placement) == expected


@pytest.mark.parametrize("processes", [2, 3])
def test_philosophers_starve_unless_one_takes_his_forks_the_other_way_round(
    processes: int,
) -> None:
    assert outcomes("philosophers", processes=processes) == {STUCK, FINE}
    right = outcomes("philosophers", processes=processes, order="last one right first")
    assert right == {FINE}


@pytest.mark.parametrize("ending", ["returns", "raises"])
def test_a_lock_is_not_released_by_the_end_of_its_holder(ending: str) -> None:
    assert outcomes("lock-leaked", ending=ending) == {STUCK}
    assert outcomes("lock-leaked", ending=ending, placement="all") == {FINE}


@pytest.mark.parametrize("placement", placements((How.ALL, How.UNRELEASED)))
def test_one_process_that_does_not_release_is_enough(placement: str) -> None:
    """If it happens to come last, nobody is left to wait."""
    expected = {"all": {FINE}, "unreleased": {STUCK}}.get(placement, {FINE, STUCK})
    assert outcomes("lock-leaked", placement=placement) == expected


def test_a_process_killed_in_its_critical_section_leaves_the_lock_held() -> None:
    assert outcomes("lock-holder-killed") == {STUCK, FINE}
    assert outcomes("lock-holder-killed", stop="join") == {FINE}
