"""The walk through docs/pytest.md: its files are written, its commands typed, its outputs compared.

A block of Python that begins with a comment naming a file is that file's content from there on; of
a console block each line after `$ ` is typed, and the rest is what it prints. Figures that depend
on the machine or the seed are compared as `N`.

`python -m tests.plugin.walk` writes the outputs anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "pytest.md"
_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
_FILE: Final = re.compile(r"# (\S+\.(?:py|ini|toml))\n+(.*)", re.S)
_FIGURES: Final = (
    (re.compile(r"\bin \d+\.\d+s\b.*"), "in Ns"),
    (re.compile(r"--race-seed \d+"), "--race-seed N"),
    (re.compile(r"race-explorer: seed \d+"), "race-explorer: seed N"),
    (re.compile(r"[\d,]+ (executions?|distinct traces?|schedules?)\b"), r"N \1"),
    (
        re.compile(r"(\d+ tests? explored(?:, \d+ cases? replayed)?): N executions?,.*; "),
        r"\1: N; ",
    ),
    (re.compile(r"\d+\.\d+ seconds"), "N seconds"),
    (re.compile(r"\([\d,]+ a second\)"), "(N a second)"),
    (re.compile(r"\d+%"), "N%"),
    (re.compile(r"^(      \* [\w ]+:).*", re.M), r"\1 N"),
    (re.compile(r"=+$", re.M), "="),
    (re.compile(r"^=+ ", re.M), "= "),
)


def normal(text: str) -> str:
    """The text without figures that may differ, and without space at the end of its lines."""
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    for pattern, replacement in _FIGURES:
        text = pattern.sub(replacement, text)
    return text


class Walk:
    """Goes through the page in an empty folder.

    Args:
        environment: of the commands; `pytest` and `race-explorer` are looked for on its PATH.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = {**environment, "COLUMNS": "100", "NO_COLOR": "1"}
        self.differences: list[str] = []

    def page(self, text: str) -> str:
        """The page with the outputs as they are; notes where they differ from what it says."""
        return _BLOCK.sub(self._block, text)

    def _block(self, found: re.Match[str]) -> str:
        language, content = found.groups()
        if language == "console":
            return f"```console\n{self._console(content)}```"
        file = _FILE.match(content)
        if file is not None:
            (self.folder / file.group(1)).write_text(file.group(2))
        return found.group()

    def _console(self, content: str) -> str:
        parts = re.split(r"^\$ (.*)\n", content, flags=re.M)[1:]
        shown = []
        for command, said in zip(parts[::2], parts[1::2], strict=True):
            printed = self._typed(command)
            if normal(said) != normal(printed):
                self.differences.append(f"$ {command}\n{printed}\ninstead of\n{said}")
                said = printed
            shown.append(f"$ {command}\n{said.strip()}\n" if said.strip() else f"$ {command}\n")
        return "".join(shown)

    def _typed(self, command: str) -> str:
        result = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return "\n".join(line.rstrip() for line in result.stdout.strip().splitlines()) + "\n"


def at_home(programs: Path) -> dict[str, str]:
    """The environment of somebody who is not in CI, with the programs of `programs`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST", "GITHUB", "RACE"))
        and name not in ("CI", "PYTHONPATH", "BUILDKITE", "CIRCLECI", "TF_BUILD")
    }
    return {**kept, "PATH": f"{programs}{os.pathsep}{kept.get('PATH', '')}"}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        walk = Walk(Path(name), at_home(Path(sys.executable).parent))
        PAGE.write_text(walk.page(PAGE.read_text()))
        print(f"{len(walk.differences)} outputs written anew")
