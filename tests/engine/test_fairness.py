"""A long run: from half of its limit on everybody has a turn."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.engine.chooser import KeepRunning
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.actor import Actor
from explorer.model.case import Case
from explorer.worlds.execute import execute
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld

LIMIT = 1_000


class Youngest(KeepRunning):
    """Starves everybody but who was made last."""

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        return ready[-1]


def program(body: Any) -> FunctionProgram:
    return FunctionProgram("program", body, multiprocessing)


def run(body: Any, *, timed: bool = True) -> VirtualWorld:
    return execute(program(body), Case("program", timed=timed), Youngest(), limit=LIMIT)


def polls_until_told(mp: Any) -> None:
    told = mp.Event()

    def poll() -> None:
        while not told.is_set():
            pass

    child = mp.Process(target=poll)
    child.start()
    told.set()
    child.join()


def polls_until_somebody_has_slept(mp: Any) -> None:
    import time

    told = mp.Event()

    def tell() -> None:
        time.sleep(60)
        told.set()

    child = mp.Process(target=tell)
    child.start()
    while not told.is_set():
        pass
    child.join()


def give_way_to_each_other(mp: Any) -> None:
    flags = [mp.Value("i", 0, lock=False) for _ in range(2)]

    def polite(me: int) -> None:
        while flags[1 - me].value == 0:
            flags[me].value = 0

    children = [mp.Process(target=polite, args=(me,)) for me in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()


def counts_for_ever(mp: Any) -> None:
    cell = mp.Value("i", 0, lock=False)
    while True:
        cell.value += 1


def test_whom_a_loop_waits_for_gets_a_turn() -> None:
    world = run(polls_until_told)
    assert world.fair_from == LIMIT // 2
    assert not world.cut_off
    assert not world.stranded


@pytest.mark.parametrize("timed", [True, False])
def test_a_loop_that_polls_does_not_stop_the_clock_for_ever(timed: bool) -> None:
    world = run(polls_until_somebody_has_slept, timed=timed)
    assert not world.cut_off
    assert not world.stranded


@pytest.mark.parametrize("body", [give_way_to_each_other, counts_for_ever])
def test_what_does_not_end_although_everybody_gets_a_turn_is_a_livelock(body: Any) -> None:
    runner = Runner(program(body), limit=LIMIT)
    case = Case("program")
    world = runner.run(case, Youngest())
    assert world.cut_off
    assert len(world.log) == LIMIT
    assert runner.suspicious(case, world)
    symptoms = runner.diagnose(case, runner.again(case, world))
    assert [symptom.kind for symptom in symptoms] == ["livelock"]


def test_those_who_are_left_take_turns_of_one_operation() -> None:
    world = run(give_way_to_each_other)
    late = [actor.name for actor, _, _ in world.log[-100:]]
    assert late == ["Process-1", "Process-2"] * 50 or late == ["Process-2", "Process-1"] * 50


def test_a_long_run_can_be_made_again() -> None:
    runner = Runner(program(polls_until_told), limit=LIMIT)
    case = Case("program")
    world = runner.run(case, Youngest())
    length = len(world.log)
    assert len(runner.again(case, world).events) == length
