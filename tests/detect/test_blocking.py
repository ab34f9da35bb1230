"""Deadlock, starvation and leak, told apart by the waits-for graph."""

from __future__ import annotations

from explorer.detect.blocking import blocking
from explorer.model.trace import Ending
from explorer.model.verdict import Kind
from tests.detect.traces import trace, waits

MAIN_JOINS = waits("Main", "P1", "P1", operation="join")


def test_a_run_that_finished_has_nobody_blocked() -> None:
    assert blocking(trace("P1 acquire L")) == []


def test_a_process_that_waits_for_its_own_lock_is_a_deadlock() -> None:
    (found,) = blocking(trace(end="blocked", blocked=(MAIN_JOINS, waits("P1", "L", "P1"))))
    assert found.kind is Kind.DEADLOCK
    assert found.cycle == ("P1",)
    assert found.summary == "P1 waits for L, which it holds itself"


def test_two_locks_in_two_orders_are_a_cycle() -> None:
    stuck = (MAIN_JOINS, waits("P1", "B", "P2"), waits("P2", "A", "P1"))
    (found,) = blocking(trace(end="blocked", blocked=stuck))
    assert found.kind is Kind.DEADLOCK
    assert found.cycle == ("P1", "P2")
    assert found.objects == ("A", "B")
    assert found.processes == ("P1", "P2")
    assert found.firm


def test_whoever_waits_for_a_knot_is_not_part_of_it() -> None:
    stuck = (waits("P1", "B", "P2"), waits("P2", "A", "P1"), waits("P3", "A", "P1"))
    (found,) = blocking(trace(end="blocked", blocked=stuck))
    assert found.processes == ("P1", "P2")


def test_two_knots_are_two_deadlocks() -> None:
    stuck = (
        waits("P1", "B", "P2"),
        waits("P2", "A", "P1"),
        waits("P3", "D", "P4"),
        waits("P4", "C", "P3"),
    )
    assert len(blocking(trace(end="blocked", blocked=stuck))) == 2


def test_a_get_that_nobody_will_serve_is_starvation() -> None:
    stuck = (MAIN_JOINS, waits("P1", "Queue", operation="get"))
    (found,) = blocking(trace(end="blocked", blocked=stuck))
    assert found.kind is Kind.STARVATION
    assert found.objects == ("Queue",)
    assert found.processes == ("P1",)


def test_several_who_starve_at_one_object_are_one_defect() -> None:
    stuck = (waits("P1", "Queue", operation="get"), waits("P2", "Queue", operation="get"))
    (found,) = blocking(trace(end="blocked", blocked=stuck))
    assert found.processes == ("P1", "P2")
    assert "P1 and P2 wait" in found.summary


def test_joining_a_process_that_needs_the_joiner_to_drain_its_queue_is_a_deadlock() -> None:
    drain = waits("P1", "Queue", operation="join_thread", could_wake=("Main",))
    (found,) = blocking(trace(end="blocked", blocked=(MAIN_JOINS, drain)))
    assert found.kind is Kind.DEADLOCK
    assert set(found.cycle) == {"Main", "P1"}
    assert not found.firm


def test_a_full_queue_with_nobody_left_to_take_from_it_is_starvation() -> None:
    (found,) = blocking(trace(end="blocked", blocked=(waits("Main", "Queue", operation="put"),)))
    assert found.kind is Kind.STARVATION


def test_a_lock_whose_holder_has_ended_is_a_leak_and_the_deadlock_its_symptom() -> None:
    stuck = (waits("P2", "L", "P1"),)
    (found,) = blocking(trace(end="blocked", blocked=stuck, endings=(Ending("P1", 0),)))
    assert found.kind is Kind.LEAK
    assert found.also == (Kind.DEADLOCK,)
    assert found.summary == "P1 ended while it held L, which P2 waits for"


def test_who_holds_one_of_two_permits_waits_for_the_other_holder_not_for_itself() -> None:
    stuck = (waits("P1", "S", "P1", "P2"), waits("P2", "S", "P1", "P2"))
    (found,) = blocking(trace(end="blocked", blocked=stuck))
    assert found.cycle == ("P1", "P2")


def test_who_waits_for_a_dead_sleeper_to_wake_starves() -> None:
    stuck = (waits("Main", "Event", "P1", operation="set"),)
    (found,) = blocking(trace(end="blocked", blocked=stuck, endings=(Ending("P1", -15),)))
    assert found.kind is Kind.STARVATION
