"""Events: the flag, the sleepers, and what a pulse does to them."""

from __future__ import annotations

from explorer.objects.event import (
    ASLEEP,
    CLEAR,
    HANG,
    IS_SET,
    LOOK,
    SET,
    WAIT,
    WAKE,
    Event,
)
from explorer.objects.sleepers import HANGS
from tests.helpers.machine import WAITS, actor, attempt

A, B, C = actor("A"), actor("B"), actor("C")


def test_waiting_for_an_event_that_is_set_does_not_wait() -> None:
    event = Event("Event#1")
    attempt(A, SET, event)
    assert attempt(B, WAIT, event) is True
    assert attempt(B, IS_SET, event) is True


def test_setting_wakes_everybody() -> None:
    event = Event("Event#1")
    for who in (A, B):
        assert attempt(who, WAIT, event) is ASLEEP
        assert attempt(who, WAKE, event) == WAITS
    attempt(C, SET, event)
    assert attempt(B, WAKE, event) is True
    assert attempt(A, WAKE, event) is True


def test_who_sleeps_through_a_pulse_wakes_with_false() -> None:
    event = Event("Event#1")
    attempt(A, WAIT, event)
    attempt(C, SET, event)
    attempt(C, CLEAR, event)
    assert attempt(A, WAKE, event) is False


def test_who_comes_after_a_pulse_waits_on() -> None:
    event = Event("Event#1")
    attempt(C, SET, event)
    attempt(C, CLEAR, event)
    assert attempt(A, WAIT, event) is ASLEEP
    assert attempt(A, WAKE, event) == WAITS


def test_who_is_late_is_told_what_the_flag_is() -> None:
    event = Event("Event#1")
    attempt(A, WAIT, event)
    assert attempt(A, WAKE, event, late=True) is False
    assert attempt(A, LOOK, event) is False


def test_setting_hangs_if_a_sleeper_is_dead_and_shuts_everybody_out() -> None:
    event = Event("Event#1")
    attempt(A, WAIT, event)
    attempt(B, WAIT, event)
    event.abandon(A.process)
    assert attempt(C, SET, event) is HANGS
    assert attempt(C, HANG, event) == WAITS
    assert attempt(B, WAKE, event) == WAITS
    assert attempt(B, IS_SET, event) == WAITS
    assert event.holders(C, C.pending) == [A]  # type: ignore[arg-type]
    assert event.holders(B, B.pending) == [C]  # type: ignore[arg-type]


def test_who_was_woken_before_it_was_killed_is_not_waited_for() -> None:
    event = Event("Event#1")
    attempt(A, WAIT, event)
    attempt(C, SET, event)
    event.abandon(A.process)
    assert attempt(C, SET, event) is None
