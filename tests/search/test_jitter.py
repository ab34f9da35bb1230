"""Delays bring orders about, and the same delays the same order."""

from __future__ import annotations

from explorer.engine.chooser import KeepRunning
from explorer.search.jitter import DelayList, RandomJitter, scramble
from explorer.search.playback import Playback, decisions
from tests.search.bodies import case_of, counter, runner_of
from tests.search.test_random_walk import final

RUNNER = runner_of(counter)
CASE = case_of(counter)


def test_a_delay_before_the_write_loses_the_update() -> None:
    assert final(RUNNER.run(CASE, DelayList([(1, 2, 1)])).log) == 1


def test_no_delays_are_the_default_schedule() -> None:
    default = decisions(RUNNER.run(CASE, KeepRunning()).log)
    assert decisions(RUNNER.run(CASE, DelayList([])).log) == default


def test_delays_of_other_processes_and_operations_are_told_apart() -> None:
    """Whoever sleeps before its read comes second; the longer sleep comes last."""
    first = decisions(RUNNER.run(CASE, DelayList([(1, 1, 1)])).log)
    assert first[:2] == ["Process-2", "Process-2"]
    both = decisions(RUNNER.run(CASE, DelayList([(1, 1, 1), (2, 1, 2)])).log)
    assert both[:2] == ["Process-1", "Process-1"]


def test_time_passes_only_as_long_as_the_longest_sleep() -> None:
    world = RUNNER.run(CASE, DelayList([(1, 1, 3), (2, 1, 2)]))
    assert world.now == 3_000_000


def test_jitter_is_the_same_in_every_run_under_the_same_chooser() -> None:
    chooser = RandomJitter(3, share=0.5)
    first, second = (RUNNER.run(CASE, chooser) for _ in range(2))
    assert decisions(first.log) == decisions(second.log)
    assert first.now == second.now > 0


def test_a_run_with_jitter_can_be_played_again_from_its_decisions() -> None:
    for seed in range(20):
        made = RUNNER.run(CASE, RandomJitter(seed, share=0.5))
        again = RUNNER.run(CASE, Playback(decisions(made.log), made.delay))
        assert decisions(again.log) == decisions(made.log)
        assert again.now == made.now


def test_a_share_of_zero_never_sleeps_and_of_one_always() -> None:
    assert {RUNNER.run(CASE, RandomJitter(seed, share=0)).now for seed in range(20)} == {0}
    assert all(RUNNER.run(CASE, RandomJitter(seed, share=1)).now for seed in range(20))


def test_other_seeds_give_other_delays() -> None:
    ends = {final(RUNNER.run(CASE, RandomJitter(seed, share=0.5)).log) for seed in range(50)}
    assert ends == {1, 2}


def test_scrambled_numbers_are_spread_evenly() -> None:
    counts = [0] * 16
    for first in range(40):
        for second in range(40):
            counts[scramble(first, second) % 16] += 1
    assert min(counts) > 60
    assert max(counts) < 140
