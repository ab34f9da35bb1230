"""README's examples are run, and print what README says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explorer.cli import main

README = (Path(__file__).parents[2] / "README.md").read_text()
PROGRAM, *_ = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
CONSOLES = re.findall(r"```console\n\$ race-explorer (.*?)\n(.*?)```", README, re.DOTALL)


def without_seconds(text: str) -> str:
    """Real time is the one thing that differs from call to call."""
    return re.sub(r"\d+\.\d s$", "… s", text.rstrip(), flags=re.MULTILINE)


def test_every_example_prints_what_the_readme_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "counter.py").write_text(PROGRAM)
    shown = []
    for words, expected in CONSOLES:
        main(words.split())
        shown.append(words)
        assert without_seconds(capsys.readouterr().out) == without_seconds(expected)
        fixed = "    with counter.get_lock():\n        counter.value += 1"
        (tmp_path / "counter.py").write_text(PROGRAM.replace("    counter.value += 1", fixed))
    assert shown == ["hunt counter.py", "verify counter.py"]


def test_the_commands_of_the_readme_are_the_commands_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = re.search(r"^commands:\n(.*?)\n\n", capsys.readouterr().out, re.DOTALL | re.MULTILINE)
    assert listed is not None
    real = re.findall(r"^    (\w+) ", listed[1], re.MULTILINE)
    assert re.findall(r"^\| `race-explorer (\w+)", README, re.MULTILINE) == real
