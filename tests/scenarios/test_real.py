"""Scenarios are plain programs: their fixed twins run on CPython's own multiprocessing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.scenarios import SCENARIOS, find
from explorer.scenarios.base import Scenario

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30

# The parent ends with its whole process group if it is killed; the times are made short.
PROGRAM = """
import multiprocessing, json, sys
from explorer.scenarios import find, output
output.PATIENCE, output.WORK = 0.1, 0.3
scenario = find(sys.argv[1])
scenario.body(multiprocessing.get_context(sys.argv[3]), **json.loads(sys.argv[2]))
"""


def run_for_real(scenario: Scenario, parameters: dict[str, object], where: Path, how: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, scenario.name, json.dumps(parameters), how],
        cwd=where,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        start_new_session=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.real
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_the_fixed_twin_ends_well_on_real_processes(scenario: Scenario, tmp_path: Path) -> None:
    output = run_for_real(scenario, scenario.fixed, tmp_path, "fork")
    if scenario.check is not None:
        scenario.check(output, **scenario.fixed)


@pytest.mark.real
@pytest.mark.parametrize("name", ["counter-value", "lock-order", "queue-sentinel"])
def test_processes_need_nothing_of_their_parents_memory(name: str, tmp_path: Path) -> None:
    """Where children are started afresh, all that they get comes through their arguments."""
    run_for_real(find(name), find(name).fixed, tmp_path, "spawn")


@pytest.mark.real
def test_a_daemon_is_cut_off_on_real_processes_too(tmp_path: Path) -> None:
    scenario = find("daemon-cut-off")
    output = run_for_real(scenario, scenario.defaults, tmp_path, "fork")
    assert scenario.check is not None
    with pytest.raises(AssertionError, match="cut off"):
        scenario.check(output, **scenario.defaults)
