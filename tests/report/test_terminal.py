"""The terminal report: what it looks like (snapshots), and what holds for every picture.

After a change that is meant, `RACE_SNAPSHOTS=update pytest tests/report` writes the snapshots anew;
read their diff.
"""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from explorer.report.chart import MOST_EVENTS
from explorer.report.terminal import NARROWEST, WIDEST, Report, plain_text
from tests.report.findings import FINDINGS, livelock, lost_update, philosophers

SNAPSHOTS = Path(__file__).parent / "snapshots"

names = pytest.mark.parametrize("name", FINDINGS)


def rendered(name: str, **options: Any) -> str:
    stream = io.StringIO()
    Console(file=stream, width=80, **options).print(Report(FINDINGS[name]()), crop=False)
    return stream.getvalue()


@names
@pytest.mark.parametrize("width", [80, 120])
def test_the_picture_is_the_one_that_was_looked_at(name: str, width: int) -> None:
    path = SNAPSHOTS / f"{name}-{width}.txt"
    text = plain_text(FINDINGS[name](), width)
    if os.environ.get("RACE_SNAPSHOTS") == "update":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@given(st.sampled_from(sorted(FINDINGS)), st.integers(1, 300))
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    room = max(NARROWEST, min(width, WIDEST))
    lines = plain_text(FINDINGS[name](), width).splitlines()
    # A command that is to be pasted is not broken.
    assert [line for line in lines if cell_len(line) > room and " replay " not in line] == []


@names
def test_nothing_that_comes_from_the_program_reaches_the_terminal_raw(name: str) -> None:
    text = plain_text(FINDINGS[name]())
    assert [char for char in text if not char.isprintable() and char != "\n"] == []


@names
def test_off_a_terminal_the_report_is_plain_text(name: str) -> None:
    assert rendered(name).rstrip() == plain_text(FINDINGS[name](), 80).rstrip()


def test_markup_in_names_and_values_is_text() -> None:
    assert "[bold red]" in rendered("hostile", force_terminal=True)


def test_no_colour_is_used_where_none_is_wanted() -> None:
    coloured = rendered("lost_update", force_terminal=True, color_system="standard")
    plain = rendered("lost_update", force_terminal=True, no_color=True, color_system="standard")
    assert "\x1b[1;31m" in coloured
    assert "\x1b[1;31m" not in plain


@names
def test_the_same_finding_gives_the_same_report(name: str) -> None:
    assert plain_text(FINDINGS[name](), 97) == plain_text(FINDINGS[name](), 97)


@names
def test_every_report_ends_with_the_command_that_replays_it_and_the_next_step(name: str) -> None:
    end = plain_text(FINDINGS[name]()).rpartition("\n  replay       race-explorer replay ")[2]
    assert ".json" in end.splitlines()[0]
    assert end.splitlines()[1].startswith("  next         ")


@names
def test_every_report_says_how_small_the_case_is(name: str) -> None:
    text = plain_text(FINDINGS[name](), 120)
    assert "; minimal: " in text


def test_a_finding_that_was_not_saved_has_no_command() -> None:
    assert "race-explorer replay" not in plain_text(replace(lost_update(), file=None))


def test_a_path_with_a_space_is_quoted_for_the_shell() -> None:
    text = plain_text(replace(lost_update(), file="my reports/counter.json"))
    assert "race-explorer replay 'my reports/counter.json'" in text


def test_only_those_who_take_part_have_a_lane() -> None:
    head = plain_text(lost_update(), 120).splitlines()[2]
    assert head.split() == ["Process-1", "Process-2"]


def test_a_long_run_is_cut_to_what_matters() -> None:
    lines = plain_text(livelock(), 120).splitlines()
    assert any("⋮ 9,986 steps not shown" in line for line in lines)
    assert len(lines) < 3 * MOST_EVENTS


@pytest.mark.parametrize("number", [2, 3, 4, 10, 25])
@pytest.mark.parametrize("width", [80, 120])
def test_every_process_of_a_cycle_is_drawn_with_what_it_holds_and_wants(
    number: int, width: int
) -> None:
    text = plain_text(philosophers(number), width)
    for place in range(number):
        assert f"Process-{place + 1}  holds Lock#{place + 1}" in text
        assert f"wants Lock#{(place + 1) % number + 1}" in text
    assert text.count("▼") == number - 1
    assert text.count("╰───────╯") == 1
