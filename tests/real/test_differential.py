"""Generated programs do on real processes what they do virtually, step by step."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from differential import SORTS, compare

pytestmark = pytest.mark.real


def test_a_few_hundred_generated_programs_agree() -> None:
    results = dict(compare(range(30 * len(SORTS))))
    assert len(results) == 30 * len(SORTS)
    assert [(number, each.difference) for number, each in results.items() if each.difference] == []
