"""The minimiser is tested by its answer: the same smallest case from every failing run."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explorer import hunting
from explorer.api import AFTERWARDS, Defects, Target, left_to_minimise, open_target
from explorer.engine.chooser import Chooser
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.hunting import Hunt
from explorer.minimize.encode import finding_of
from explorer.minimize.minimise import Budget, Minimiser
from explorer.model.case import Case
from explorer.model.verdict import Finding, Kind
from explorer.search.delays import MOST_EVENTS
from explorer.search.random_walk import RandomWalk
from explorer.search.replay import Replay
from explorer.worlds.runner import Runner

Body = Callable[[Any], None]


def target_of(body: Body) -> Target:
    """A function as something to explore."""
    return Target("program", FunctionProgram("program", body, multiprocessing))


def first_failure(target: Target, runner: Runner, chooser: Chooser) -> Finding:
    """What the first failing run under `chooser` shows, as it is."""
    case = Case("program")
    for _ in range(1_000):
        world = runner.run(case, chooser)
        if runner.suspicious(case, world):
            found = runner.diagnose(case, runner.again(case, world))
            if found:
                return finding_of(runner, case, world, found[0])
    raise AssertionError("nothing found")


def minimised(body: Body, seed: int) -> Finding:
    """The minimal case of the first thing that goes wrong."""
    target = target_of(body)
    runner = Runner(target.program)
    found = first_failure(target, runner, RandomWalk(seed))
    return Minimiser(runner, target.same).minimise(found)


def counter(mp: Any) -> None:
    """Five processes, two increments each."""
    cell = mp.Value("i", 0, lock=False)

    def work() -> None:
        for _ in range(2):
            cell.value += 1

    children = [mp.Process(target=work) for _ in range(5)]
    for child in children:
        child.start()
    for child in children:
        child.join()


def opposite_orders(mp: Any) -> None:
    """Two processes take two locks in opposite orders; a third one has nothing to do with it."""
    first, second, other = mp.Lock(), mp.Lock(), mp.Lock()

    def work(one: Any, two: Any) -> None:
        with one, two:
            pass

    def bystander() -> None:
        with other:
            pass

    children = [
        mp.Process(target=bystander),
        mp.Process(target=work, args=(first, second)),
        mp.Process(target=work, args=(second, first)),
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()


def philosophers(mp: Any) -> None:
    """Three forks, three processes."""
    forks = [mp.Lock() for _ in range(3)]

    def dine(seat: int) -> None:
        with forks[seat], forks[(seat + 1) % 3]:
            pass

    children = [mp.Process(target=dine, args=(seat,)) for seat in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()


def taken_twice(mp: Any) -> None:
    """One process takes a lock it already holds; another is fine."""
    lock = mp.Lock()

    def twice() -> None:
        lock.acquire()
        lock.acquire()

    child = mp.Process(target=twice)
    child.start()
    child.join()


@pytest.mark.parametrize("seed", range(10))
def test_a_lost_update_minimises_to_two_processes_and_one_preemption(seed: int) -> None:
    found = minimised(counter, seed)
    assert found.kind is Kind.LOST_UPDATE
    assert found.complexity.processes == 2
    assert found.complexity.preemptions == 1
    assert found.complexity.delays == 1
    assert found.case.absent == ("Process-3", "Process-4", "Process-5")
    assert found.minimal == "proven"


@pytest.mark.parametrize("body", [counter, opposite_orders, philosophers, taken_twice])
def test_the_answer_does_not_depend_on_the_run_it_began_with(body: Body) -> None:
    found = [minimised(body, seed) for seed in range(8)]
    assert len({(each.case.schedule, each.case.absent, each.trace) for each in found}) == 1


def test_a_deadlock_minimises_to_the_processes_of_its_cycle() -> None:
    found = minimised(opposite_orders, 1)
    assert (found.kind, found.case.absent) == (Kind.DEADLOCK, ("Process-1",))
    assert found.symptom.cycle == ("Process-2", "Process-3")
    assert (found.complexity.operations, found.complexity.preemptions) == (2, 1)


def test_round_the_table_backwards_one_preemption_is_enough() -> None:
    found = minimised(philosophers, 3)
    assert (found.complexity.processes, found.complexity.operations) == (3, 3)
    assert found.complexity.preemptions == 1
    assert found.minimal == "proven"


def test_a_self_deadlock_needs_one_process_and_no_preemption() -> None:
    found = minimised(taken_twice, 0)
    assert (found.complexity.processes, found.complexity.preemptions) == (1, 0)


def test_the_minimal_case_replays_to_the_same_trace() -> None:
    target = target_of(counter)
    found = minimised(counter, 2)
    runner = Runner(target.program)
    assert runner.record(found.case, Replay(found.case.schedule)) == found.trace


def test_a_finding_that_every_schedule_shows_is_not_blamed_on_a_missing_process() -> None:
    def one_sentinel_missing(mp: Any) -> None:
        gate = mp.Lock()
        gate.acquire()

        def waits() -> None:
            gate.acquire()

        def opens() -> None:
            gate.release()

        children = [mp.Process(target=waits), mp.Process(target=waits), mp.Process(target=opens)]
        for child in children:
            child.start()
        for child in children:
            child.join()

    found = minimised(one_sentinel_missing, 0)
    assert "Process-3" not in found.case.absent


def test_a_budget_that_runs_out_says_how_much_was_tried() -> None:
    target = target_of(counter)
    runner = Runner(target.program)
    found = first_failure(target, runner, RandomWalk(0))
    small = Minimiser(runner, target.same, budget=Budget(executions=3, per_program=3))
    assert small.minimise(found).minimal == "up to 3 smaller schedules tried"


@pytest.mark.parametrize("budget", [Budget(events=1), Budget(until=0.0)])
def test_a_budget_counts_events_and_the_time_if_there_is_a_limit(budget: Budget) -> None:
    target = target_of(counter)
    runner = Runner(target.program)
    found = first_failure(target, runner, RandomWalk(0))
    small = Minimiser(runner, target.same, budget=budget).minimise(found)
    assert small.minimal.startswith("up to ")
    assert target.same(small.symptom, found.symptom)


def test_how_often_a_long_run_is_tried_with_other_delays_is_limited() -> None:
    def body(mp: Any) -> None:
        cell = mp.Value("i", 0, lock=False)

        def work() -> None:
            for _ in range(400):
                cell.value += 1

        children = [mp.Process(target=work) for _ in range(2)]
        for child in children:
            child.start()
        for child in children:
            child.join()

    target = target_of(body)
    runner = Runner(target.program)
    found = first_failure(target, runner, RandomWalk(0))
    length = len(found.trace.events)
    assert length > 1_600
    assert runner.executions < 20 + 2 * MOST_EVENTS / length


@pytest.mark.parametrize(
    ("seconds", "used", "left"),
    [(None, 9.0, None), (10.0, 4.0, 6.0), (10.0, 10.5, AFTERWARDS), (1.0, 1.0, 1.0)],
)
def test_minimising_gets_what_the_search_left_and_a_little(
    seconds: float | None, used: float, left: float | None
) -> None:
    assert left_to_minimise(seconds, used) == left


def test_of_several_findings_of_one_defect_one_is_left() -> None:
    target = target_of(counter)
    runner = Runner(target.program)
    defects = Defects(target, runner)
    for seed in range(4):
        defects.add(first_failure(target, runner, RandomWalk(seed)))
    assert len(defects.minimise()) == 1


RANDOM = """
import random
from multiprocessing import Process, Value

def work(value):
    for _ in range(random.randint(1, 3)):
        value.value += 1

value = Value("i", 0)
workers = [Process(target=work, args=(value,)) for _ in range({workers})]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
if {also}:
    raise ValueError
"""


def hunted(path: Path, seed: int) -> list[Finding]:
    """What a short hunt finds; it draws the seeds of the program's own `random`."""
    hunt = Hunt(open_target(str(path)), hunting.Budget(5), seed=seed)
    return list(hunt.run().findings)


def test_the_seed_of_the_program_itself_is_the_simplest_that_shows_it(tmp_path: Path) -> None:
    script = tmp_path / "random_counter.py"
    script.write_text(RANDOM.format(workers=3, also="False"))
    assert {found.case.seed for seed in range(3) for found in hunted(script, seed)} == {0}


def test_a_seed_that_alone_shows_it_is_kept(tmp_path: Path) -> None:
    script = tmp_path / "seldom.py"
    drawn = random.Random("0 MainProcess").random()
    script.write_text(RANDOM.format(workers=0, also=f"random.random() != {drawn!r}"))
    (found,) = hunted(script, 0)
    assert found.kind is Kind.EXCEPTION
    assert found.case.seed != 0


def checks_a_sum(mp: Any) -> None:
    """Two children that add by halves; main notices when a half is missing."""
    cells = [mp.Value("i", 0, lock=False) for _ in range(3)]

    def work() -> None:
        if cells[0].value == 0:
            cells[0].value = 1
            cells[1].value += 1

    children = [mp.Process(target=work), mp.Process(target=work), mp.Process(target=print)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    cells[2].value = 5
    assert cells[1].value == 1


def test_the_processes_of_an_assertion_are_those_whose_doings_led_to_it() -> None:
    found = minimised(checks_a_sum, 0)
    assert (found.kind, found.symptom.processes) == (Kind.ASSERTION, ("MainProcess",))
    assert (found.complexity.processes, found.complexity.preemptions) == (2, 1)


def test_alone_the_main_process_counts() -> None:
    def fails(mp: Any) -> None:
        mp.Value("i", 0).value = 1
        raise ValueError

    found = minimised(fails, 0)
    assert (found.kind, found.complexity.processes) == (Kind.EXCEPTION, 1)
