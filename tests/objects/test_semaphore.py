"""Semaphores: permits that anybody takes and anybody gives back."""

from __future__ import annotations

from explorer.objects.semaphore import ACQUIRE, GET_VALUE, RELEASE, TRY_ACQUIRE, Semaphore
from tests.helpers.machine import WAITS, actor, attempt, refusal

A, B, C = actor("A"), actor("B"), actor("C")


def test_as_many_get_in_as_there_are_permits() -> None:
    semaphore = Semaphore("Semaphore#1", 2)
    assert attempt(A, ACQUIRE, semaphore) is True
    assert attempt(B, ACQUIRE, semaphore) is True
    assert attempt(C, ACQUIRE, semaphore) == WAITS
    assert attempt(C, TRY_ACQUIRE, semaphore) is False
    attempt(A, RELEASE, semaphore)
    assert attempt(C, ACQUIRE, semaphore) is True


def test_a_semaphore_may_be_released_beyond_its_first_value() -> None:
    semaphore = Semaphore("Semaphore#1", 2)
    attempt(A, RELEASE, semaphore)
    assert attempt(A, GET_VALUE, semaphore) == 3


def test_a_bounded_semaphore_may_not() -> None:
    semaphore = Semaphore("BoundedSemaphore#1", 2, 2)
    text = "ValueError: semaphore or lock released too many times"
    assert refusal(A, RELEASE, semaphore) == text
    attempt(A, ACQUIRE, semaphore)
    attempt(B, RELEASE, semaphore)
    assert attempt(A, GET_VALUE, semaphore) == 2


def test_those_who_hold_permits_are_waited_for() -> None:
    semaphore = Semaphore("Semaphore#1", 2)
    attempt(A, ACQUIRE, semaphore)
    attempt(B, ACQUIRE, semaphore)
    attempt(C, ACQUIRE, semaphore)
    assert semaphore.holders(C, C.pending) == [A, B]  # type: ignore[arg-type]
    attempt(B, RELEASE, semaphore)
    assert semaphore.holders(C, C.pending) == [A]  # type: ignore[arg-type]


def test_nobody_owes_the_permit_of_a_semaphore_that_is_a_signal() -> None:
    semaphore = Semaphore("Semaphore#1", 0)
    attempt(A, RELEASE, semaphore)
    attempt(B, ACQUIRE, semaphore)
    assert semaphore.holders(C, C.pending) == []  # type: ignore[arg-type]
