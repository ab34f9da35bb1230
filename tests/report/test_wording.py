"""The words of a report, and text measured in terminal cells."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from explorer.model.verdict import Complexity
from explorer.report.ink import fit, wrap
from explorer.report.wording import clean, count, duration, event_text, listed, size
from tests.report.findings import event


@pytest.mark.parametrize(
    ("operation", "label", "values", "text"),
    [
        ("read", "num", {"result": "10"}, "read num → 10"),
        ("write", "num", {"value": "9"}, "write num ← 9"),
        ("read", "Array#1[3]", {"result": "0"}, "read Array#1[3] → 0"),
        ("acquire", "Lock#1", {"result": "True"}, "acquire Lock#1"),
        ("acquire", "Lock#1", {"result": "False"}, "acquire Lock#1 → False"),
        ("get", "Queue#1", {"result": "True"}, "get Queue#1 → True"),
        ("get", "Queue#1", {"result": "Empty()", "error": True}, "get Queue#1 raises Empty()"),
        ("put", "Queue#1", {"value": "'x'"}, "put Queue#1 ← 'x'"),
        ("start", "Process-2", {}, "start Process-2"),
        ("exit", "Process-2", {"value": "0"}, "exit"),
        ("exit", "Process-2", {"value": "1"}, "exit with code 1"),
        ("die", "Process-2", {"value": "15"}, "Process-2 dies of SIGTERM"),
        ("terminate", "Process-2", {"value": "9"}, "send SIGKILL to Process-2"),
        ("terminate", "Process-2", {"value": "999"}, "send signal 999 to Process-2"),
        ("poll", "Process-2", {}, "look at Process-2 → still runs"),
        ("poll", "Process-2", {"result": "0"}, "look at Process-2 → exit code 0"),
        ("sleep", "clock", {"value": "0.5"}, "sleep 0.5 s"),
    ],
)
def test_an_event_is_told_with_its_values(
    operation: str, label: str, values: dict[str, Any], text: str
) -> None:
    assert event_text(event("Process-1", operation, label, **values)) == text


def test_a_long_value_is_cut() -> None:
    text = event_text(event("Process-1", "put", "Queue#1", value="x" * 500))
    assert text.startswith("put Queue#1 ← xxx")
    assert text.endswith("x…")
    assert len(text) < 80


@given(st.text(st.characters(exclude_categories=())))
def test_clean_text_is_one_printable_line(text: str) -> None:
    assert clean(text).isprintable()


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs"))))
def test_printable_text_is_left_alone(text: str) -> None:
    if text.isprintable():
        assert clean(text) == text


@given(st.text(), st.integers(0, 60))
def test_fitted_text_has_exactly_the_width(text: str, width: int) -> None:
    assert cell_len(fit(clean(text), width)) == width


@given(st.text(), st.integers(2, 60))
def test_wrapped_text_keeps_within_the_width(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in wrap(clean(text), width))


@given(st.lists(st.text("abc", min_size=1, max_size=6)), st.integers(8, 40))
def test_wrapping_loses_no_word(words: list[str], width: int) -> None:
    assert " ".join(wrap(" ".join(words), width)).split() == words


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [(0, "0 ns"), (1_500, "1.5 µs"), (2_000_000, "2 ms"), (3_000_000_000, "3 s")],
)
def test_virtual_time_has_a_unit_that_suits_it(nanoseconds: int, text: str) -> None:
    assert duration(nanoseconds) == text


def test_numbers_and_lists_are_written_as_people_do() -> None:
    assert [count(number, "process") for number in (0, 1, 2)] == [
        "0 processes",
        "1 process",
        "2 processes",
    ]
    assert count(12_000, "execution") == "12,000 executions"
    assert [listed(words) for words in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_the_size_says_what_was_proven() -> None:
    assert size(Complexity(2, 4, 1, 1, 9), "proven") == (
        "2 processes, 4 operations, 1 preemption, 1 delay; minimal: proven"
    )
