"""Ctrl-C and SIGTERM: what was found so far is saved, and no process is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def called(tmp_path: Path, *words: str) -> subprocess.Popen[str]:
    """A call of the command line in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "explorer", *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def started(tmp_path: Path, *words: str) -> subprocess.Popen[str]:
    """A hunt that would go on for a long time."""
    return called(tmp_path, "hunt", "--examples", "1000000", *words)


def processes_of_session(session: int) -> list[int]:
    """The processes that are left of a session."""
    left = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                left.append(int(entry.name))
    return left


@pytest.mark.real
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_was_found_so_far_is_saved(number: int, tmp_path: Path) -> None:
    hunt = started(tmp_path, "counter-raw")
    try:
        assert hunt.stderr is not None
        hunt.stderr.readline()  # the first line of progress: it is searching
        hunt.send_signal(number)
        out, _ = hunt.communicate(timeout=60)
    finally:
        hunt.kill()
    assert hunt.returncode == 130
    assert (tmp_path / "reports" / "counter-raw-lost-update.json").is_file()
    assert "overwrote" in out
    assert processes_of_session(hunt.pid) == []


@pytest.mark.real
def test_a_program_that_catches_everything_is_interrupted_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "stubborn.py").write_text(
        "import multiprocessing, sys\n"
        "value = multiprocessing.Value('i', 0)\n"
        "while True:\n"
        "    try:\n"
        "        value.value += 1\n"
        "    except BaseException:\n"
        "        pass\n"
    )
    hunt = started(tmp_path, "stubborn.py")
    try:
        assert hunt.stderr is not None
        hunt.stderr.readline()
        hunt.send_signal(signal.SIGINT)
        _, err = hunt.communicate(timeout=60)
    finally:
        hunt.kill()
    assert hunt.returncode == 130, err
    assert processes_of_session(hunt.pid) == []
