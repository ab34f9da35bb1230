"""The command line, by running it: what is printed, what is saved, which exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from explorer.api import open_target
from explorer.cli import main
from explorer.engine.chooser import KeepRunning
from explorer.minimize.encode import finding_of
from explorer.model.case import Case
from explorer.model.verdict import Kind
from explorer.report.casefile import load
from explorer.report.saving import save
from explorer.worlds.execute import session
from explorer.worlds.runner import Runner

PROGRAMS = Path(__file__).parents[1] / "programs"

RACY = """\
from multiprocessing import Process, Value


def work(counter):
    counter.value += 1


if __name__ == "__main__":
    counter = Value("i", 0)
    workers = [Process(target=work, args=(counter,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("counted", counter.value)
"""
FIXED = RACY.replace(
    "    counter.value += 1", "    with counter.get_lock():\n        counter.value += 1"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory with the racy counter in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "counter.py").write_text(RACY)
    return tmp_path


def hunt_json(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the result of a hunt."""
    code = main(["hunt", "--json", "-", "--examples", "20", *words])
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, result


def test_list_names_every_scenario_on_a_line_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("counter-manager-dict ") for line in lines)
    assert len(lines) == len({line.split()[0] for line in lines})


def test_hunt_draws_what_it_finds_saves_it_and_ends_with_one(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hunt", "--examples", "20", "counter.py"]) == 1
    out = capsys.readouterr().out
    assert "overwrote Process-2's write of Value#1" in out
    assert "2 processes, 4 operations, 1 preemption, 1 delay; minimal: proven" in out
    assert "race-explorer replay reports/counter-lost-update.json" in out
    assert (here / "reports" / "counter-lost-update.json").is_file()


def test_the_programs_own_output_does_not_flood_the_terminal(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["hunt", "--examples", "20", "counter.py"])
    assert capsys.readouterr().out.count("counted 1") == 1


def test_hunt_finds_nothing_in_the_fixed_program_and_ends_with_zero(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "counter.py").write_text(FIXED)
    assert main(["hunt", "--examples", "20", "counter.py"]) == 0
    assert "counter.py: nothing found" in capsys.readouterr().out
    assert not (here / "reports").exists()


def test_the_json_of_a_hunt_has_the_fixed_form(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, result = hunt_json(capsys, "counter.py")
    assert code == 1
    assert list(result) == [
        "tool", "format", "command", "target", "verdict", "executions", "traces",
        "failing_traces", "exhaustive", "seconds", "findings",
    ]  # fmt: skip
    assert (result["tool"], result["format"], result["command"]) == ("race-explorer", 1, "hunt")
    assert (result["target"], result["verdict"]) == ("counter.py", "failed")
    (finding,) = result["findings"]
    assert finding["kind"] == "lost-update"
    assert (finding["processes"], finding["preemptions"], finding["delays"]) == (2, 1, 1)
    assert finding["where"] == ["counter.py:5"]
    assert finding["minimal"] == "proven"
    assert finding["file"] == "reports/counter-lost-update.json"


def test_json_can_go_to_a_file_beside_the_picture(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["hunt", "--examples", "20", "--json", "result.json", "counter.py"])
    assert "lost update" in capsys.readouterr().out
    assert json.loads((here / "result.json").read_text())["verdict"] == "failed"


def test_what_follows_the_script_is_the_scripts_own(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "echo.py").write_text("import sys\nassert sys.argv[1:] == ['--seed', 'x'], sys.argv\n")
    assert main(["hunt", "--examples", "2", "echo.py", "--seed", "x"]) == 0
    assert main(["hunt", "--examples", "2", "echo.py"]) == 1


def test_several_scenarios_are_hunted_in_one_go(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, result = hunt_json(capsys, "lock-twice", "lock-order")
    assert [finding["kind"] for finding in result["findings"]] == ["deadlock", "deadlock"]
    assert [finding["processes"] for finding in result["findings"]] == [1, 2]


@pytest.mark.parametrize("scenario", ["counter-manager-dict", "lock-order", "queue-sentinel"])
def test_every_seed_gives_the_same_minimal_case(
    scenario: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = set()
    for seed in range(10):
        _, result = hunt_json(capsys, "--seed", str(seed), scenario)
        found.add(json.dumps([finding["case"] for finding in result["findings"]]))
    assert len(found) == 1


def test_the_same_seed_gives_the_same_hunt(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = []
    for _ in range(2):
        _, result = hunt_json(capsys, "--seed", "3", "counter.py")
        results.append({key: value for key, value in result.items() if key != "seconds"})
    assert results[0] == results[1]


def test_replay_shows_the_same_finding_again(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["hunt", "--examples", "20", "counter.py"])
    capsys.readouterr()
    assert main(["replay", "reports/counter-lost-update.json"]) == 1
    out = capsys.readouterr().out
    assert "overwrote Process-2's write of Value#1" in out
    assert "The case says lost update: the program still shows it." in out


def test_a_run_without_end_is_saved_short_and_replayed(here: Path) -> None:
    polls = RACY.replace("counter.value += 1", "while counter.value == 0:\n        pass")
    (here / "polls.py").write_text(polls)
    target = open_target("polls.py")
    runner, case = Runner(target.program), Case("polls.py")
    with session(target.program):
        world = runner.run(case, KeepRunning())
        [symptom] = runner.diagnose(case, runner.again(case, world))
        finding = finding_of(runner, case, world, symptom)
    assert symptom.kind is Kind.LIVELOCK
    file = save(finding, "reports")
    assert len(finding.trace.events) > 1_000 * len(load(file).steps)
    assert main(["replay", str(file)]) == 1


def test_replay_survives_an_unrelated_edit(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["hunt", "--examples", "20", "counter.py"])
    edited = "# a comment\n\n\ndef unrelated():\n    return 1\n\n\n" + RACY
    (here / "counter.py").write_text(edited.replace("workers", "crew"))
    assert main(["replay", "reports/counter-lost-update.json"]) == 1


def test_replay_of_another_program_says_where_they_part(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["hunt", "--examples", "20", "counter.py"])
    (here / "counter.py").write_text(FIXED)
    capsys.readouterr()
    assert main(["replay", "reports/counter-lost-update.json"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("race-explorer: Step 3 of ")
    assert "the case expects Process-1 to read Value#1" in error
    assert "Traceback" not in error


def test_a_guard_passes_for_the_fixed_program_and_fails_for_the_racy_one(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["hunt", "--examples", "20", "counter.py"])
    case = here / "reports" / "counter-lost-update.json"
    case.write_text(case.read_text().replace('"expect": "fails"', '"expect": "passes"'))
    assert main(["replay", str(case)]) == 1
    (here / "counter.py").write_text(FIXED)
    capsys.readouterr()
    assert main(["replay", str(case)]) == 0
    assert "guards against lost update: the program shows it no longer" in capsys.readouterr().out
