"""Marked tests of our own suite: what we tell others to do."""

from __future__ import annotations

from multiprocessing import Lock, Process, Queue, Value
from typing import Any

import pytest
from hypothesis import given, settings

from explorer import Deadlock, LostUpdate, cases, check, races


def add(counter: Any) -> None:
    counter.value += 1


def add_locked(counter: Any) -> None:
    with counter.get_lock():
        counter.value += 1


def run(*jobs: tuple[Any, ...]) -> None:
    workers = [Process(target=job[0], args=job[1:]) for job in jobs]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


@races(examples=10, expect=LostUpdate, processes=[2, 3])
def test_an_unguarded_counter_loses_updates(processes: int) -> None:
    counter = Value("i", 0)
    run(*[(add, counter)] * processes)


@races(verify=True)
def test_a_guarded_counter_loses_nothing() -> None:
    counter = Value("i", 0)
    run((add_locked, counter), (add_locked, counter))
    assert counter.value == 2


def nested(first: Any, second: Any) -> None:
    with first, second:
        pass


@races(examples=10, expect=Deadlock)
def test_two_locks_in_two_orders_deadlock() -> None:
    one, two = Lock(), Lock()
    run((nested, one, two), (nested, two, one))


@races(examples=10)
def test_two_locks_in_one_order_do_not() -> None:
    one, two = Lock(), Lock()
    run((nested, one, two), (nested, one, two))


def put(queue: Any, item: int) -> None:
    queue.put(item)


@races(examples=10)
def test_a_queue_keeps_what_two_processes_put() -> None:
    queue: Any = Queue()
    run((put, queue, 1), (put, queue, 2))
    assert {queue.get(), queue.get()} == {1, 2}


def test_given_cases_of_a_scenario_raise_its_finding() -> None:
    @settings(max_examples=20, database=None)
    @given(cases("lock-order", 10))
    def explored(case: Any) -> None:
        check(case)

    with pytest.raises(Deadlock, match=r"minimal: proven"):
        explored()
