"""The search makes as many runs as there are traces, in programs where the number is known.

The numbers: Abdulla, Aronis, Jonsson, Sagonas (POPL 2014), Concuerror, GenMC, closed forms, and
brute force.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Any

import pytest

from explorer.causality import trace_key
from explorer.search.exploration import Exploration, explore
from tests.anchors import programs
from tests.oracle.brute import runner


class Counted:
    """One search: how many distinct traces, how many of them correct, how many deadlocked."""

    def __init__(self, body: Callable[..., None], correct: int | None = None, **sizes: int) -> None:
        self.keys: set[bytes] = set()
        self.correct = 0
        self.deadlocked = 0
        self.wanted = correct
        self.done: Exploration = explore(runner(body, limit=2_000, **sizes), self.look)

    def look(self, world: Any) -> bool:
        self.keys.add(trace_key(world.log))
        self.deadlocked += bool(world.stranded)
        if self.wanted is not None:
            final = next(
                operation.object.values[None]
                for _, operation, _ in world.log
                if operation.name == "write"
            )
            self.correct += final == self.wanted
        return False

    def check(self, traces: int) -> None:
        done = self.done
        assert done.exhaustive
        assert not done.bounded
        assert (done.traces, len(self.keys), done.executions) == (traces, traces, traces)


@pytest.mark.parametrize("processes", [2, 3, 4])
def test_lost_update_has_factorial_squared_traces(processes: int) -> None:
    found = Counted(programs.lost_update, processes=processes, correct=processes)
    found.check(factorial(processes) ** 2)
    assert found.correct == factorial(processes)


@pytest.mark.parametrize(("times", "traces", "correct"), [(2, 34, 6), (3, 328, 20)])
def test_lost_update_in_a_loop(times: int, traces: int, correct: int) -> None:
    found = Counted(programs.lost_update, processes=2, times=times, correct=2 * times)
    found.check(traces)
    assert found.correct == correct


@pytest.mark.parametrize(("processes", "times"), [(2, 1), (3, 1), (4, 1), (2, 3), (3, 2)])
def test_critical_sections_come_in_all_orders(processes: int, times: int) -> None:
    total = processes * times
    found = Counted(programs.locked, processes=processes, times=times, correct=total)
    found.check(factorial(total) // factorial(times) ** processes)
    assert found.correct == len(found.keys)


@pytest.mark.parametrize("number", [1, 3, 6, 8])
def test_each_reader_comes_before_or_after_the_writer(number: int) -> None:
    Counted(programs.readers, number=number).check(2**number)


@pytest.mark.parametrize(("writes", "number"), [(2, 2), (3, 3), (4, 2)])
def test_each_reader_comes_between_any_two_writes(writes: int, number: int) -> None:
    Counted(programs.writer_and_readers, writes=writes, number=number).check((writes + 1) ** number)


@pytest.mark.parametrize("number", [2, 5, 8])
def test_last_zero(number: int) -> None:
    Counted(programs.last_zero, number=number).check((number + 3) * 2 ** (number - 2))


@pytest.mark.slow
def test_last_zero_of_ten() -> None:
    Counted(programs.last_zero, number=10).check(3328)


@pytest.mark.parametrize("number", [10, 14, 16])
def test_files_meet_only_where_blocks_run_out(number: int) -> None:
    Counted(programs.filesystem, number=number).check(2 ** max(0, number - 13))


@pytest.mark.slow
@pytest.mark.parametrize("number", [18, 20])
def test_many_files(number: int) -> None:
    Counted(programs.filesystem, number=number).check(2 ** (number - 13))


@pytest.mark.parametrize(
    ("body", "traces"),
    [
        (programs.store_buffering, 3),
        (programs.message_passing, 3),
        (programs.independent_reads, 15),
    ],
)
def test_litmus_programs(body: Callable[[Any], None], traces: int) -> None:
    Counted(body).check(traces)


@pytest.mark.parametrize("number", [2, 3, 4, 5, 6])
def test_philosophers_starve_in_one_trace(number: int) -> None:
    found = Counted(programs.philosophers, number=number)
    found.check(2**number - 1)
    assert found.deadlocked == 1


def test_crossed_locks_deadlock_in_one_of_three_traces() -> None:
    found = Counted(programs.crossed_locks)
    found.check(3)
    assert found.deadlocked == 1


def test_single_writers_come_in_all_orders() -> None:
    Counted(programs.single_writers, number=5).check(factorial(5))
