"""How long a delay a run takes whose time was taken as unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from explorer.detect.lateness import lateness
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.case import Case
from explorer.model.trace import Trace
from explorer.search.exploration import explore
from explorer.worlds.runner import Runner
from tests.anchors.programs import lost_update

SECOND = 1_000_000_000


def traces(body: Callable[[Any], None]) -> list[Trace]:
    """All traces of a program, recorded."""
    runner = Runner(FunctionProgram(body.__name__, body, multiprocessing))
    case = Case(body.__name__, timed=False)
    found: list[Trace] = []
    explore(
        lambda chooser: runner.run(case, chooser),
        lambda world: bool(found.append(runner.again(case, world))),
    )
    return found


def needs(trace: Trace) -> list[tuple[str, str, int]]:
    return [(late.event.actor, late.event.operation, late.nanoseconds) for late in lateness(trace)]


def run_two(mp: Any, first: Callable[[], object], second: Callable[[], object]) -> None:
    processes = [mp.Process(target=target) for target in (first, second)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def sleep_as_synchronisation(mp: Any) -> None:
    x = mp.Value("i", 0, lock=False)

    def read_later() -> None:
        mp.Event().wait(3)  # nobody sets it: a sleep
        _ = x.value

    run_two(mp, lambda: setattr(x, "value", 1), read_later)


def time_out_as_synchronisation(mp: Any) -> None:
    ready = mp.Event()
    run_two(mp, ready.set, lambda: ready.wait(2))


def lock_after_a_sleep(mp: Any) -> None:
    lock = mp.Lock()

    def take() -> None:
        with lock:
            pass

    def take_later() -> None:
        mp.Event().wait(1)
        take()

    run_two(mp, take, take_later)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (sleep_as_synchronisation, [("Process-1", "write", 3 * SECOND)]),
        (time_out_as_synchronisation, [("Process-1", "set", 2 * SECOND)]),
        (lock_after_a_sleep, [("Process-1", "acquire", 1 * SECOND)]),
    ],
    ids=["a sleep", "a time-out", "a lock after a sleep"],
)
def test_who_comes_after_a_sleep_that_began_at_once_is_late_by_its_length(
    program: Callable[[Any], None], expected: list[tuple[str, str, int]]
) -> None:
    found = [needs(trace) for trace in traces(program)]
    assert [] in found  # the order that was meant
    assert expected in found


def test_where_nothing_takes_time_nobody_is_late() -> None:
    def counter(mp: Any) -> None:
        lost_update(mp, 2)

    assert all(needs(trace) == [] for trace in traces(counter))
