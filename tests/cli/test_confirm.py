"""`confirm`: a case on real processes, as the command line tells it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer.cli import main


@pytest.mark.real
def test_a_lost_update_is_confirmed_step_by_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    main(["hunt", "--examples", "10", "counter-raw"])
    capsys.readouterr()
    words = ["confirm", "--gated", "--times", "3", "--json", "-"]
    assert main([*words, "reports/counter-raw-lost-update.json"]) == 1
    result = json.loads(capsys.readouterr().out)
    assert (result["command"], result["verdict"]) == ("confirm", "failed")
    assert result["findings"][0]["kind"] == "lost-update"
    assert result["confirmation"]["gated"]["confirmed"] == 3
    assert result["seconds"] >= result["confirmation"]["gated"]["seconds"] > 0


@pytest.mark.real
def test_a_deadlock_is_told_with_the_line_where_each_process_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    main(["hunt", "--examples", "10", "lock-order"])
    capsys.readouterr()
    assert main(["confirm", "--gated", "--times", "2", "reports/lock-order-deadlock.json"]) == 1
    out = capsys.readouterr().out
    assert "gated      2 of 2 real runs did what was predicted" in out
    assert "Process-1 waits for ever at" in out
    assert "deadlock is confirmed on real processes" in out
