"""The gallery in reports/: every case is there, and is what `make gallery` would write now."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from explorer.api import failing_scenarios
from explorer.explaining import explain
from explorer.replaying import replay
from explorer.report.casefile import load
from explorer.report.html.page import page
from tests.gallery.making import CATALOGUE, PROGRAMS, REPORTS, ROOT, again, bugs

SCENARIOS = sorted((ROOT / REPORTS).glob("*.json"))
BUGS = sorted((ROOT / CATALOGUE).glob("*.json"))
EVERY = [path.relative_to(ROOT).as_posix() for path in SCENARIOS + BUGS]
#: Which failing run a hunt met first depends on the version of Hypothesis.
MET_FIRST = re.compile(r"<section><h2>From the first failing run.*?</section></div></section>")


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_every_scenario_that_can_fail_has_a_case_and_no_other_has() -> None:
    assert {load(case).case.target for case in SCENARIOS} == set(failing_scenarios())


def test_every_bug_of_the_catalogue_has_a_case_of_its_kind_and_nothing_else_has() -> None:
    cases = [load(case) for case in BUGS]
    shown = {(saved.case.target, saved.shows.kind.value) for saved in cases}
    assert shown == {(f"{PROGRAMS}/{bug['buggy']}", bug["kind"]) for bug in bugs()}


def test_every_case_has_its_picture_and_those_of_scenarios_their_page() -> None:
    expected = {case.with_suffix(ending) for case in SCENARIOS for ending in (".txt", ".html")}
    expected |= {case.with_suffix(".txt") for case in BUGS}
    expected.add(ROOT / REPORTS / "README.md")
    files = [path for path in (ROOT / REPORTS).rglob("*") if path.is_file()]
    assert {path for path in files if path.suffix != ".json"} == expected


@pytest.mark.parametrize("case", EVERY, ids=lambda case: Path(case).stem)
def test_the_case_and_its_picture_are_as_they_would_be_made_now(case: str) -> None:
    for file, text in again(case).items():
        assert Path(file).read_text(encoding="utf-8") == text, f"{file} is stale: `make gallery`"


@pytest.mark.parametrize("case", EVERY, ids=lambda case: Path(case).stem)
def test_the_case_is_proven_minimal(case: str) -> None:
    assert load(case).shows.minimal == "proven"


@pytest.mark.parametrize("case", [case for case in EVERY if CATALOGUE not in case])
def test_the_page_is_as_it_would_be_made_now(case: str) -> None:
    replayed = replay(load(case), case)
    assert replayed.finding is not None
    made = page(explain(replayed.target.program, replace(replayed.finding, file=case)))
    there = Path(case).with_suffix(".html").read_text(encoding="utf-8")
    assert MET_FIRST.sub("", there) == made, f"the page of {case} is stale: `make gallery`"
