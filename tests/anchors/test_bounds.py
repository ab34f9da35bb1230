"""How many traces can be reached with few delays, or few preemptions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from explorer.causality import trace_key
from explorer.search.bounded import Cost, delays, preemptions, within
from tests.anchors import programs
from tests.oracle.brute import runner


def reached(body: Callable[..., None], bound: int, cost: Cost, **sizes: int) -> list[int]:
    """Traces reached within 0, 1, …, `bound`."""
    cheapest: dict[bytes, int] = {}
    for spent, world in within(runner(body, **sizes), bound, cost):
        key = trace_key(world.log)
        cheapest[key] = min(spent, cheapest.get(key, spent))
    return [sum(price <= level for price in cheapest.values()) for level in range(bound + 1)]


def test_delays_of_six_single_writers() -> None:
    assert reached(programs.single_writers, 4, delays, number=6) == [1, 6, 20, 49, 98]


@pytest.mark.slow
def test_more_delays_of_six_single_writers() -> None:
    found = reached(programs.single_writers, 6, delays, number=6)
    assert found == [1, 6, 20, 49, 98, 169, 259]


def test_delays_of_six_readers() -> None:
    assert reached(programs.readers, 3, delays, number=6) == [1, 2, 8, 23]


@pytest.mark.slow
def test_more_delays_of_six_readers() -> None:
    assert reached(programs.readers, 6, delays, number=6) == [1, 2, 8, 23, 43, 58, 64]


def test_delays_of_the_lost_update() -> None:
    found = reached(programs.lost_update, 6, delays, processes=3)
    assert found == [1, 5, 14, 24, 32, 35, 36]


def test_delays_of_crossed_locks() -> None:
    assert reached(programs.crossed_locks, 1, delays) == [1, 3]


def test_preemptions_of_the_lost_update() -> None:
    assert reached(programs.lost_update, 2, preemptions, processes=3) == [6, 24, 36]


def test_preemptions_of_crossed_locks() -> None:
    assert reached(programs.crossed_locks, 1, preemptions) == [2, 3]


def test_every_schedule_is_run_once() -> None:
    logs = [
        [(actor.name, repr(operation)) for actor, operation, _ in world.log]
        for _, world in within(runner(programs.lost_update, processes=2), 99, preemptions)
    ]
    assert len({tuple(log) for log in logs}) == len(logs) == 20  # 6 over 3: read, write, exit
