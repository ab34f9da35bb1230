"""The scripts of tests/programs, run as they are, under many schedules."""

import random
from pathlib import Path

import pytest

from explorer.engine.chooser import KeepRunning
from explorer.errors import ExplorerError, NotSupported, Stuck
from explorer.frontend.install import installed
from explorer.frontend.loader import load
from explorer.model.actor import Actor
from explorer.model.case import Case
from explorer.worlds.execute import execute
from explorer.worlds.virtual import VirtualWorld
from explorer.worlds.watchdog import watched

FOLDER = Path(__file__).parents[1] / "programs"
RUNS = 50


class Random:
    """Whoever; differently for each seed."""

    every_step = False
    delay = None

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed).random

    def choose(self, ready: list[Actor], last: Actor) -> Actor:
        """One of `ready`."""
        return ready[int(self.random() * len(ready))]


def runs(script: str, count: int = RUNS) -> list[VirtualWorld]:
    program = load(str(FOLDER / script))
    with installed():
        worlds = [execute(program, Case(script), KeepRunning())]
        return worlds + [execute(program, Case(script), Random(seed)) for seed in range(count)]


def output(world: VirtualWorld) -> str:
    return "".join(world.runtime.output)


def outcomes(script: str) -> set[tuple[str, str]]:
    """(how it ended, the last line printed) of all runs."""
    return {
        (
            "blocked" if world.stranded else "failed" if world.processes[0].exitcode else "fine",
            (output(world).splitlines() or [""])[-1],
        )
        for world in runs(script)
    }


def test_ten_processes_without_a_lock_can_lose_updates() -> None:
    found = outcomes("ten_processes_dict.py")
    assert ("fine", "num = 0") in found
    assert len(found) > 1


def test_ten_processes_with_locks_of_their_own_can_lose_updates() -> None:
    assert len(outcomes("ten_processes_dict_own_lock.py")) > 1


def test_ten_processes_under_one_lock_lose_nothing() -> None:
    assert outcomes("ten_processes_dict_locked.py") == {("fine", "num = 0")}


def test_a_lock_taken_twice_blocks() -> None:
    assert outcomes("acquire_twice.py") == {("blocked", "acquired once")}


def test_a_daemon_is_cut_off_when_its_parent_ends() -> None:
    worlds = runs("daemon_cut_off.py")
    assert {world.now for world in worlds} == {3_000_000_000}
    assert {world.processes[1].exitcode for world in worlds} == {-15}
    assert not any("never" in output(world) for world in worlds)


def test_lines_printed_under_one_lock_stay_together() -> None:
    for world in runs("printing_under_lock.py"):
        names = [line.split(":")[0] for line in output(world).splitlines()]
        assert names == sorted(names, key=names.index)
        assert len(names) == 9


def test_a_fourth_put_into_a_queue_of_three_blocks() -> None:
    assert outcomes("queue_fourth_put.py") == {("blocked", "put 3")}


def test_a_get_with_a_timeout_gives_up_after_exactly_that() -> None:
    worlds = runs("queue_get_timeout.py")
    assert {world.now for world in worlds} == {2_000_000_000}
    assert {output(world) for world in worlds} == {"empty after 2.0 s\n"}


def test_a_producer_and_a_consumer_are_right() -> None:
    assert outcomes("producer_consumer.py") == {("fine", "done")}


def test_an_item_that_cannot_be_pickled_is_dropped() -> None:
    assert outcomes("unpicklable_item.py") == {("fine", "got a plain string")}


@pytest.mark.parametrize("script", ["reads_clock.py", "reads_urandom.py"])
def test_clock_and_urandom_are_part_of_the_case(script: str) -> None:
    program = load(str(FOLDER / script))
    assert len({output(execute(program, Case(script), KeepRunning())) for _ in range(3)}) == 1


REFUSALS: dict[str, tuple[type[ExplorerError], str]] = {
    "calls_input.py": (NotSupported, r"reads from stdin at .*calls_input\.py:11"),
    "opens_socket.py": (NotSupported, r"socket\.socket\(\) at .*opens_socket\.py:8"),
    "starts_subprocess.py": (NotSupported, r"subprocess\.Popen\(\) at .*starts_subprocess\.py:9"),
    "endless_loop.py": (Stuck, r"Process-1 has been running .*endless_loop\.py:\d+, in spin"),
    "endless_loop_main.py": (Stuck, r"MainProcess has been running .*endless_loop_main\.py:12"),
}


@pytest.mark.parametrize("script", REFUSALS)
def test_what_cannot_be_run_is_refused_with_its_line(script: str) -> None:
    error, message = REFUSALS[script]
    with watched(0.3), pytest.raises(error, match=message):
        runs(script, 0)
