"""Conditions: who can wake, who hangs, who has the lock when."""

from __future__ import annotations

import pytest

from explorer.model.actor import Actor
from explorer.objects.condition import HANG, NOTIFY, WAIT, WAKE, WAKE_NOW, Awake, Condition
from explorer.objects.lock import ACQUIRE, RELEASE, RELEASE_RLOCK, Lock, RLock
from explorer.objects.sleepers import HANGS
from tests.helpers.machine import WAITS, actor, attempt, refusal


@pytest.fixture(params=[Lock, RLock])
def condition(request: pytest.FixtureRequest) -> Condition:
    return Condition("Condition#1", request.param("lock"))


A, B, C = actor("A"), actor("B"), actor("C")


def sleep(who: Actor, condition: Condition) -> None:
    attempt(who, ACQUIRE, condition.lock)
    attempt(who, WAIT, condition)


def notify(who: Actor, condition: Condition, count: int = 1) -> object:
    attempt(who, ACQUIRE, condition.lock)
    result = attempt(who, NOTIFY, condition, value=count)
    if result is None:
        attempt(who, RELEASE, condition.lock)
    return result


def wake(who: Actor, condition: Condition, *, late: bool = False) -> object:
    return attempt(who, WAKE, condition, gate=condition.lock, late=late)


def test_waiting_lets_go_of_the_lock_however_often_it_was_taken() -> None:
    condition = Condition("Condition#1", RLock("lock"))
    attempt(A, ACQUIRE, condition.lock)
    sleep(A, condition)
    assert attempt(B, ACQUIRE, condition.lock) is True
    attempt(B, NOTIFY, condition, value=1)
    attempt(B, RELEASE_RLOCK, condition.lock)
    assert wake(A, condition) is True
    assert condition.lock.count == 2


def test_waiting_and_notifying_want_the_lock(condition: Condition) -> None:
    expected = "AssertionError: must acquire() condition before using wait()"
    assert refusal(A, WAIT, condition) == expected
    assert refusal(A, NOTIFY, condition, value=1) == "AssertionError: lock is not owned"


def test_a_notified_sleeper_has_the_lock_when_it_wakes(condition: Condition) -> None:
    sleep(A, condition)
    attempt(B, ACQUIRE, condition.lock)
    attempt(B, NOTIFY, condition, value=1)
    assert wake(A, condition) == WAITS
    attempt(B, RELEASE, condition.lock)
    assert wake(A, condition) is True
    assert condition.lock.owner is A


def test_a_notification_that_nobody_waits_for_is_forgotten(condition: Condition) -> None:
    notify(B, condition)
    sleep(A, condition)
    assert wake(A, condition) == WAITS


@pytest.mark.parametrize("winner", [A, B])
def test_either_of_two_sleepers_may_be_the_one_that_is_woken(
    condition: Condition, winner: Actor
) -> None:
    loser = B if winner is A else A
    sleep(A, condition)
    sleep(B, condition)
    notify(C, condition)
    assert wake(winner, condition) is True
    attempt(winner, RELEASE, condition.lock)
    assert wake(loser, condition) == WAITS


def test_who_lies_down_after_a_notification_cannot_have_it(condition: Condition) -> None:
    sleep(A, condition)
    notify(C, condition)
    sleep(B, condition)
    assert wake(B, condition) == WAITS
    assert wake(A, condition) is True


def test_two_notifications_wake_two_though_one_came_between(condition: Condition) -> None:
    sleep(A, condition)
    notify(C, condition)
    sleep(B, condition)
    notify(C, condition)
    assert wake(B, condition) is True
    attempt(B, RELEASE, condition.lock)
    assert wake(A, condition) is True


def test_all_sleepers_wake_when_all_are_notified(condition: Condition) -> None:
    sleep(A, condition)
    sleep(B, condition)
    notify(C, condition, 100)
    for who in (B, A):
        assert wake(who, condition) is True
        attempt(who, RELEASE, condition.lock)


def test_who_wakes_too_late_gets_false_and_the_lock(condition: Condition) -> None:
    sleep(A, condition)
    assert wake(A, condition, late=True) is False
    assert condition.lock.owner is A


def test_who_is_late_while_the_lock_is_taken_takes_it_later(condition: Condition) -> None:
    sleep(A, condition)
    attempt(B, ACQUIRE, condition.lock)
    result = wake(A, condition, late=True)
    assert isinstance(result, Awake)
    assert not result.notified


def test_a_notification_counts_even_if_the_lock_comes_too_late(condition: Condition) -> None:
    sleep(A, condition)
    attempt(B, ACQUIRE, condition.lock)
    attempt(B, NOTIFY, condition, value=1)
    result = wake(A, condition, late=True)
    assert isinstance(result, Awake)
    assert result.notified


def test_a_time_out_of_zero_does_not_sleep(condition: Condition) -> None:
    sleep(A, condition)
    assert attempt(A, WAKE_NOW, condition) is False


def test_notifying_a_dead_sleeper_hangs_with_the_lock(condition: Condition) -> None:
    sleep(A, condition)
    condition.abandon(A.process)
    assert notify(B, condition) is HANGS
    assert attempt(B, HANG, condition) == WAITS
    assert condition.lock.owner is B
    assert condition.holders(B, B.pending) == [A]  # type: ignore[arg-type]


def test_the_living_are_notified_before_the_dead(condition: Condition) -> None:
    victim = actor("victim")
    sleep(victim, condition)
    sleep(B, condition)
    condition.abandon(victim.process)
    assert notify(C, condition) is None
    assert wake(B, condition) is True


def test_who_was_killed_after_its_notification_is_not_waited_for(condition: Condition) -> None:
    sleep(A, condition)
    notify(B, condition)
    condition.abandon(A.process)
    assert notify(B, condition, 100) is None


def test_a_sleeper_that_was_not_notified_waits_for_nobody(condition: Condition) -> None:
    sleep(A, condition)
    attempt(B, ACQUIRE, condition.lock)
    wake(A, condition)
    assert condition.holders(A, A.pending) == []  # type: ignore[arg-type]
    attempt(B, NOTIFY, condition, value=1)
    assert condition.holders(A, A.pending) == [B]  # type: ignore[arg-type]
