"""Loops that wait: a fair bound instead of a search without end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from explorer.search.exploration import Exploration, explore
from explorer.search.spinning import ROUNDS
from tests.anchors.programs import cell, run_all
from tests.oracle.brute import runner


def search(body: Callable[[Any], None], limit: int = 400) -> tuple[Exploration, set[str]]:
    """What the search did, and how the runs ended."""
    ends: set[str] = set()

    def look(world: Any) -> bool:
        end = "cut off" if world.cut_off else "blocked" if world.stranded else "finished"
        ends.add(end)
        return False

    return explore(runner(body, limit=limit), look, max_executions=2_000), ends


def waits_for_flag(mp: Any) -> None:
    flag = cell(mp)

    def wait() -> None:
        while not flag.value:
            pass

    run_all(mp, [wait, lambda: setattr(flag, "value", 1)])


def test_a_loop_that_waits_is_gone_round_a_few_times() -> None:
    done, ends = search(waits_for_flag)
    assert (done.traces, done.redundant, ends) == (ROUNDS + 1, 0, {"finished"})
    assert done.exhaustive
    assert done.bounded
    assert done.coverage == f"all {ROUNDS + 1} traces, loops that wait up to {ROUNDS} rounds"


def test_a_flag_that_nobody_sets_is_a_run_cut_off() -> None:
    def body(mp: Any) -> None:
        flag = cell(mp)

        def wait() -> None:
            while not flag.value:
                pass

        run_all(mp, [wait, wait])

    done, ends = search(body)
    assert (done.traces, done.cut_off, ends) == (1, 1, {"cut off"})
    assert not done.exhaustive


def test_who_waits_holding_the_lock_keeps_the_other_out_in_one_order() -> None:
    def body(mp: Any) -> None:
        lock, flag = mp.Lock(), cell(mp)

        def wait() -> None:
            with lock:
                while not flag.value:
                    pass

        def tell() -> None:
            with lock:
                flag.value = 1

        run_all(mp, [wait, tell])

    done, ends = search(body)
    assert (done.traces, ends) == (2, {"cut off", "finished"})


def test_polling_ends_when_what_is_polled_for_comes() -> None:
    def body(mp: Any) -> None:
        lock, x = mp.Lock(), cell(mp)

        def work() -> None:
            while not lock.acquire(block=False):
                pass
            x.value += 1
            lock.release()

        run_all(mp, [work, work])

    done, ends = search(body)
    assert (done.traces, ends) == (2 * (ROUNDS + 1), {"finished"})


def test_a_child_is_polled_for_its_end() -> None:
    def body(mp: Any) -> None:
        x = cell(mp)
        child = mp.Process(target=lambda: setattr(x, "value", 1))
        child.start()
        while child.is_alive():
            pass

    done, ends = search(body)
    assert (done.traces, ends) == (ROUNDS + 1, {"finished"})


def test_petersons_algorithm_excludes() -> None:
    overlaps = []

    def body(mp: Any) -> None:
        wants, turn, inside = [cell(mp), cell(mp)], cell(mp), cell(mp)

        def work(mine: int) -> None:
            wants[mine].value = 1
            turn.value = 1 - mine
            while wants[1 - mine].value and turn.value == 1 - mine:
                pass
            inside.value += 1
            overlaps.append(inside.value)
            inside.value -= 1
            wants[mine].value = 0

        run_all(mp, [lambda: work(0), lambda: work(1)])

    done, ends = search(body)
    assert done.exhaustive
    assert ends == {"finished"}
    assert set(overlaps) <= {1}


@pytest.mark.parametrize("times", [2, ROUNDS - 1])
def test_a_loop_of_a_few_rounds_is_no_waiting(times: int) -> None:
    def body(mp: Any) -> None:
        x = cell(mp)

        def look() -> None:
            for _ in range(times):
                _ = x.value

        run_all(mp, [look, lambda: setattr(x, "value", 1)])

    done, _ = search(body)
    assert (done.traces, done.bounded) == (times + 1, False)


def test_who_does_nothing_but_sleep_keeps_nobody_from_ending_it() -> None:
    def body(mp: Any) -> None:
        def doze() -> None:
            while True:
                time.sleep(1)

        child = mp.Process(target=doze)
        child.start()
        assert child.is_alive()
        child.terminate()
        child.join()

    done, ends = search(body)
    assert (done.cut_off, ends) == (0, {"finished"})
    assert done.exhaustive
    assert done.bounded


def test_who_sleeps_between_two_looks_lets_go_on_whom_it_looks_at() -> None:
    def body(mp: Any) -> None:
        x = cell(mp)
        child = mp.Process(target=lambda: setattr(x, "value", 1))
        child.start()
        while child.is_alive():
            time.sleep(0.5)

    done, ends = search(body)
    assert (done.traces, done.cut_off, ends) == (ROUNDS + 1, 0, {"finished"})
    assert done.exhaustive
