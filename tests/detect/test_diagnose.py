"""Causes and symptoms of one run become one finding; separate defects stay separate."""

from __future__ import annotations

import pytest

from explorer.detect.diagnose import diagnose
from explorer.model.trace import Ending, SourceLine
from explorer.model.verdict import Kind
from explorer.report.wording import blocked_text
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


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("assert v.value == 2", ": assert v.value == 2"),
        ("assert (", ""),
        ("assert_all(v)", ""),
        ("", ""),
    ],
)
def test_an_assertion_that_says_nothing_is_told_with_its_source(source: str, said: str) -> None:
    where = SourceLine("counter.py", 4, "work", source)
    ending = Ending("P1", 1, "AssertionError", "AssertionError", where)
    (found,) = diagnose(trace(endings=(ending,)))
    assert found.summary == f"P1 raised AssertionError{said}"


def test_an_assertion_that_says_something_is_told_with_that() -> None:
    where = SourceLine("counter.py", 4, "work", "assert v.value == 2, 'too few'")
    ending = Ending("P1", 1, "AssertionError: too few", "AssertionError", where)
    (found,) = diagnose(trace(endings=(ending,)))
    assert found.summary == "P1 raised AssertionError: too few"


def test_a_long_error_is_told_in_one_line() -> None:
    text = "RuntimeError: \n        An attempt\n        was made.\n\n        This means much more."
    (found,) = diagnose(trace(endings=(Ending("P1", 1, text, "RuntimeError", line(4)),)))
    assert found.summary == "P1 raised RuntimeError: An attempt was made."


def test_the_second_half_of_a_wait_is_told_as_the_wait_that_the_program_called() -> None:
    stuck = waits("P1", "Condition#1", operation="wake")
    (found,) = diagnose(trace(end="blocked", blocked=(stuck,)))
    assert found.summary.startswith("P1 waits for ever in wait on Condition#1")
    assert blocked_text(stuck) == "wait Condition#1"


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
