"""The shared counter: only one lock over the whole update keeps every count."""

from __future__ import annotations

import pytest

from explorer.scenarios.placement import OF_AN_UPDATE, placements
from tests.scenarios.outcomes import outcomes

STORES = [
    "counter-manager-dict",
    "counter-value",
    "counter-raw",
    "counter-array",
    "counter-namespace",
]


@pytest.mark.parametrize("name", STORES)
def test_without_a_lock_an_update_can_be_lost(name: str) -> None:
    assert outcomes(name) == {1, 2}


@pytest.mark.parametrize("name", STORES)
def test_with_the_lock_over_the_whole_update_none_is_lost(name: str) -> None:
    assert outcomes(name, placement="all") == {2}


@pytest.mark.parametrize("placement", placements(OF_AN_UPDATE))
def test_every_placement_but_one_loses_updates(placement: str) -> None:
    assert outcomes("counter-raw", placement=placement) == ({2} if placement == "all" else {1, 2})


def test_the_lock_of_a_value_guards_its_accesses_even_from_those_who_do_not_take_it() -> None:
    """Whoever does not hold the lock can neither read nor write while another one does."""
    assert outcomes("counter-value", placement="all / read") == {1, 2}
    assert outcomes("counter-value", placement="all / none") == {1, 2}


def test_two_increments_each_can_leave_as_little_as_two() -> None:
    assert outcomes("counter-raw", increments=2) == {2, 3, 4}


def test_three_processes_can_lose_two_updates() -> None:
    assert outcomes("counter-raw", processes=3) == {1, 2, 3}


def test_a_file_can_lose_an_update_and_the_lock_keeps_it() -> None:
    assert "AssertionError" in outcomes("counter-file")
    assert "AssertionError" not in outcomes("counter-file", placement="all")


def test_two_lock_objects_for_one_balance_lose_a_deposit_or_a_withdrawal() -> None:
    assert outcomes("lock-two-objects") == {90, 100, 110}
    assert outcomes("lock-two-objects", locks="one for both") == {100}


def test_joining_each_process_before_the_next_starts_needs_no_lock() -> None:
    assert outcomes("join-instead-of-lock", processes=3) == {1, 2, 3}
    right = outcomes("join-instead-of-lock", processes=3, order="start, join, start, join")
    assert right == {3}
