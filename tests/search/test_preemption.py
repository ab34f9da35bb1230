"""Schedules that mostly keep running."""

from __future__ import annotations

import pytest

from explorer.engine.chooser import KeepRunning
from explorer.model.actor import new_actor
from explorer.model.operation import Operation
from explorer.objects import cell
from explorer.objects.cell import Cells
from explorer.search.playback import decisions
from explorer.search.preemption import BiasedPreemption, Skips
from explorer.search.replay import schedule_of
from explorer.worlds.virtual import VirtualWorld
from tests.search.bodies import case_of, counter, runner_of

RUNNER = runner_of(counter)
CASE = case_of(counter, processes=3, times=2)


def preemptions(world: VirtualWorld) -> int:
    return schedule_of(lambda chooser: RUNNER.run(CASE, chooser), world).preemptions


@pytest.mark.parametrize("skips", [(), (0,), (0, 0, 0, 0, 0, 0)])
def test_skipping_nobody_is_the_default_schedule(skips: tuple[int, ...]) -> None:
    default = decisions(RUNNER.run(CASE, KeepRunning()).log)
    assert decisions(RUNNER.run(CASE, Skips(skips)).log) == default


def test_each_skip_is_one_preemption_where_the_running_one_could_go_on() -> None:
    assert [preemptions(RUNNER.run(CASE, Skips(skips))) for skips in [(0,), (0, 1), (0, 2)]] == [
        0,
        1,
        1,
    ]


def test_skips_count_round_robin_so_the_number_of_enabled_actors_skips_nobody() -> None:
    three = decisions(RUNNER.run(CASE, Skips((0, 3))).log)
    assert three == decisions(RUNNER.run(CASE, KeepRunning()).log)
    one, two = (decisions(RUNNER.run(CASE, Skips((0, skip))).log) for skip in (1, 2))
    assert (one[1], two[1]) == ("Process-2", "Process-3")


def test_the_same_skips_make_the_same_run_again() -> None:
    chooser = Skips((0, 1, 0, 2))
    first, second = (decisions(RUNNER.run(CASE, chooser).log) for _ in range(2))
    assert first == second


def test_preempting_with_probability_zero_never_preempts() -> None:
    chooser = BiasedPreemption(5, quiet=0, busy=0)
    assert {preemptions(RUNNER.run(CASE, chooser)) for _ in range(20)} == {0}


def test_with_probability_one_no_process_goes_on_while_another_can() -> None:
    chooser = BiasedPreemption(5, quiet=1, busy=1)
    for _ in range(20):
        log = RUNNER.run(CASE, chooser).log
        writes = [actor.name for actor, operation, _ in log if operation.kind.name == "write"]
        assert writes[0] != writes[1]


def test_busy_places_are_left_more_often_than_quiet_ones() -> None:
    raced, quiet = Cells("Value#1", {None: 0}), Cells("Value#2", {None: 0})
    left = {}
    for name, mine in (("busy", raced), ("quiet", quiet)):
        running, other = new_actor(0, "Process-1", None), new_actor(1, "Process-2", None)
        running.pending = Operation(cell.WRITE, mine, value=1)
        other.pending = Operation(cell.READ, raced)
        running.ready = other.ready = True
        chooser = BiasedPreemption(1, quiet=0.05, busy=0.25)
        left[name] = sum(chooser.choose([running, other], running) is other for _ in range(1_000))
    assert 200 < left["busy"] < 300
    assert 20 < left["quiet"] < 80


def test_the_same_seed_makes_the_same_runs() -> None:
    def runs(seed: int) -> list[list[str]]:
        chooser = BiasedPreemption(seed)
        return [decisions(RUNNER.run(CASE, chooser).log) for _ in range(20)]

    assert runs(1) == runs(1)
    assert runs(1) != runs(2)
