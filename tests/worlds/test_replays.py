"""The same case gives the same trace: on every run, in every order, on every version of Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.api import open_target
from explorer.cli import main
from explorer.minimize.encode import finding_of
from explorer.search.random_walk import RandomWalk
from explorer.search.replay import Replay
from explorer.worlds.runner import Runner

ROOT = Path(__file__).parents[2]
VERSIONS = ("3.11", "3.12", "3.13")
SCRIPTS = (
    "tests/programs/ten_processes_dict.py",
    "tests/programs/printing_under_lock.py",
    "tests/programs/producer_consumer.py",
)
TARGETS = ("counter-value", "lock-order", "philosophers", "queue-sentinel", *SCRIPTS)


def python(version: str) -> Path:
    """The interpreter of that version's environment."""
    found = ROOT / ".venvs" / version / "bin" / "python"
    if not found.exists():
        pytest.skip(f"no environment for Python {version}: `make versions` makes it where it can")
    return found


def run(interpreter: Path | str, *words: str, code: int = 0) -> str:
    """What a command prints, its exit code checked. The hash seed differs from call to call."""
    done = subprocess.run(
        [str(interpreter), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "random"},
    )
    assert done.returncode == code, done.stderr
    return done.stdout


@pytest.mark.parametrize("version", VERSIONS)
def test_traces_are_identical_on_every_version(version: str) -> None:
    script = "tests/helpers/print_traces.py"
    here = run(sys.executable, script, *TARGETS)
    assert run(python(version), script, *TARGETS) == here


@pytest.mark.parametrize("version", VERSIONS)
def test_a_saved_case_replays_identically_on_every_version(version: str, tmp_path: Path) -> None:
    main(["hunt", "--examples", "10", "--reports", str(tmp_path), "counter-value", "lock-order"])
    for case in sorted(tmp_path.glob("*.json")):
        printed = run(python(version), "-m", "explorer", "replay", "--json", "-", str(case), code=1)
        (finding,) = json.loads(printed)["findings"]
        assert finding["case"]["steps"] == json.loads(case.read_text())["steps"]


def test_ten_thousand_replays_never_diverge() -> None:
    target = open_target("counter-value")
    runner = Runner(target.program)
    walk = RandomWalk(1)
    for _ in range(50):
        world = runner.run(target.case(), walk)
        if runner.suspicious(target.case(), world):
            break
    (symptom, *_) = runner.diagnose(target.case(), runner.again(target.case(), world))
    case = finding_of(runner, target.case(), world, symptom).case
    again = Replay(case.schedule)

    def shape() -> list[tuple[str, str, str, str]]:
        log = runner.run(case, again).log
        return [(a.name, o.kind.name, o.object.name, repr(result)) for a, o, result in log]

    first = shape()
    assert all(shape() == first for _ in range(10_000))
