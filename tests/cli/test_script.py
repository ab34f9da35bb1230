"""`script`: the reproduction runs on plain Python and shows the race."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.cli import main
from explorer.report.casefile import load
from explorer.report.ending import Ending
from explorer.report.insertion import Source
from explorer.report.script import write_script
from explorer.scripting import script
from tests.cli.test_commands import RACY

GALLERY = sorted((Path(__file__).resolve().parents[2] / "reports").glob("*.json"))


def runs(path: Path) -> subprocess.CompletedProcess[str]:
    """What plain Python makes of a script."""
    words = [sys.executable, "-I", path.name]
    return subprocess.run(
        words, cwd=path.parent, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.real
def test_the_script_shows_the_race_without_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "counter.py").write_text(RACY)
    main(["hunt", "--examples", "10", "counter.py"])
    assert main(["script", "-o", "repro.py", "reports/counter-lost-update.json"]) == 0
    assert "explorer" not in (tmp_path / "repro.py").read_text().replace("race-explorer", "")
    assert (tmp_path / "repro.diff").read_text().startswith("--- ")
    done = runs(tmp_path / "repro.py")
    assert done.returncode == 1
    assert "LOST UPDATE" in done.stdout


def test_its_json_has_the_finding_and_the_script_or_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "counter.py").write_text(RACY)
    main(["hunt", "--examples", "10", "counter.py"])
    case = "reports/counter-lost-update.json"
    capsys.readouterr()
    assert main(["script", "--json", "-", case]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["command"], result["target"]) == ("script", "counter.py")
    assert [(found["kind"], found["file"]) for found in result["findings"]] == [
        ("lost-update", case)
    ]
    assert main(["script", "--json", "result.json", "-o", "repro.py", case]) == 0
    assert (tmp_path / "repro.py").read_text() == result["script"]
    written = json.loads((tmp_path / "result.json").read_text())
    assert (written["script"], written["diff"]) == ("repro.py", "repro.diff")


@pytest.mark.real
def test_what_a_manager_holds_is_looked_at_while_it_is_there(tmp_path: Path) -> None:
    (case,) = (path for path in GALLERY if path.stem == "counter-manager-dict-lost-update")
    (tmp_path / "repro.py").write_text(script(load(case), str(case)).text)
    done = runs(tmp_path / "repro.py")
    assert (done.returncode, done.stderr) == (1, "")
    assert "LOST UPDATE: data['count'] is 1 but should be 2" in done.stdout


@pytest.mark.parametrize("case", GALLERY, ids=lambda path: path.stem)
def test_every_sleep_says_what_it_lets_happen_and_every_name_is_there(case: Path) -> None:
    made = script(load(case), str(case))
    lines = made.text.splitlines()
    for number, line in enumerate(lines):
        if "time.sleep(0." in line or "(pause(" in line or "slow(" in line.partition("def ")[0]:
            assert "#" in line or lines[number - 1].lstrip().startswith("#"), line
    tree = ast.parse(made.text)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    used = {each.id for each in names if isinstance(each.ctx, ast.Load)}
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert used & {"os", "signal", "struct", "sys", "tempfile", "time"} <= imported


@pytest.mark.real
def test_what_a_program_says_in_several_lines_does_not_break_the_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "said.py").write_text('raise ValueError("one\\ntwo")\n')
    main(["hunt", "--examples", "2", "said.py"])
    assert main(["script", "-o", "repro.py", "reports/said-exception.json"]) == 0
    done = runs(tmp_path / "repro.py")
    assert done.returncode == 1
    assert "ValueError: one\ntwo" in done.stderr


NESTED = """\
from multiprocessing import Lock, Process


def take(first, second):
    with first:
        with second:
            pass


def parent(a, b):
    children = [Process(target=take, args=pair) for pair in ((a, b), (b, a))]
    for child in children:
        child.start()
    for child in children:
        child.join()


if __name__ == "__main__":
    a, b = Lock(), Lock()
    process = Process(target=parent, args=(a, b))
    process.start()
    process.join()
"""


@pytest.mark.real
def test_a_script_that_gives_up_ends_the_processes_of_its_processes_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nested.py").write_text(NESTED)
    main(["hunt", "--examples", "10", "nested.py"])
    assert main(["script", "-o", "repro.py", "reports/nested-deadlock.json"]) == 0
    # They have its output open: it is at its end when they have all ended.
    done = runs(tmp_path / "repro.py")
    assert (done.returncode, done.stderr) == (1, "")
    assert "DEADLOCK: Process-1:1 waits for Lock#2" in done.stdout


@pytest.mark.real
@pytest.mark.parametrize(("shows_in", "code", "misses"), [(3, 1, 2), (9, 0, 4)])
def test_what_sleeps_cannot_force_is_tried_again(
    tmp_path: Path, shows_in: int, code: int, misses: int
) -> None:
    program = (
        'import os, signal\n\nif os.environ.get("TRIES", "1") == '
        f'"{shows_in}":\n    signal.raise_signal(signal.SIGALRM)\n'
    )
    text = write_script(Source(program), [], Ending(5, ("STARVATION",)), [], sure=False)
    path = tmp_path / "seldom.py"
    path.write_text(text)
    made = runs(path)
    assert (made.returncode, made.stdout.count("It did not show")) == (code, misses)
    assert ("STARVATION" in made.stdout) == bool(code)
