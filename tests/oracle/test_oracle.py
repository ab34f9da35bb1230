"""The search against brute force: same traces, each once, same outcomes, same deadlocks.

Programs are drawn from a seed, so that the same ones are tried on every machine; `benchmarks/
verify.py --oracle` tries as many more as one likes.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from strategies.programs import body, random_program, text
from tests.oracle.brute import TooMany, by_force, by_search, runner

#: Statements of each process. Brute force runs all orders of these, and of their exits.
SMALL = ((2, 2), (2, 1), (1, 2), (1, 1, 1), (3, 2))
SMALLEST = ((1, 1), (2, 1), (1, 2))  # where the main process, or feeders, have a part in it
MOST = 1_500  # schedules of one program; those that have more are left out

FEATURES = [
    (("values", "branches"), SMALL, 12),
    (("values", "locks"), SMALL, 12),
    (("values", "rlocks", "branches"), SMALL, 8),
    (("values", "locks", "try", "timeouts"), SMALL, 12),
    (("values", "array", "guarded", "sleeps"), SMALL, 8),
    (("values", "semaphores"), SMALL, 12),
    (("values", "events"), SMALL, 10),
    (("values", "conditions"), SMALL, 10),
    (("values", "queues"), SMALL, 12),
    (("values", "locks", "poll"), SMALLEST, 8),
    (("values", "locks", "kill"), SMALLEST, 12),
    (("queues", "kill"), SMALLEST, 8),
    (("events", "conditions", "kill"), SMALLEST, 8),
]


@pytest.mark.parametrize(
    ("features", "sizes", "programs"), FEATURES, ids=["-".join(row[0]) for row in FEATURES]
)
def test_search_and_brute_force_agree(
    features: Sequence[str], sizes: Sequence[Sequence[int]], programs: int
) -> None:
    compared = 0
    for seed in range(programs):
        program = random_program(seed, features, sizes)
        run = runner(body, program=program)
        try:
            force = by_force(run, MOST)
        except TooMany:
            continue
        search = by_search(run)
        compared += 1
        assert set(search.traces) == set(force.traces), text(program)
        assert search.outcomes == force.outcomes, text(program)
        assert search.deadlocks == force.deadlocks, text(program)
        assert len(search.traces) == search.runs - search.redundant, text(program)
        assert search.redundant <= 1 + len(search.traces) // 10, text(program)
    assert compared >= programs * 2 // 3
