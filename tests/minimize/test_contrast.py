from __future__ import annotations

from typing import Any

from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.minimize.contrast import contrast
from explorer.model.case import Case
from explorer.model.schedule import Delay, Place, Schedule
from explorer.search.replay import Replay
from explorer.worlds.execute import session
from explorer.worlds.runner import Runner
from tests.report.html import stories


def test_the_last_decision_that_could_still_save_a_lost_update_is_named() -> None:
    found = stories.lost_update().contrast
    assert found is not None
    assert (found.step, found.fails, found.passes) == (3, "Process-2", "Process-1")
    assert dict(found.trace.final)["Value#1"] == "2"


def test_the_last_of_five_philosophers_decides() -> None:
    found = stories.philosophers().contrast
    assert found is not None
    assert (found.step, found.fails) == (9, "Process-5")
    assert found.trace.end == "finished"


def test_both_runs_are_the_same_up_to_there() -> None:
    story = stories.philosophers()
    found = story.contrast
    assert found is not None
    same = [event.actor for event in story.finding.trace.events[: found.step]]
    assert [event.actor for event in found.trace.events[: found.step]] == same


def test_a_program_that_always_fails_has_no_passing_run() -> None:
    assert stories.bounded_queue().contrast is None


def test_where_a_delay_decides_it_is_left_out() -> None:
    def slow(mp: Any) -> None:
        number = mp.Value("i", 0)
        child = mp.Process(target=stories.add, args=(number,))
        child.start()
        seen = number.value
        assert seen == 0

    program = FunctionProgram("slow", slow, multiprocessing)
    delay = Delay(Place("MainProcess", "read", "Value#1"), 5)
    case = Case("slow", schedule=Schedule(delays=(delay,)))
    runner = Runner(program)
    with session(program):
        trace = runner.record(case, Replay(case.schedule))
        assert runner.diagnose(case, trace)
        found = contrast(runner, case, trace)
    assert found is not None
    assert found.without == "the delay of MainProcess before read Value#1"
