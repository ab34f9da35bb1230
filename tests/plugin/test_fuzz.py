"""Case files from hands that mean no good, or just wrote nonsense.

Never a traceback, never a hang, nothing written, and no code executed but that of the target which
the file names. `benchmarks/fuzz_cases.py` does the same with 100,000 files.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.plugin.conftest import Project
from tests.plugin.mutations import Watch, mutated, trial
from tests.plugin.mutations import project as make_project

_watch = Watch()


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    folder = tmp_path_factory.mktemp("fuzz")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return folder, make_project(folder)


def test_a_tampered_case_file_is_replayed_or_refused(
    documents: tuple[Path, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, originals = documents
    monkeypatch.chdir(folder)
    codes = {trial(folder, json.dumps(original).encode(), _watch) for original in originals}

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(mutated(originals))
    def replay(data: bytes) -> None:
        codes.add(trial(folder, data, _watch))

    replay()
    assert codes == {0, 1, 2}
    assert not (folder / "was_here").exists()


def test_tampered_files_are_items_that_pass_or_fail(
    documents: tuple[Path, list[Any]], project: Project
) -> None:
    folder, originals = documents
    for name in ("counter.py", "locked.py"):
        (project.path / name).write_text((folder / name).read_text())
    examples: list[bytes] = []

    @settings(max_examples=30, deadline=None, database=None, derandomize=True)
    @given(mutated(originals))
    def draw(data: bytes) -> None:
        examples.append(data)

    draw()
    for number, data in enumerate(examples):
        (project.path / f"case{number}.race.json").write_bytes(data)
    result = project.run("-q", "--tb=short")
    outcomes = result.parseoutcomes()
    assert sum(outcomes.values()) == len(examples)
    assert set(outcomes) <= {"failed", "passed", "xfailed"}
    assert "Traceback" not in result.stdout.str()
