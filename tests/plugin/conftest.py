"""Projects to run pytest in: inside this process, or where that is said, in one of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# A nested session forgets what it imported; the explorer must not be imported twice.
import explorer.pytest_plugin.calling
import explorer.pytest_plugin.collecting
import explorer.pytest_plugin.reporting
import explorer.pytest_plugin.running
import explorer.pytest_plugin.summary
from explorer.pytest_plugin.options import CI_VARIABLES

#: A counter that two processes race for, as its users write it.
COUNTER = """\
from multiprocessing import Process, Value

from explorer import races


def add(counter):
    counter.value += 1


@races(examples=10)
def test_count():
    counter = Value("i", 0)
    workers = [Process(target=add, args=(counter,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert counter.value == 2
"""
FIXED = COUNTER.replace(
    "    counter.value += 1", "    with counter.get_lock():\n        counter.value += 1"
)
#: Too many traces for a hunt to run them all.
MANY = FIXED.replace("range(2)", "range(5)").replace("== 2", "== 5")
CASE = "reports/test_counter-test_count-lost-update.json"


class Project:
    """A folder with tests, and pytest to run them."""

    def __init__(self, pytester: pytest.Pytester, plugin: list[str]) -> None:
        self.pytester = pytester
        self.path = pytester.path
        self.plugin = plugin

    def write(self, **files: str) -> None:
        """Write files: `test_counter="…"` is test_counter.py."""
        for name, text in files.items():
            (self.path / f"{name}.py").write_text(text)

    def run(self, *words: str) -> pytest.RunResult:
        """Run pytest here and now."""
        return self.pytester.runpytest_inprocess(*self._words(words))

    def spawn(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run pytest in a process of its own."""
        command = [sys.executable, "-m", "pytest", *self._words(words)]
        return subprocess.run(
            command, cwd=self.path, capture_output=True, text=True, timeout=120, check=False
        )

    def _words(self, words: tuple[str, ...]) -> list[str]:
        return [*self.plugin, "-p", "no:cacheprovider", "-p", "no:randomly", *words]


@pytest.fixture
def project(
    pytester: pytest.Pytester, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> Project:
    """An empty project, outside of CI, 100 columns wide, the same seed each time."""
    for name in CI_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PYTHONPATH", str(Path(explorer.__file__).parents[1]))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    installed = pytestconfig.pluginmanager.has_plugin("race_explorer")
    return Project(pytester, [] if installed else ["-p", "explorer.pytest_plugin"])
