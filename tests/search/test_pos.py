"""Partial order sampling: priorities belong to events, and who lost a race draws again."""

from __future__ import annotations

from collections import Counter

from explorer.model.actor import Actor, new_actor
from explorer.model.operation import Operation
from explorer.objects import cell
from explorer.objects.cell import Cells
from explorer.search.playback import decisions
from explorer.search.pos import POS
from tests.search.bodies import case_of, counter, crossed_locks, runner_of
from tests.search.test_random_walk import final

RUNNER = runner_of(counter)


def actors_at(*operations: Operation) -> list[Actor]:
    found = []
    for index, operation in enumerate(operations):
        actor = new_actor(index, f"Process-{index + 1}", None)
        actor.pending = operation
        actor.ready = True
        found.append(actor)
    return found


def scripted(*draws: float) -> POS:
    chooser = POS(0)
    chooser.random = iter(draws).__next__
    return chooser


def test_the_highest_priority_goes_next() -> None:
    value = Cells("Value#1", {None: 0})
    ready = actors_at(*[Operation(cell.READ, value)] * 3)
    assert scripted(0.1, 0.9, 0.5).choose(ready, ready[0]).name == "Process-2"


def test_who_lost_a_race_draws_again_and_who_was_in_none_keeps_its_priority() -> None:
    raced, quiet = Cells("Value#1", {None: 0}), Cells("Value#2", {None: 0})
    write = Operation(cell.WRITE, raced, value=1)
    ready = actors_at(write, Operation(cell.READ, raced), Operation(cell.READ, quiet))
    chooser = scripted(0.9, 0.2, 0.3, 0.1, 0.4)
    log: list[tuple[Actor, Operation, object]] = []
    chooser.begin(log)
    assert chooser.choose(ready, ready[0]).name == "Process-1"
    log.append((ready[0], write, None))
    ready[0].pending = Operation(cell.READ, quiet)
    assert chooser.choose(ready, ready[0]).name == "Process-2"
    assert chooser.priority == {0: 0.1, 1: 0.4, 2: 0.3}


def test_readers_do_not_race_with_each_other() -> None:
    value = Cells("Value#1", {None: 0})
    read = Operation(cell.READ, value)
    ready = actors_at(read, read, read)
    chooser = scripted(0.9, 0.2, 0.3, 0.1)
    log: list[tuple[Actor, Operation, object]] = []
    chooser.begin(log)
    chooser.choose(ready, ready[0])
    log.append((ready[0], read, 0))
    chooser.choose(ready, ready[0])
    assert chooser.priority == {0: 0.1, 1: 0.2, 2: 0.3}


def test_it_finds_a_lost_update_and_crossed_locks() -> None:
    chooser = POS(0)
    ends = Counter(final(RUNNER.run(case_of(counter), chooser).log) for _ in range(100))
    assert sorted(ends, key=repr) == [1, 2]
    runner, case = runner_of(crossed_locks), case_of(crossed_locks)
    assert any(runner.run(case, chooser).stranded for _ in range(50))


def test_the_same_seed_makes_the_same_runs() -> None:
    def runs(seed: int) -> list[list[str]]:
        chooser = POS(seed)
        return [decisions(RUNNER.run(case_of(counter), chooser).log) for _ in range(20)]

    assert runs(1) == runs(1)
    assert runs(1) != runs(2)
