"""The search against brute force on 500 programs: same traces, each once, same findings.

`benchmarks/verify.py --oracle` tries as many more as one likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import pytest

from tests.oracle.generated import FOUR, GROUPS, GROUPS_OF_FOUR, SIZES, differences, programs

EACH = 32  # of each group of features, and …
OF_FOUR = 2  # … with four processes


@pytest.mark.parametrize("features", GROUPS, ids="-".join)
def test_search_and_brute_force_agree(features: Sequence[str]) -> None:
    for program, force in islice(programs(features, SIZES, 700), EACH):
        assert not differences(program, force)


@pytest.mark.parametrize("features", GROUPS_OF_FOUR, ids="-".join)
def test_they_agree_on_four_processes(features: Sequence[str]) -> None:
    for program, force in islice(programs(features, FOUR, 2_520), OF_FOUR):
        assert not differences(program, force)
