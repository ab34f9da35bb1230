"""Locks and their kin in a manager's server: those of threading and queue."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest

from explorer.objects import served
from explorer.objects.event import ASLEEP
from explorer.objects.manager import SHUTDOWN, Server
from tests.helpers.machine import WAITS, actor, attempt, refusal

A, B, C = actor("A"), actor("B"), actor("C")
Thing = TypeVar("Thing")


def put(thing: Thing, *parts: Any) -> Thing:
    """Put something into a server."""
    server = Server("SyncManager#1", A.process)
    for part in (thing, *parts):
        part.server = server
        server.objects.append(part)
    return thing


def condition() -> served.ServedCondition:
    lock = served.ServedRLock("lock")
    return put(served.ServedCondition("Condition#1", lock), lock)


def test_locks_refuse_with_the_errors_of_threading() -> None:
    lock = put(served.ServedLock("Lock#1"))
    assert refusal(A, served.RELEASE, lock) == "RuntimeError: release unlocked lock"
    attempt(A, served.ACQUIRE, lock)
    assert attempt(B, served.ACQUIRE, lock) == WAITS
    attempt(B, served.RELEASE, lock)
    again = put(served.ServedRLock("RLock#1"))
    message = "RuntimeError: cannot release un-acquired lock"
    assert refusal(A, served.RELEASE_RLOCK, again) == message
    bounded = put(served.ServedSemaphore("BoundedSemaphore#1", 1, 1))
    message = "ValueError: Semaphore released too many times"
    assert refusal(A, served.RELEASE_PERMIT, bounded) == message


def test_conditions_wake_who_has_slept_longest() -> None:
    found = condition()
    for who in (A, B):
        attempt(who, served.ACQUIRE, found.lock)
        attempt(who, served.WAIT, found)
    attempt(C, served.ACQUIRE, found.lock)
    attempt(C, served.NOTIFY, found, value=1)
    attempt(C, served.RELEASE_RLOCK, found.lock)
    assert attempt(B, served.WAKE, found, gate=found.lock) == WAITS
    assert attempt(A, served.WAKE, found, gate=found.lock) is True


def test_conditions_refuse_with_the_errors_of_threading() -> None:
    found = condition()
    assert refusal(A, served.WAIT, found) == "RuntimeError: cannot wait on un-acquired lock"
    message = "RuntimeError: cannot notify on un-acquired lock"
    assert refusal(A, served.NOTIFY, found, value=1) == message


def test_notifying_a_condition_does_not_hang_on_the_dead() -> None:
    found = condition()
    attempt(A, served.ACQUIRE, found.lock)
    attempt(A, served.WAIT, found)
    found.abandon(A.process)
    attempt(B, served.ACQUIRE, found.lock)
    assert attempt(B, served.NOTIFY, found, value=9) is None


def test_an_event_that_was_set_and_cleared_has_woken_who_went_on_in_between() -> None:
    event = put(served.ServedEvent("Event#1"))
    assert attempt(A, served.AWAIT, event) == WAITS
    attempt(B, served.SET, event)
    assert attempt(A, served.AWAIT, event) is True
    attempt(B, served.CLEAR, event)
    assert attempt(A, served.AWAIT, event) == WAITS
    assert attempt(A, served.AWAIT, event, late=True) is False


def test_a_killed_party_of_a_barrier_counts_until_the_round_is_over() -> None:
    barrier = put(served.ServedBarrier("Barrier#1", 2))
    assert attempt(A, served.COME, barrier) is ASLEEP
    barrier.abandon(A.process)
    assert attempt(B, served.COME, barrier) == 1
    assert attempt(B, served.COME, barrier) is ASLEEP


def test_a_queue_gives_what_was_put_at_once_and_in_order() -> None:
    queue = put(served.ServedQueue("Queue#1", 2))
    assert attempt(A, served.GET, queue) == WAITS
    for item in (1, 2):
        assert attempt(A, served.PUT, queue, value=item) is True
    assert attempt(A, served.PUT, queue, value=3) == WAITS
    assert attempt(A, served.TRY_PUT, queue, value=3) is False
    assert [attempt(B, served.GET, queue).item for _ in range(2)] == [1, 2]
    assert attempt(B, served.TRY_GET, queue) is None
    assert attempt(B, served.JOIN, queue) == WAITS
    attempt(B, served.TASK_DONE, queue)
    attempt(B, served.TASK_DONE, queue)
    attempt(B, served.JOIN, queue)
    message = "ValueError: task_done() called too many times"
    assert refusal(B, served.TASK_DONE, queue) == message


@pytest.mark.parametrize(
    ("thing", "kind"),
    [
        (served.ServedEvent("Event#1"), served.AWAIT),
        (served.ServedQueue("Queue#1", 1), served.GET),
    ],
)
def test_who_waits_when_the_server_ends_gets_an_end_of_file(thing: Any, kind: Any) -> None:
    put(thing)
    assert attempt(A, kind, thing) == WAITS
    attempt(B, SHUTDOWN, thing.server)
    assert refusal(A, kind, thing) == "EOFError: "
