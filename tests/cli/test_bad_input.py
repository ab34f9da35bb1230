"""Bad input: one clear message on stderr, the right exit code, no traceback, nothing hangs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer.cli import main

PROGRAMS = Path(__file__).parents[1] / "programs"


@pytest.fixture(autouse=True)
def _somewhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The message of a call that is refused with exit code 2."""
    assert main(list(words)) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("race-explorer: ")
    assert "Traceback" not in captured.err
    return captured.err


def test_a_script_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no file missing.py" in refused(capsys, "hunt", "missing.py")


def test_a_scenario_that_does_not_exist_brings_up_those_like_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "Did you mean lock-order" in refused(capsys, "hunt", "lock-ordr")


@pytest.mark.parametrize("name", ["sub", "sub/"])
def test_a_folder_is_told_with_the_scripts_in_it(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sub").mkdir()
    assert "it is a folder. Name a script in it (it has none)" in refused(capsys, "hunt", name)
    (tmp_path / "sub" / "main.py").write_text("")
    assert "Name a script in it, for instance sub/main.py." in refused(capsys, "verify", name)


def test_a_syntax_error_is_shown_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.py").write_text("x = 1\ndef f(:\n    pass\n")
    message = refused(capsys, "hunt", "broken.py")
    assert "broken.py" in message
    assert "line 2" in message or ":2" in message


@pytest.mark.parametrize(
    ("program", "word"),
    [("calls_input.py", "input"), ("opens_socket.py", "socket"),
     ("starts_subprocess.py", "subprocess")],
)  # fmt: skip
def test_what_cannot_be_simulated_is_refused_by_name_and_line(
    program: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    message = refused(capsys, "hunt", "--examples", "2", str(PROGRAMS / program))
    assert word in message
    assert f"{program}:" in message


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"tool": "other"}', '{"format": 99}'])
def test_a_broken_or_foreign_case_file(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "case.json").write_text(text)
    assert "case.json" in refused(capsys, "replay", "case.json")


def test_a_case_file_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere.json" in refused(capsys, "replay", "nowhere.json")


@pytest.mark.parametrize(
    "words",
    [["hunt", "--examples", "0"], ["hunt", "--seed", "x"], ["hunt", "--seconds", "-1"], ["dance"]],
)
def test_wrong_options_end_with_two_and_the_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ending:
        main(words)
    assert ending.value.code == 2
    assert "usage: race-explorer" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("program", ["endless_loop.py", "endless_loop_main.py"])
def test_an_endless_loop_without_a_shared_operation_is_cut_off(
    program: str, capsys: pytest.CaptureFixture[str]
) -> None:
    message = refused(capsys, "hunt", "--examples", "2", str(PROGRAMS / program))
    assert f"{program}:" in message


def broken_list(_: object) -> int:
    """A command with a defect."""
    raise AssertionError("two lines\nof it")


def test_a_defect_of_ours_is_one_message_that_asks_for_a_report(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.cli.listing.run", broken_list)
    message = refused(capsys, "list")
    assert "a defect of the explorer" in message
    assert "AssertionError: two lines\\nof it (test_bad_input.py:" in message
    assert "RACE_EXPLORER_TRACEBACK=1" in message


def test_the_traceback_of_a_defect_of_ours_is_there_for_who_asks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.cli.listing.run", broken_list)
    monkeypatch.setenv("RACE_EXPLORER_TRACEBACK", "1")
    assert main(["list"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("race-explorer: a defect of the explorer.\nTraceback ")
    assert "in broken_list" in error


def test_a_wrong_option_brings_up_the_usage_of_its_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["replay", "--bogus", "case.json"])
    error = capsys.readouterr().err
    assert error.startswith("usage: race-explorer replay ")
    assert "unrecognized arguments: --bogus" in error


def test_only_what_is_missing_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["verify"])
    assert "are required: TARGET\n" in capsys.readouterr().err


def test_a_guard_of_endless_runs_tries_only_a_few(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gallery = Path(__file__).resolve().parents[2] / "reports"
    case = json.loads((gallery / "queue-sentinel-starvation.json").read_text())
    case["parameters"]["items"] = 10**9
    file = tmp_path / "endless.json"
    file.write_text(json.dumps(case | {"expect": "passes"}))
    assert main(["replay", "--json", "-", str(file)]) == 0
    assert 0 < json.loads(capsys.readouterr().out)["executions"] < 50
