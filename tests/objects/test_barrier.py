"""Barriers: rounds that fill, drain and break."""

from __future__ import annotations

from explorer.model.actor import Actor
from explorer.objects.barrier import (
    ABORT,
    ACT,
    BROKEN_NOW,
    GIVE_UP,
    LEAVE,
    LEAVE_IN_TIME,
    N_WAITING,
    RELEASE,
    RESET,
    WAIT,
    Barrier,
)
from explorer.objects.event import ASLEEP
from explorer.objects.sleepers import HANGS
from tests.helpers.machine import WAITS, actor, attempt, refusal

A, B, C = actor("A"), actor("B"), actor("C")
BROKEN = "BrokenBarrierError: "


def barrier(parties: int = 2, *, acts: bool = False) -> Barrier:
    return Barrier("Barrier#1", parties, acts=acts)


def test_the_last_party_lets_everybody_go() -> None:
    found = barrier(3)
    for who in (A, B):
        assert attempt(who, WAIT, found) is ASLEEP
        assert attempt(who, LEAVE, found) == WAITS
    assert attempt(C, N_WAITING, found) == 2
    assert attempt(C, WAIT, found) == 2
    assert attempt(B, LEAVE, found) == 1
    assert attempt(A, LEAVE, found) == 0


def test_the_next_round_begins_when_the_last_party_has_left() -> None:
    found = barrier()
    attempt(A, WAIT, found)
    attempt(B, WAIT, found)
    assert attempt(B, WAIT, found) == WAITS
    attempt(A, LEAVE, found)
    assert attempt(B, WAIT, found) is ASLEEP


def test_a_party_that_is_late_breaks_it_for_all() -> None:
    found = barrier(3)
    attempt(A, WAIT, found)
    attempt(B, WAIT, found)
    assert refusal(A, LEAVE_IN_TIME, found, late=True) == BROKEN
    assert refusal(B, LEAVE, found) == BROKEN
    assert attempt(C, BROKEN_NOW, found) is True
    assert refusal(C, WAIT, found) == BROKEN


def test_a_party_that_is_late_after_the_round_is_over_leaves_like_the_others() -> None:
    found = barrier()
    attempt(A, WAIT, found)
    attempt(B, WAIT, found)
    assert attempt(A, LEAVE_IN_TIME, found, late=True) == 0


def test_aborting_breaks_it_and_resetting_mends_it() -> None:
    found = barrier()
    attempt(A, WAIT, found)
    attempt(B, ABORT, found)
    assert refusal(A, LEAVE, found) == BROKEN
    attempt(B, RESET, found)
    assert attempt(A, BROKEN_NOW, found) is False
    assert attempt(A, WAIT, found) is ASLEEP


def test_resetting_sends_who_waits_away() -> None:
    found = barrier()
    attempt(A, WAIT, found)
    attempt(B, RESET, found)
    assert attempt(B, WAIT, found) == WAITS
    assert refusal(A, LEAVE, found) == BROKEN
    assert attempt(B, WAIT, found) is ASLEEP


def test_the_last_party_runs_the_action_before_anybody_goes() -> None:
    found = barrier(acts=True)
    attempt(A, WAIT, found)
    assert attempt(B, WAIT, found) is ACT
    assert attempt(A, LEAVE, found) == WAITS
    assert attempt(A, LEAVE_IN_TIME, found, late=True) is ASLEEP
    assert found.holders(A, A.pending) == [B]  # type: ignore[arg-type]
    assert attempt(B, RELEASE, found) == 1
    assert attempt(A, LEAVE, found) == 0


def test_an_action_that_raises_breaks_it() -> None:
    found = barrier(acts=True)
    attempt(A, WAIT, found)
    attempt(B, WAIT, found)
    attempt(B, GIVE_UP, found)
    assert refusal(A, LEAVE, found) == BROKEN


def test_a_party_of_one_does_not_wait() -> None:
    assert attempt(A, WAIT, barrier(1)) == 0


def test_letting_go_hangs_if_a_party_was_killed() -> None:
    found = barrier(3)
    parties: list[Actor] = [A, B]
    for who in parties:
        attempt(who, WAIT, found)
    found.abandon(A.process)
    assert attempt(C, WAIT, found) is HANGS
    assert attempt(B, LEAVE, found) == WAITS
    assert found.holders(B, B.pending) == [C]  # type: ignore[arg-type]
