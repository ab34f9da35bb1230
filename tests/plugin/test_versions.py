"""Cases of marked tests mean the same on every Python: saved by one, replayed by another."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.plugin.conftest import CASE, Project
from tests.plugin.test_case_files import COMMENTED
from tests.plugin.test_races import FIXTURES, WITH_FIXTURES
from tests.worlds.test_replays import python

BANK = "reports/test_bank-test_deposits-ten-racy-lost-update.json"
#: Whether that environment was made before the plugin had its entry point.
_HAS_PLUGIN = (
    "from importlib.metadata import entry_points as e;"
    "print('race_explorer' in e(group='pytest11').names)"
)


def run(version: str, project: Project, *words: str) -> str:
    """What pytest prints under that version."""
    interpreter = str(python(version))
    asked = subprocess.run(
        [interpreter, "-c", _HAS_PLUGIN], capture_output=True, text=True, check=True
    )
    plugin = [] if asked.stdout.strip() == "True" else ["-p", "explorer.pytest_plugin"]
    done = subprocess.run(
        [interpreter, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, *words],
        cwd=project.path,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("saver", "replayer"), [("3.11", "3.13"), ("3.13", "3.11")])
def test_what_one_version_saves_another_replays(
    saver: str, replayer: str, project: Project
) -> None:
    project.write(conftest=FIXTURES, test_bank=WITH_FIXTURES, test_counter=COMMENTED)
    assert "3 failed, 2 passed" in run(saver, project, "--race-seed", "1")
    assert {path.name for path in (project.path / "reports").glob("*.json")} >= {
        Path(CASE).name,
        Path(BANK).name,
    }
    project.write(test_counter=COMMENTED.replace("tally", "counter").replace("# a comment", ""))
    assert "2 xfailed" in run(replayer, project, CASE, BANK)
