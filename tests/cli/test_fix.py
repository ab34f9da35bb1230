"""`fix`: exit codes, the JSON object, the table and the diff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from explorer.cli import main
from explorer.fixing import repair
from tests.cli.test_commands import FIXED, RACY

WITH = "+    with counter.get_lock():\n+        counter.value += 1\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "counter.py").write_text(RACY)
    (tmp_path / "fixed.py").write_text(FIXED)


def fixed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the result of a fix."""
    code = main(["fix", "--json", "-", *words])
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, result


def test_the_json_object_is_that_of_verify_with_the_placements_and_the_diff(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["verify", "--json", "-", "counter.py"])
    verified = json.loads(capsys.readouterr().out)
    code, result = fixed(capsys, "counter.py")
    assert code == 1
    assert list(result) == [*verified, "placements", "diff", "advice"]
    assert result["command"] == "fix"
    assert (result["verdict"], result["findings"]) == ("failed", verified["findings"])
    first, second, third = result["placements"]
    assert (first["how"], first["safe"], first["kind"]) == ("as it is", False, "lost-update")
    assert (first["verdict"], first["diff"], first["concurrency"]) == ("failed", None, 1.5)
    assert (second["how"], second["lock"]) == ("the statement", "counter.get_lock()")
    assert (second["safe"], second["smallest"], second["exhaustive"]) == (True, True, True)
    assert (second["operations"], second["locked"], second["longest"]) == (6, 4, 2.0)
    assert (second["concurrency"], second["traces"]) == (1.0, 2)
    assert second["where"] == ["counter.py:5"]
    assert (third["lock"], third["origin"]) == ("lock", "new, passed to work")
    assert (third["safe"], third["smallest"]) == (True, False)
    assert result["diff"] == second["diff"]
    assert WITH in result["diff"]


def test_the_same_call_gives_the_same_result(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (fixed(capsys, "counter.py")[1] for _ in range(2))
    assert first | {"seconds": 0} == second | {"seconds": 0}


def test_what_people_read_has_the_finding_the_table_and_the_diff(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["fix", "counter.py"]) == 1
    out = capsys.readouterr().out
    assert "━━ lost update ━━" in out
    assert "→ smallest safe placement: the statement (counter.py:5), under counter.get_l" in out
    assert "verified: all 2 traces" in out
    assert WITH in out
    assert Path("counter.py").read_text() == RACY
    assert Path("reports/counter-lost-update.json").exists()


def test_nothing_wrong_is_nothing_to_fix(capsys: pytest.CaptureFixture[str]) -> None:
    code, result = fixed(capsys, "fixed.py")
    assert (code, result["verdict"], result["exhaustive"]) == (0, "passed", True)
    assert (result["placements"], result["diff"]) == ([], None)
    main(["fix", "fixed.py"])
    assert "passed: fixed.py" in capsys.readouterr().out


def test_a_budget_that_runs_out_is_inconclusive(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repair, "SEARCHED", 1)
    code, result = fixed(capsys, "fixed.py")
    assert (code, result["verdict"], result["placements"]) == (3, "inconclusive", [])


def test_the_changed_program_is_written_where_it_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["fix", "-o", "safe.py", "counter.py"]) == 1
    assert "safe.py: the program of the smallest safe placement" in capsys.readouterr().out
    assert Path("safe.py").read_text() == FIXED
    assert main(["verify", "safe.py"]) == 0


def test_a_diff_is_written_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    _, result = fixed(capsys, "-o", "safe.diff", "counter.py")
    assert Path("safe.diff").read_text() == result["diff"]


def test_without_a_safe_placement_there_is_no_diff_but_advice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "from multiprocessing import Queue\n\nQueue().get()\n"
    Path("waits.py").write_text(text)
    code, result = fixed(capsys, "waits.py")
    assert (code, result["diff"]) == (1, None)
    assert "sentinel" in result["advice"]
    assert main(["fix", "-o", "no.py", "waits.py"]) == 1
    out = capsys.readouterr().out
    assert "There is no lock placement that could be tried." in out
    assert "no.py is not written" in out
    assert not Path("no.py").exists()


def test_a_scenario_shows_every_placement_and_the_change_as_a_plain_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, result = fixed(capsys, "lock-order")
    assert code == 1
    assert {each["how"]: each["safe"] for each in result["placements"]} == {
        "A then B / B then A": False,
        "A then B": True,
        "B then A": True,
        "B then A / A then B": False,
    }
    assert result["placements"][1]["parameters"] == {"processes": 2, "placement": "A then B"}
    assert result["diff"].startswith("--- a/lock_order.py\n+++ b/lock_order.py\n")


def test_the_scripts_own_arguments_come_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = RACY.replace("range(2)", "range(int(sys.argv[1]))").replace(
        "from mult", "import sys\nfrom mult", 1
    )
    Path("counter.py").write_text(text)
    code, result = fixed(capsys, "counter.py", "3")
    assert (code, result["placements"][1]["traces"]) == (1, 6)


@pytest.mark.parametrize(
    ("words", "said"),
    [(["missing.py"], "no file missing.py"), (["lock-ordr"], "Did you mean lock-order")],
)
def test_a_target_that_cannot_be_opened_ends_with_two(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fix", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["--max-executions", "0", "counter.py"]])
def test_wrong_options_end_with_two(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["fix", *words])
    assert ending.value.code == 2


def test_what_cannot_be_written_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fix", "-o", "nowhere/safe.py", "counter.py"]) == 2
    assert "cannot write nowhere/safe.py" in capsys.readouterr().err
