"""A test with a lost update and a deadlock in it reports both, each minimal, from every seed."""

from __future__ import annotations

from multiprocessing import Lock, Process, Value
from pathlib import Path

import pytest

from explorer import Deadlock, LostUpdate
from explorer.findings import as_exception
from explorer.hunting import Budget, Hunt
from explorer.model.verdict import Finding
from explorer.pytest_plugin.exploring import Plan, explore
from explorer.pytest_plugin.marker import RaceOptions
from explorer.pytest_plugin.seeds import seed_for
from explorer.pytest_plugin.subject import Subject, loaded_sources, named
from explorer.pytest_plugin.target import TestTarget, target_of

BOTH = {"lost-update": (2, 1, "proven"), "deadlock": (2, 1, "proven")}


def left(total: Value, one: Lock, two: Lock) -> None:  # type: ignore[valid-type]
    total.value += 1  # type: ignore[attr-defined]
    with one, two:  # type: ignore[attr-defined]
        pass


def right(total: Value, one: Lock, two: Lock) -> None:  # type: ignore[valid-type]
    total.value += 1  # type: ignore[attr-defined]
    with two, one:  # type: ignore[attr-defined]
        pass


def both_defects() -> None:
    total, one, two = Value("i", 0), Lock(), Lock()
    workers = [Process(target=work, args=(total, one, two)) for work in (left, right)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def target() -> TestTarget:
    function = named(both_defects)
    assert function is not None
    name = f"{Path(__file__).name}::both_defects"
    return target_of(Subject(name, function, (), loaded_sources()), RaceOptions())


def told(findings: tuple[Finding, ...]) -> dict[str, tuple[int, int, str]]:
    return {
        one.kind.value: (one.complexity.processes, one.complexity.preemptions, one.minimal)
        for one in findings
    }


@pytest.mark.slow
def test_both_are_found_and_minimal_from_thirty_seeds() -> None:
    for number in range(30):
        hunt = Hunt(target(), Budget(examples=10), seed_for(number, "both"))
        assert told(hunt.run().findings) == BOTH, f"seed {number}"


def test_both_are_found_where_every_trace_is_run() -> None:
    verdict = explore(target(), RaceOptions(), Plan()).verdict
    assert verdict.coverage.exhaustive
    assert told(verdict.findings) == BOTH


def test_each_defect_has_an_exception_of_its_own() -> None:
    error = as_exception(explore(target(), RaceOptions(), Plan()).verdict.findings)
    assert isinstance(error, ExceptionGroup)
    assert {type(each) for each in error.exceptions} == {Deadlock, LostUpdate}
    assert str(error).startswith("2 defects (deadlock, lost update)")
    assert all("minimal: proven" in str(each) for each in error.exceptions)
