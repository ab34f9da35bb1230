"""The gallery in reports/: every case is there, and still does what its file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.cli import main
from explorer.report.casefile import load
from explorer.scenarios import SCENARIOS

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "reports").glob("*.json"))


def test_every_scenario_that_can_fail_has_a_case() -> None:
    shown = {load(case).case.target for case in CASES}
    assert {scenario.name for scenario in SCENARIOS if scenario.fails} <= shown


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_case_still_fails_as_it_says(
    case: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["replay", str(case.relative_to(ROOT))]) == 1
    assert "the program still shows it" in capsys.readouterr().out


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_case_is_proven_minimal(case: Path) -> None:
    assert load(case).shows.minimal == "proven"
