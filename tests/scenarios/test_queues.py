"""Queues: sentinels, room, feeders, and counting what is done."""

from __future__ import annotations

import pytest

from tests.scenarios.outcomes import FINE, STUCK, outcomes


@pytest.mark.parametrize("consumers", [1, 2])
def test_without_a_sentinel_consumers_wait_for_ever(consumers: int) -> None:
    assert outcomes("queue-sentinel", consumers=consumers) == {STUCK}


def test_one_sentinel_is_enough_for_one_consumer_and_not_for_two() -> None:
    assert outcomes("queue-sentinel", sentinel="one for all") == {FINE}
    assert outcomes("queue-sentinel", sentinel="one for all", consumers=2) == {STUCK}


@pytest.mark.parametrize("consumers", [1, 2])
def test_one_sentinel_each_lets_all_of_them_end(consumers: int) -> None:
    assert outcomes("queue-sentinel", sentinel="one each", consumers=consumers) == {FINE}


@pytest.mark.parametrize("capacity", [0, 1])
def test_items_and_bounds_change_nothing_about_that(capacity: int) -> None:
    assert outcomes("queue-sentinel", items=1, capacity=capacity) == {STUCK}
    right = outcomes("queue-sentinel", items=1, capacity=capacity, sentinel="one each")
    assert right == {FINE}


def test_getting_without_waiting_right_after_put_may_find_nothing() -> None:
    assert outcomes("queue-empty") == {"Empty", FINE}
    assert outcomes("queue-empty", wait="for ever") == {FINE}


def test_waiting_two_seconds_is_enough_on_the_clock_and_not_if_time_is_unknown() -> None:
    assert outcomes("queue-empty", wait="two seconds") == {FINE}
    assert outcomes("queue-empty", wait="two seconds", timed=False) == {"Empty", FINE}


def test_putting_without_waiting_may_find_no_room() -> None:
    assert "Full" in outcomes("queue-full")
    assert outcomes("queue-full", wait="for ever") == {FINE}


def test_a_child_with_a_big_item_does_not_end_before_it_is_taken() -> None:
    assert outcomes("queue-join-before-drain") == {STUCK}
    assert outcomes("queue-join-before-drain", order="get, join") == {FINE}


def test_a_small_item_fits_into_the_pipe() -> None:
    assert outcomes("queue-join-before-drain", size=1) == {FINE}


@pytest.mark.parametrize("items", [1, 2])
def test_a_forgotten_task_done_keeps_join_waiting(items: int) -> None:
    for done in ("all but once", "never"):
        assert outcomes("queue-task-done", items=items, done=done) == {STUCK}
    assert outcomes("queue-task-done", items=items, done="always") == {FINE}
