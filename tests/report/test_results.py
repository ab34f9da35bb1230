"""The JSON of a command: exactly the fields that are promised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer.errors import UsageError
from explorer.model.verdict import Coverage, Verdict
from explorer.report.casefile import content, loads, saved_case
from explorer.report.results import result, write
from tests.report.findings import hostile, lost_update, noticed

VERDICT = Verdict(
    target="counter.py",
    verdict="failed",
    coverage=Coverage(36, 36, failing_traces=30, exhaustive=True),
    findings=(noticed(),),
    seconds=0.012345,
)


def test_the_object_has_the_promised_fields_in_their_order() -> None:
    assert {**result("verify", VERDICT), "findings": None} == {
        "tool": "race-explorer",
        "format": 1,
        "command": "verify",
        "target": "counter.py",
        "verdict": "failed",
        "executions": 36,
        "traces": 36,
        "failing_traces": 30,
        "exhaustive": True,
        "seconds": 0.0123,
        "findings": None,
    }


def test_a_finding_has_the_promised_fields() -> None:
    (found,) = result("verify", VERDICT)["findings"]
    assert found == {
        "kind": "lost-update",
        "summary": "Process-1 overwrote Process-2's write of dict#1['num']",
        "processes": 2,
        "preemptions": 1,
        "delays": 1,
        "minimal": "proven",
        "where": ["counter.py:6", "counter.py:7"],
        "also": ["assertion"],
        "case": content(noticed()),
        "file": "reports/counter-lost-update.json",
    }


def test_the_case_in_it_can_be_saved_as_a_case_file() -> None:
    case = json.loads(json.dumps(result("hunt", VERDICT)))["findings"][0]["case"]
    assert loads(json.dumps(case), "case.json") == saved_case(noticed())


def test_it_is_one_json_object_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    verdict = Verdict("x.py", "failed", Coverage(1, 1), (hostile(), lost_update()))
    write(result("hunt", verdict), "-")
    printed = capsys.readouterr().out
    assert json.loads(printed)["verdict"] == "failed"
    assert printed.isascii()


def test_it_is_written_to_a_file_or_refused_with_one_message(tmp_path: Path) -> None:
    write(result("hunt", VERDICT), str(tmp_path / "result.json"))
    assert json.loads((tmp_path / "result.json").read_text())["command"] == "hunt"
    with pytest.raises(UsageError, match="cannot write the result to"):
        write({}, str(tmp_path / "none" / "result.json"))
