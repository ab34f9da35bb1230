"""Random priorities that change at a few moments find bugs of that depth as often as promised."""

from __future__ import annotations

import pytest

from explorer.search.pct import PCT
from explorer.search.playback import decisions
from tests.search.bodies import case_of, counter, crossed_locks, runner_of
from tests.search.test_random_walk import final

RUNNER = runner_of(counter)


def test_without_changes_of_priority_every_process_runs_to_its_end() -> None:
    chooser = PCT(1, depth=1)
    case = case_of(counter, processes=3)
    assert {final(RUNNER.run(case, chooser).log) for _ in range(100)} == {3}


def test_without_changes_of_priority_every_order_of_processes_comes_up() -> None:
    chooser = PCT(1, depth=1)
    case = case_of(counter, processes=3)
    orders = set()
    for _ in range(200):
        log = RUNNER.run(case, chooser).log
        orders.add(tuple(a.name for a, operation, _ in log if operation.kind.name == "write"))
    assert len(orders) == 6


@pytest.mark.parametrize("seed", range(3))
def test_a_lost_update_of_two_processes_shows_as_often_as_the_paper_promises(seed: int) -> None:
    chooser = PCT(seed, depth=2)
    case = case_of(counter)
    runs = 1_000
    lost = sum(final(RUNNER.run(case, chooser).log) == 1 for _ in range(runs))
    actors, length = 3, 6  # read, write and exit of two processes
    assert lost / runs >= 1 / (actors * length)


def test_change_points_lie_within_the_run_before() -> None:
    chooser = PCT(0, depth=5, length=10_000)
    case = case_of(counter)
    for _ in range(20):
        RUNNER.run(case, chooser)
        assert 0 < chooser.decision < 10
        chooser.begin([])
        assert max(chooser.changes) < 10
        chooser.begin([])


def test_it_finds_crossed_locks() -> None:
    runner, case, chooser = runner_of(crossed_locks), case_of(crossed_locks), PCT(0)
    assert any(runner.run(case, chooser).stranded for _ in range(50))


def test_the_same_seed_makes_the_same_runs() -> None:
    def runs(seed: int) -> list[list[str]]:
        chooser = PCT(seed)
        return [decisions(RUNNER.run(case_of(counter), chooser).log) for _ in range(20)]

    assert runs(1) == runs(1)
    assert runs(1) != runs(2)
