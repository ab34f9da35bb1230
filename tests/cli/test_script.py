"""`script`: the reproduction runs on plain Python and shows the race."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from explorer.cli import main
from tests.cli.test_commands import RACY


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
    done = subprocess.run(
        [sys.executable, "-I", "repro.py"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "LOST UPDATE" in done.stdout
