"""An exhaustive search within a budget, and what it says about itself."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.errors import Nondeterministic
from explorer.search.estimate import fraction_done
from explorer.search.exhaustive import Exhaustive
from explorer.search.exploration import Exploration, explore
from tests.anchors.programs import lost_update, philosophers, run_all
from tests.oracle.brute import runner

COUNTER = runner(lost_update, processes=3)  # 36 traces


def test_all_traces_are_run_and_it_says_so() -> None:
    done = explore(COUNTER)
    assert (done.traces, done.executions, done.exhaustive) == (36, 36, True)
    assert done.coverage == "all 36 traces"


def test_a_budget_of_executions_is_kept() -> None:
    done = explore(COUNTER, max_executions=10)
    assert (done.executions, done.exhaustive) == (10, False)
    assert done.coverage.startswith("10 of about ")
    assert done.coverage.endswith("traces (10 executions)")


def test_a_budget_that_is_just_enough_is_no_reason_to_stop() -> None:
    assert explore(COUNTER, max_executions=36).exhaustive


def test_no_time_is_enough_for_one_run() -> None:
    done = explore(COUNTER, seconds=0)
    assert (done.traces, done.exhaustive) == (1, False)


def test_it_stops_at_the_first_finding() -> None:
    seen = []

    def deadlocked(world: Any) -> bool:
        seen.append(world)
        return bool(world.stranded)

    done = explore(runner(philosophers, number=3), deadlocked)
    assert done.stopped == "stopped at a finding"
    assert done.traces == len(seen) <= 7
    assert not done.exhaustive


def test_progress_is_told_after_each_run() -> None:
    counts: list[tuple[int, float]] = []

    def note(done: Exploration) -> None:
        counts.append((done.executions, done.estimate))

    explore(COUNTER, progress=note)
    assert [executions for executions, _ in counts] == list(range(1, 37))
    assert all(estimate >= executions for executions, estimate in counts)
    assert counts[-1] == (36, 36.0)


def test_what_is_left_to_do_shrinks() -> None:
    search = Exhaustive(COUNTER)
    shares = [0.0]
    while search.learn(COUNTER(search)):
        shares.append(fraction_done(search.nodes))
        search.history.check()
    assert all(0 <= share < 1 for share in shares)
    assert shares[-1] > 0.8


def test_the_same_search_makes_the_same_runs() -> None:
    def runs() -> list[list[str]]:
        found: list[list[str]] = []
        explore(COUNTER, lambda world: bool(found.append([a.name for a, _, _ in world.log])))
        return found

    assert runs() == runs()


def test_a_program_that_does_not_repeat_itself_is_refused() -> None:
    made = []

    def changing(mp: Any) -> None:
        made.append(None)
        lock, cells = mp.Lock(), [mp.Value("i", 0, lock=False) for _ in range(2)]
        name = len(made) % 2

        def work() -> None:
            if name:
                lock.acquire()
            cells[0].value += 1

        run_all(mp, [work] * 2)

    with pytest.raises(Nondeterministic, match="as in an earlier run"):
        explore(runner(changing))


def test_one_trace_is_told_as_one() -> None:
    assert Exploration(traces=1, complete=True).coverage == "the only trace"
    stopped = Exploration(traces=1, stopped="stopped at a finding")
    assert stopped.coverage == "1 of about 1 trace (stopped at a finding)"
