"""Whatever ends a real run, nothing of it is left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.real import bodies
from tests.real.runs import failing_trace, gated, leavings, nothing_left

pytestmark = pytest.mark.real

_ROOT = Path(__file__).resolve().parents[2]
#: Runs deadlocks until it is stopped; says where its wardens are.
_ENDLESS = """
from explorer.worlds.real.expected import prediction_of
from explorer.worlds.real.host import Wardens
from tests.real import bodies
from tests.real.runs import failing_trace, task_for

task = task_for(bodies.crossed_locks, prediction_of(failing_trace(bodies.crossed_locks)), 10_000)
with Wardens(2) as wardens:
    for warden in wardens.hired:
        print(warden.process.pid, warden.scratch, flush=True)
    for number, _ in wardens.run([task, task]):
        print("run", flush=True)
"""


def test_deadlocks_leave_nothing_behind() -> None:
    trace = failing_trace(bodies.crossed_locks)
    gated(bodies.crossed_locks, trace)
    before = leavings()
    with nothing_left():
        assert len(gated(bodies.crossed_locks, trace, 10)) == 10
    assert leavings() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_the_explorer_ends_its_processes_end_too(number: int) -> None:
    explorer = subprocess.Popen(
        [sys.executable, "-c", _ENDLESS],
        cwd=_ROOT,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert explorer.stdout is not None
    with explorer.stdout as lines:
        told = [next(lines).split() for _ in range(2)]
        assert next(lines) == "run\n"
        below_them = [each for pid, _ in told for each in below(int(pid))]
        explorer.send_signal(number)
        explorer.wait(20)
    assert gone_in_time([*(int(pid) for pid, _ in told), *below_them])
    assert not any(Path(scratch).exists() for _, scratch in told)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_says_so_and_ends_all_it_has_started(number: int) -> None:
    case = "reports/lock-order-deadlock.json"
    words = ["confirm", "--gated", "--times", "10000", case]
    command = subprocess.Popen(
        [sys.executable, "-m", "explorer", *words],
        cwd=_ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    started: list[int] = []
    until = time.monotonic() + 60
    while len(started) < 4 and time.monotonic() < until:  # wardens, and the processes of a run
        time.sleep(0.05)
        started = below(command.pid)
    command.send_signal(number)
    _, said = command.communicate(timeout=60)
    assert (command.returncode, said.strip()) == (130, "race-explorer: interrupted")
    assert len(started) >= 4
    assert gone_in_time(started)


def below(pid: int) -> list[int]:
    """The processes that a process has started, and those that these have."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [each for child in found for each in (int(child), *below(int(child)))]


def gone_in_time(pids: list[int]) -> bool:
    """Whether they have all ended within some seconds."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.05)
    return False
