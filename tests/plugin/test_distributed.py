"""Under pytest-xdist: the same findings, one summary, everything written once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from explorer.pytest_plugin.options import Settings
from explorer.pytest_plugin.record import Record
from explorer.pytest_plugin.seeds import seed_for
from explorer.pytest_plugin.sharding import Clock, shards_for
from explorer.pytest_plugin.summary import defects, distinct
from tests.plugin.conftest import COUNTER, FIXED, Project

DEADLOCK = """\
from multiprocessing import Lock, Process

from explorer import races


def nested(first, second):
    with first, second:
        pass


@races(examples=10)
def test_order():
    one, two = Lock(), Lock()
    workers = [Process(target=nested, args=pair) for pair in ((one, two), (two, one))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""


def settings(workers: int | None) -> Settings:
    return Settings(Path(), (), 0, None, None, workers, False, None, False)


def test_hunts_are_split_only_where_workers_would_idle() -> None:
    figures = {
        (workers, tests): shards_for(settings(None), workers, tests)
        for workers in (1, 2, 4)
        for tests in (1, 2, 3, 8)
    }
    assert figures == {
        (1, 1): 1, (1, 2): 1, (1, 3): 1, (1, 8): 1,
        (2, 1): 2, (2, 2): 1, (2, 3): 1, (2, 8): 1,
        (4, 1): 4, (4, 2): 2, (4, 3): 2, (4, 8): 1,
    }  # fmt: skip
    assert shards_for(settings(3), 1, 8) == 3


def test_every_test_and_every_shard_has_a_seed_of_its_own() -> None:
    seeds = [seed_for(1, name, shard) for name in ("a", "b") for shard in range(50)]
    assert len(set(seeds)) == 100
    assert seed_for(1, "a") == seed_for(1, "a", 0) != seed_for(2, "a")


def test_the_time_that_one_search_leaves_over_goes_to_the_others() -> None:
    clock = Clock(100.0, 4)
    shares = [round(clock.next()) for _ in range(4)]
    assert shares == [25, 33, 50, 100]


def test_what_two_shards_saw_counts_once() -> None:
    first, second, whole = (Record("test", "hunt", traces=3) for _ in range(3))
    first.keep_keys({b"a" * 16, b"b" * 16, b"c" * 16})
    second.keep_keys({b"b" * 16, b"c" * 16, b"d" * 16})
    whole.name = "another"
    assert distinct([first, second, whole]) == 4 + 3


def test_a_defect_that_two_shards_found_is_listed_once() -> None:
    finding = {"case": {"shows": {"fingerprint": "x"}}}
    shards = [Record("test", "hunt", state="found", findings=[finding]) for _ in range(2)]
    assert len(defects(shards)) == 1


@pytest.fixture
def two_tests(project: Project) -> Project:
    project.write(test_counter=COUNTER, test_order=DEADLOCK, test_fixed=FIXED)
    return project


def normal(path: Path) -> object:
    """The findings of a session, without what depends on the machine."""
    return sorted(
        json.dumps(each, sort_keys=True) for each in json.loads(path.read_text())["findings"]
    )


@pytest.mark.slow
def test_two_workers_find_the_same_and_say_it_once(two_tests: Project) -> None:
    words = ("--race-seed", "3", "--race-json", "races.json")
    alone = two_tests.spawn(*words)
    before = {each.name: each.read_text() for each in (two_tests.path / "reports").iterdir()}
    found = normal(two_tests.path / "races.json")
    for each in (two_tests.path / "reports").iterdir():
        each.unlink()
    shared = two_tests.spawn("-n", "2", *words)
    after = {each.name: each.read_text() for each in (two_tests.path / "reports").iterdir()}
    assert (alone.returncode, shared.returncode) == (1, 1)
    assert before == after
    assert normal(two_tests.path / "races.json") == found
    assert shared.stdout.count("= races =") == 1
    assert len(re.findall(r"^FAILED ", shared.stdout, re.M)) == 2
    (totals,) = re.findall(r"^3 tests explored exhaustively: .*$", alone.stdout, re.M)
    assert totals in shared.stdout
    assert "● acquire Lock#" in shared.stdout
    assert "● read Value#1 → 0" in shared.stdout


@pytest.mark.slow
def test_what_is_expected_is_looked_for_by_one(project: Project) -> None:
    text = COUNTER.replace("examples=10", "examples=10, expect='lost-update'")
    project.write(test_counter=text)
    result = project.spawn("-n", "2")
    assert result.returncode == 0
    assert "1 passed" in result.stdout


@pytest.mark.slow
def test_a_single_test_is_split_into_shards_that_do_not_repeat_each_other(
    project: Project,
) -> None:
    text = COUNTER.replace("range(2)", "range(4)").replace("== 2", "== 4")
    project.write(test_counter=text.replace("examples=10", "examples=20"))
    result = project.spawn("-n", "2", "-v", "--race-seed", "3")
    names = set(re.findall(r"(test_counter.py::\S+)", result.stdout))
    assert {"test_counter.py::test_count", "test_counter.py::test_count@2of2"} <= names
    assert result.stdout.count("= races =") == 1
    assert len(list((project.path / "reports").glob("*.json"))) == 1
    assert re.search(r"^1 test explored: .* 1 finding \(--race-seed 3\)$", result.stdout, re.M)


@pytest.mark.slow
def test_a_small_test_that_every_shard_saw_whole_fails_once(project: Project) -> None:
    project.write(test_counter=COUNTER)
    result = project.spawn("-n", "2")
    assert "1 failed, 1 passed" in result.stdout
    assert "\n1 test explored exhaustively: 4 executions, 4 distinct traces; 1 " in result.stdout
