"""The loop: who can go on, when time moves, how a run ends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.engine.chooser import KeepRunning
from explorer.engine.clock import nanoseconds
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.actor import Actor
from explorer.model.case import Case
from explorer.search.random_walk import RandomWalk
from explorer.worlds.execute import execute
from explorer.worlds.recorder import Recorder, trace_of
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld


def run(body: Any, chooser: Any = None, *, limit: int = 1_000, timed: bool = True) -> VirtualWorld:
    """One run of a function."""
    program = FunctionProgram("program", body, multiprocessing)
    return execute(program, Case("program", timed=timed), chooser or KeepRunning(), limit=limit)


def two_counters(mp: Any) -> None:
    """Two processes increment a counter under a lock, and another without."""
    lock = mp.Lock()
    guarded, bare = mp.Value("i", 0, lock=False), mp.Value("i", 0, lock=False)

    def work() -> None:
        with lock:
            guarded.value += 1
        bare.value += 1

    children = [mp.Process(target=work) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()


@given(st.integers(0, 2**32))
def test_the_same_case_run_twice_gives_identical_traces(seed: int) -> None:
    runner = Runner(FunctionProgram("program", two_counters, multiprocessing))
    first, second = (runner.record(Case("program"), RandomWalk(seed)) for _ in range(2))
    assert repr(first) == repr(second)


class Watching(KeepRunning):
    """Checks the ready list at every decision."""

    every_step = True

    def __init__(self) -> None:
        self.walk = RandomWalk(3)

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """Any, after looking."""
        assert [actor.index for actor in ready] == sorted({actor.index for actor in ready})
        for actor in ready:
            operation = actor.pending
            assert operation is not None
            assert actor.ready
            is_ready = operation.kind.ready
            assert is_ready is None or is_ready(operation.object, actor, operation)
        return self.walk.choose(ready, last)


def test_the_ready_list_holds_exactly_who_can_go_on_in_order_of_creation() -> None:
    chooser = Watching()
    for _ in range(50):
        run(two_counters, chooser)


def test_a_run_is_over_when_everybody_has_ended() -> None:
    world = run(two_counters)
    assert not world.stranded
    assert [process.exitcode for process in world.processes] == [0, 0, 0]


def test_whoever_waits_for_ever_is_stranded() -> None:
    def takes_twice(mp: Any) -> None:
        lock = mp.Lock()
        lock.acquire()
        lock.acquire()

    world = run(takes_twice)
    assert [actor.name for actor in world.stranded] == ["MainProcess"]


def test_a_timed_wait_ends_exactly_when_its_time_is_over() -> None:
    answers = []

    def waits(mp: Any) -> None:
        lock = mp.Lock()
        lock.acquire()
        answers.append(lock.acquire(timeout=2.5))

    assert run(waits).now == nanoseconds(2.5)
    assert answers == [False]


def test_time_does_not_move_while_anybody_can_go_on() -> None:
    def one_waits_and_one_works(mp: Any) -> None:
        lock, cell = mp.Lock(), mp.Value("i", 0, lock=False)
        lock.acquire()

        def work() -> None:
            for _ in range(20):
                cell.value += 1
            lock.release()

        child = mp.Process(target=work)
        child.start()
        assert lock.acquire(timeout=0.001)
        child.join()

    for seed in range(20):
        world = run(one_waits_and_one_works, RandomWalk(seed))
        assert world.processes[0].error is None
        assert world.now == 0


def test_where_time_is_unknown_a_timed_wait_may_end_at_once_or_succeed() -> None:
    answers = set()

    def waits(mp: Any) -> None:
        lock = mp.Lock()
        lock.acquire()
        child = mp.Process(target=lock.release)
        child.start()
        answers.add(lock.acquire(timeout=60))
        child.join()

    for seed in range(20):
        run(waits, RandomWalk(seed), timed=False)
    assert answers == {True, False}


def test_a_run_that_does_not_come_to_an_end_is_cut_off() -> None:
    def spins(mp: Any) -> None:
        cell = mp.Value("i", 0, lock=False)
        while cell.value == 0:
            pass

    world = run(spins, limit=100)
    assert world.cut_off
    assert len(world.log) == 100


def test_a_chooser_that_returns_none_abandons_the_run_and_unwinds_it() -> None:
    class GivesUp(KeepRunning):
        every_step = True

        def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
            return None

    assert run(two_counters, GivesUp()).abandoned
    assert not run(two_counters).abandoned


def test_a_program_that_swallows_everything_is_left_for_dead_and_the_next_run_is_fine() -> None:
    def stubborn(mp: Any) -> None:
        lock = mp.Lock()
        lock.acquire()
        while True:
            try:
                lock.acquire()
            except BaseException:  # as bad programs do
                continue

    assert run(stubborn).stranded
    assert not run(two_counters).stranded


def test_a_terminated_process_dies_between_any_two_of_its_operations() -> None:
    left = set()

    def terminates(mp: Any) -> None:
        cell = mp.Value("i", 0, lock=False)

        def work() -> None:
            for value in (1, 2, 3):
                cell.value = value

        child = mp.Process(target=work)
        child.start()
        child.terminate()
        child.join()
        left.add((cell.value, child.exitcode))

    for seed in range(200):
        run(terminates, RandomWalk(seed))
    assert left == {(0, -15), (1, -15), (2, -15), (3, -15), (3, 0)}


def test_a_process_killed_while_it_holds_a_lock_leaves_it_held() -> None:
    answers = set()

    def kills(mp: Any) -> None:
        lock = mp.Lock()

        def work() -> None:
            with lock:
                lock.locked = True

        child = mp.Process(target=work)
        child.start()
        child.kill()
        child.join()
        answers.add(lock.acquire(block=False))

    for seed in range(100):
        run(kills, RandomWalk(seed))
    assert answers == {True, False}


def test_a_recorded_trace_has_the_enabled_set_at_each_step() -> None:
    program = FunctionProgram("program", two_counters, multiprocessing)
    recorder = Recorder(program.is_user_code)
    world = execute(program, Case("program"), RandomWalk(5), recorder=recorder)
    for event in trace_of(world, recorder).events:
        assert event.actor in event.enabled or event.operation == "join"


class Broken(KeepRunning):
    """A chooser with a defect, which shows when it is asked for the n-th time."""

    every_step = True

    def __init__(self, number: int) -> None:
        self.left = number

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """The default, until it breaks."""
        self.left -= 1
        if not self.left:
            raise LookupError("a defect of ours")
        return super().choose(ready, last)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_a_defect_of_ours_ends_the_run_and_is_never_seen_by_the_program(number: int) -> None:
    seen: list[BaseException] = []

    def body(mp: Any) -> None:
        cell = mp.Value("i", 0)

        def child() -> None:
            try:
                cell.value = 1
            except Exception as error:
                seen.append(error)

        children = [mp.Process(target=child) for _ in range(2)]
        try:
            for one in children:
                one.start()
            cell.value = 2
        except Exception as error:
            seen.append(error)

    with pytest.raises(LookupError, match="a defect of ours"):
        run(body, Broken(number))
    assert not seen
    assert run(body).log
