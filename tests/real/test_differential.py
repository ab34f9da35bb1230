"""Generated programs and fixed twins do on real processes what they do virtually, step by step."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from catalogue_page import ROOT, entries
from differential import SORTS, compare
from twins import tasks_of

from explorer.worlds.real.host import Wardens

pytestmark = pytest.mark.real


def test_a_few_hundred_generated_programs_agree() -> None:
    results = dict(compare(range(30 * len(SORTS))))
    assert len(results) == 30 * len(SORTS)
    assert [(number, each.difference) for number, each in results.items() if each.difference] == []


#: Twins of every sort: locks, queues, conditions, managers, files, signals, threads, pools.
TWINS = ("B01", "B07", "B14", "B16", "B21", "B35", "B40", "B47", "B49", "B51", "B54")


def test_fixed_twins_do_not_fail_under_random_schedules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    wrong = []
    with Wardens() as wardens:
        for entry in entries():
            if entry["id"] in TWINS:
                tasks, found = tasks_of(entry["fixed"], 5)
                results = [result for _, result in wardens.run(tasks)]
                found += [each.difference[1] for each in results if each.difference]
                wrong += [(entry["id"], text) for text in found]
    assert wrong == []
