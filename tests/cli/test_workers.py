"""`verify --workers`: the same as with one worker, and no process left behind."""

from __future__ import annotations

import json
import multiprocessing
import os
import select
import signal
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from explorer.api import open_target
from explorer.cli import main
from explorer.model.verdict import Verdict
from explorer.search import exploration
from explorer.verifying import Limits, Verification
from tests.cli.test_commands import RACY
from tests.cli.test_interrupt import called, processes_of_session

MANY = RACY.replace("range(2)", "range(4)")  # 576 traces
ENDLESS = RACY.replace("range(2)", "range(9)")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "counter.py").write_text(MANY)
    (tmp_path / "endless.py").write_text(ENDLESS)


class Backwards(Executor):
    """Works on what it is given only when somebody asks, and on the latest first."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Any, Any]] = []

    def submit(self, task: Any, /, *args: Any, **_: Any) -> Future[Any]:
        owner = self

        class Late(Future[Any]):
            def result(self, timeout: float | None = None) -> Any:
                while not self.done():
                    future, work, arguments = owner.waiting.pop()
                    future.set_result(work(*arguments))
                return super().result(timeout)

        future = Late()
        self.waiting.append((future, task, args))
        return future


def verified(executor: Executor | None, **limits: Any) -> Verdict:
    return Verification(open_target("counter.py"), Limits(**limits), executor=executor).run()


def told(verdict: Verdict) -> tuple[Any, ...]:
    return (
        verdict.verdict,
        verdict.coverage,
        [(finding.symptom, finding.case, finding.minimal) for finding in verdict.findings],
    )


@pytest.mark.parametrize(
    "limits", [{"all": True}, {}, {"executions": 100, "all": True}], ids=["all", "first", "budget"]
)
def test_the_order_in_which_parcels_come_back_makes_no_difference(
    limits: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exploration, "EVENTS", 600)
    alone = verified(None, **limits)
    assert told(verified(Backwards(), **limits)) == told(alone)
    if limits == {"all": True}:
        assert (alone.coverage.traces, alone.coverage.executions) == (576, 576)


@pytest.mark.real
def test_two_processes_find_what_one_does(capsys: pytest.CaptureFixture[str]) -> None:
    before = multiprocessing.active_children()
    results = []
    for workers in ("1", "2"):
        code = main(["verify", "--all", "--json", "-", "--workers", workers, "counter.py"])
        result = json.loads(capsys.readouterr().out)
        del result["seconds"]
        results.append((code, result))
    assert results[0] == results[1]
    assert results[0][1]["traces"] == 576
    assert multiprocessing.active_children() == before


@pytest.mark.real
def test_a_worker_that_is_lost_makes_it_inconclusive() -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=os._exit, initargs=(1,)) as lost:
        verdict = verified(lost, all=True)
    assert verdict.verdict == "inconclusive"
    assert "a worker process was lost" in verdict.coverage.bound


def left_of_session(session: int) -> list[int]:
    """The processes that are left, but for CPython's resource tracker, which follows its parent."""
    for pid in processes_of_session(session):
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(pid)
            select.select([handle], [], [], 10.0)
            os.close(handle)
    return processes_of_session(session)


@pytest.mark.real
def test_ctrl_c_ends_the_workers_as_well(tmp_path: Path) -> None:
    search = called(tmp_path, "verify", "--all", "--workers", "2", "endless.py")
    try:
        assert search.stderr is not None
        while "trace" not in (line := search.stderr.readline()) or " 0 executions" in line:
            assert search.poll() is None  # until the first parcel is back
        os.killpg(search.pid, signal.SIGINT)  # as a terminal does
        out, _ = search.communicate(timeout=60)
    finally:
        search.kill()
    assert search.returncode == 130
    assert "overwrote" in out
    assert (tmp_path / "reports" / "endless-lost-update.json").is_file()
    assert left_of_session(search.pid) == []
