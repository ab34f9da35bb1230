"""The walk through a page: its files are written, its commands typed, its outputs compared.

A block of Python that begins with a comment naming a file ("# test_bank.py") is that file's content
from there on; one that says more ("# test_bank.py: the fix") has functions that replace those of
the same names. Of a console block each line after `$ ` is typed, and the rest is what it prints.
Figures that depend on the machine or the seed are compared as `N`.

The pages are docs/pytest.md and the section of README.md on test suites.
`python -m tests.plugin.walk` writes their outputs anew, with the figures of this machine.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = (ROOT / "docs" / "pytest.md", ROOT / "README.md")
_SECTION: Final = re.compile(r"^## In your test suite\n.*?(?=^## )", re.M | re.S)
_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
_FILE: Final = re.compile(r"# (\S+\.(?:py|ini|toml))(: [^\n]*)?\n+(.*)", re.S)
_FIGURES: Final = (
    (re.compile(r"\bin \d+\.\d+s\b.*"), "in Ns"),
    (re.compile(r"--race-seed \d+"), "--race-seed N"),
    (re.compile(r"race-explorer: seed \d+"), "race-explorer: seed N"),
    (re.compile(r"[\d,]+ (executions?|distinct traces?|schedules?)\b"), r"N \1"),
    (
        re.compile(r"(\d+ tests? explored[^:]*): N executions?,.*; "),
        r"\1: N; ",
    ),
    (re.compile(r"\d+\.\d+ seconds"), "N seconds"),
    (re.compile(r"\([\d,]+ a second\)"), "(N a second)"),
    (re.compile(r"\d+%"), "N%"),
    (re.compile(r"^(      \* [\w ]+:).*", re.M), r"\1 N"),
    (re.compile(r"=+$", re.M), "="),
    (re.compile(r"^=+ ", re.M), "= "),
)


def normal(text: str, figures: Iterable[tuple[re.Pattern[str], str]] = _FIGURES) -> str:
    """The text without figures that may differ, and without space at the end of its lines."""
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    for pattern, replacement in figures:
        text = pattern.sub(replacement, text)
    return text


class Walk:
    """Goes through the page in an empty folder.

    Args:
        environment: of the commands; `pytest` and `race-explorer` are looked for on its PATH.
        exact: whether figures are compared, too.
    """

    def __init__(
        self, folder: Path, environment: Mapping[str, str], *, exact: bool = False
    ) -> None:
        self.folder = folder
        self.exact = exact
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
            name, is_change, content = file.groups()
            path = self.folder / name
            path.write_text(changed(path.read_text(), content) if is_change else content)
        return found.group()

    def _console(self, content: str) -> str:
        parts = re.split(r"^\$ (.*)\n", content, flags=re.M)[1:]
        shown = []
        for command, said in zip(parts[::2], parts[1::2], strict=True):
            printed = self._typed(command)
            if said.strip() != printed.strip() if self.exact else normal(said) != normal(printed):
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


def changed(text: str, functions: str) -> str:
    """The file `text`, with functions in place of those that have the same names."""
    new = {name: functions[start:end] for name, (start, end) in spans(functions).items()}
    old = spans(text)
    for name, (start, end) in sorted(old.items(), key=lambda item: -item[1][0]):
        if name in new:
            text = text[:start] + new.pop(name) + text[end:]
    assert not new, f"no such functions to change: {', '.join(new)}"
    return text


def spans(text: str) -> dict[str, tuple[int, int]]:
    """Where the functions of a module begin and end, without their decorators."""
    lines = [0]
    for line in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    return {
        node.name: (lines[node.lineno - 1], lines[node.end_lineno or node.lineno])
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    }


def section(page: Path) -> str:
    """What of a page is walked: README.md has other things in it, too."""
    text = page.read_text()
    if page.name != "README.md":
        return text
    found = _SECTION.search(text)
    assert found is not None, f"{page}: no section on test suites"
    return found.group()


def at_home(programs: Path) -> dict[str, str]:
    """The environment of somebody who is not in CI, with the programs of `programs`."""
    left_out = ("CI", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "BUILDKITE", "CIRCLECI", "TF_BUILD")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST", "GITHUB", "RACE")) and name not in left_out
    }
    return {**kept, "PATH": f"{programs}{os.pathsep}{kept.get('PATH', '')}"}


if __name__ == "__main__":
    for page in PAGES:
        with tempfile.TemporaryDirectory() as name:
            walk = Walk(Path(name), at_home(Path(sys.executable).parent), exact=True)
            said = section(page)
            page.write_text(page.read_text().replace(said, walk.page(said)))
            print(f"{page.name}: {len(walk.differences)} outputs written anew")
