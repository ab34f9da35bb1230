"""A project made from nothing behaves as README.md and docs/pytest.md say, word for word."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugin.walk import PAGES, ROOT, Walk, at_home, changed, section


def run(*words: str | Path) -> None:
    result = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def fresh_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment with nothing but the built wheel."""
    folder = tmp_path_factory.mktemp("walk")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")
    run(*pip, "wheel", "--no-deps", "--wheel-dir", folder / "dist", ROOT)
    (wheel,) = (folder / "dist").glob("race_explorer-*.whl")
    run(sys.executable, "-m", "venv", folder / "env")
    programs = folder / "env" / "bin"
    run(programs / "python", *pip[1:], "install", wheel)
    return programs


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_says_what_happens(fresh_environment: Path, tmp_path: Path, page: Path) -> None:
    walk = Walk(tmp_path, at_home(fresh_environment))
    walk.page(section(page))
    assert not walk.differences, "\n\n".join(walk.differences)
    (case,) = (tmp_path / "reports").glob("*.json")
    assert '"expect": "passes"' in case.read_text()


def test_a_fix_on_a_page_changes_only_the_functions_that_it_shows() -> None:
    text = "import os\n\n\n@mark\ndef first():\n    pass\n\n\ndef second():\n    return 2\n"
    assert changed(text, "def first():\n    return 1\n") == text.replace("pass", "return 1")
