"""Locks barge, may be released by anybody (a Lock) or by their owner only (an RLock)."""

from __future__ import annotations

from explorer.objects.lock import ACQUIRE, RELEASE, RELEASE_RLOCK, TRY_ACQUIRE, Lock, RLock
from tests.helpers.machine import WAITS, actor, attempt, refusal

A, B = actor("A"), actor("B")


def test_a_second_acquirer_waits_until_release() -> None:
    lock = Lock("Lock#1")
    assert attempt(A, ACQUIRE, lock) is True
    assert attempt(B, ACQUIRE, lock) == WAITS
    attempt(A, RELEASE, lock)
    assert attempt(B, ACQUIRE, lock) is True


def test_a_lock_keeps_even_its_own_holder_out() -> None:
    lock = Lock("Lock#1")
    attempt(A, ACQUIRE, lock)
    assert attempt(A, ACQUIRE, lock) == WAITS


def test_who_asks_without_waiting_gets_false() -> None:
    lock = Lock("Lock#1")
    attempt(A, ACQUIRE, lock)
    assert attempt(B, TRY_ACQUIRE, lock) is False


def test_who_waited_too_long_gets_false_unless_it_is_free_by_then() -> None:
    lock = Lock("Lock#1")
    attempt(A, ACQUIRE, lock)
    assert attempt(B, ACQUIRE, lock, late=True) is False
    attempt(A, RELEASE, lock)
    assert attempt(B, ACQUIRE, lock, late=True) is True


def test_anybody_may_release_a_lock() -> None:
    lock = Lock("Lock#1")
    attempt(A, ACQUIRE, lock)
    attempt(B, RELEASE, lock)
    assert attempt(B, ACQUIRE, lock) is True


def test_releasing_a_free_lock_is_refused() -> None:
    assert (
        refusal(A, RELEASE, Lock("Lock#1"))
        == "ValueError: semaphore or lock released too many times"
    )


def test_an_rlock_lets_its_owner_in_again_and_wants_as_many_releases() -> None:
    lock = RLock("RLock#1")
    attempt(A, ACQUIRE, lock)
    assert attempt(A, ACQUIRE, lock) is True
    attempt(A, RELEASE_RLOCK, lock)
    assert attempt(B, ACQUIRE, lock) == WAITS
    attempt(A, RELEASE_RLOCK, lock)
    assert attempt(B, ACQUIRE, lock) is True


def test_only_its_owner_may_release_an_rlock() -> None:
    lock = RLock("RLock#1")
    attempt(A, ACQUIRE, lock)
    message = "AssertionError: attempt to release recursive lock not owned by thread"
    assert refusal(B, RELEASE_RLOCK, lock) == message
    assert refusal(B, RELEASE_RLOCK, RLock("RLock#2")) == message


def test_the_holder_is_who_a_waiter_waits_for() -> None:
    lock = Lock("Lock#1")
    assert lock.holders(B, B.pending) == []  # type: ignore[arg-type]
    attempt(A, ACQUIRE, lock)
    assert lock.holders(B, B.pending) == [A]  # type: ignore[arg-type]
