"""Causes and symptoms of one run become one finding; separate defects stay separate."""

from __future__ import annotations

from explorer.detect.diagnose import diagnose
from explorer.model.trace import Ending
from explorer.model.verdict import Kind
from tests.detect.traces import line, trace, waits

LOST = ("P1 read x 0", "P2 read x 0", "P2 write x 1", "P1 write x 1")
FAILED = Ending("Main", 1, "AssertionError: 1 != 2", "AssertionError", line(20))


def kinds(found: object) -> list[tuple[Kind, tuple[Kind, ...]]]:
    """Each symptom's kind and what it led to."""
    return [(symptom.kind, symptom.also) for symptom in found]  # type: ignore[attr-defined]


def test_a_clean_run_has_no_finding() -> None:
    assert diagnose(trace("P1 write x 1", endings=(Ending("P1", 0),))) == ()


def test_the_assertion_that_noticed_a_lost_update_is_its_symptom() -> None:
    found = diagnose(trace(*LOST, final={"x": "1"}, endings=(FAILED,)), lambda: {"x": frozenset()})
    assert kinds(found) == [(Kind.LOST_UPDATE, (Kind.ASSERTION,))]


def test_an_assertion_without_a_recognised_cause_keeps_its_kind() -> None:
    assert kinds(diagnose(trace(endings=(FAILED,)))) == [(Kind.ASSERTION, ())]


def test_another_exception_is_named_with_process_and_line() -> None:
    ending = Ending("P1", 1, "KeyError: 'boom'", "KeyError", line(4))
    (found,) = diagnose(trace(endings=(ending,)))
    assert (found.kind, found.summary) == (Kind.EXCEPTION, "P1 raised KeyError: 'boom'")
    assert [str(where) for where in found.where] == ["counter.py:4"]


def test_a_non_zero_exit_code_is_a_finding_unless_the_program_killed_the_process() -> None:
    assert kinds(diagnose(trace(endings=(Ending("P1", 3),)))) == [(Kind.EXCEPTION, ())]
    assert diagnose(trace(endings=(Ending("P1", -15, killed=True),))) == ()


def test_starvation_after_an_exception_is_its_symptom() -> None:
    ending = Ending("P1", 1, "ValueError: x", "ValueError", line(4))
    starved = waits("Main", "Queue", operation="get")
    found = diagnose(trace(end="blocked", blocked=(starved,), endings=(ending,)))
    assert kinds(found) == [(Kind.EXCEPTION, (Kind.STARVATION,))]


def test_an_exception_that_leaves_a_lock_held_is_told_as_the_leak() -> None:
    ending = Ending("P1", 1, "ValueError: x", "ValueError", line(4))
    found = diagnose(trace(end="blocked", blocked=(waits("P2", "L", "P1"),), endings=(ending,)))
    assert kinds(found) == [(Kind.LEAK, (Kind.DEADLOCK, Kind.EXCEPTION))]


def test_a_run_that_was_cut_off_is_a_livelock_with_the_lines_of_its_loop() -> None:
    (found,) = diagnose(trace(*["P1 read x 0"] * 8, end="cut off"))
    assert found.kind is Kind.LIVELOCK
    assert [str(where) for where in found.where] == ["counter.py:6"]


def test_a_possible_lost_update_is_reported_beside_what_is_certain() -> None:
    found = diagnose(trace(*LOST, final={"x": "1"}, endings=(FAILED,)))
    assert [symptom.possible for symptom in found] == [False, True]
