"""`verify`: counts, coverage and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from explorer.cli import main
from tests.cli.test_commands import FIXED, RACY


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "counter.py").write_text(RACY)
    (tmp_path / "fixed.py").write_text(FIXED)


def verified(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the result of a verification."""
    code = main(["verify", "--json", "-", *words])
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, result


def test_a_correct_program_passes_with_its_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    code, result = verified(capsys, "fixed.py")
    assert (code, result["verdict"], result["exhaustive"]) == (0, "passed", True)
    assert result["traces"] == result["executions"] == 2


def test_all_counts_every_trace_and_those_that_fail(capsys: pytest.CaptureFixture[str]) -> None:
    code, result = verified(capsys, "--all", "counter.py")
    assert (code, result["verdict"], result["exhaustive"]) == (1, "failed", True)
    assert (result["traces"], result["failing_traces"]) == (4, 2)
    (finding,) = result["findings"]
    assert (finding["kind"], finding["minimal"]) == ("lost-update", "proven")


def test_without_all_the_first_finding_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, result = verified(capsys, "counter.py")
    assert (code, result["exhaustive"]) == (1, False)


def test_a_budget_that_runs_out_is_inconclusive_never_passed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, result = verified(capsys, "--max-executions", "1", "fixed.py")
    assert (code, result["verdict"], result["exhaustive"]) == (3, "inconclusive", False)


def test_what_was_covered_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    main(["verify", "fixed.py"])
    out = capsys.readouterr().out
    assert "passed: fixed.py, 2 traces in 2 executions (exhaustive: all 2 traces)" in out


def test_a_program_that_waits_before_it_does_anything_is_saved_and_replayed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "waits.py").write_text("from multiprocessing import Queue\n\nQueue().get()\n")
    assert main(["verify", "waits.py"]) == 1
    assert main(["replay", "reports/waits-starvation.json"]) == 1
    assert "the program still shows it" in capsys.readouterr().out


def test_a_pass_within_a_bound_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, result = verified(capsys, "--preemptions", "0", "counter.py")
    assert (code, result["verdict"], result["exhaustive"]) == (0, "passed", False)
    main(["verify", "--preemptions", "0", "counter.py"])
    assert "(bounded: all schedules with no preemption)" in capsys.readouterr().out


def test_what_a_bound_allows_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    code, result = verified(capsys, "--preemptions", "1", "counter.py")
    assert (code, result["findings"][0]["kind"]) == (1, "lost-update")


def test_a_program_too_large_for_its_budget_says_what_was_covered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = FIXED.replace("range(2)", "range(8)").replace(
        "    with", "    for _ in range(3): pass\n    with"
    )
    (tmp_path / "large.py").write_text(many)
    assert main(["verify", "--max-executions", "300", "large.py"]) == 3
    out = capsys.readouterr().out
    assert "inconclusive: large.py" in out
    assert "300 executions" in out
