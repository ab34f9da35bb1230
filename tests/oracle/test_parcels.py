"""A search that is cut into parcels finds what the same search in one piece finds.

The parcels are made tiny here, so that small programs are cut again and again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from explorer.causality import trace_key
from explorer.search.exploration import Exploration, explore
from strategies.programs import body, random_program, text
from tests.oracle.brute import by_search, runner
from tests.oracle.test_oracle import FEATURES


def cut(run: Callable[[Any], Any], events: int) -> tuple[Exploration, set[bytes]]:
    """The search in parcels of so many events, and its traces."""
    keys: list[bytes] = []
    notes: list[bytes] = []
    done = explore(
        run,
        lambda world: bool(notes.append(trace_key(world.log))),
        notes=notes,
        on_receipt=lambda receipt: keys.extend(receipt.notes),
        events=events,
    )
    assert len(keys) == done.traces
    return done, set(keys)


@pytest.mark.parametrize("row", FEATURES, ids=["-".join(row[0]) for row in FEATURES])
def test_cut_into_parcels_it_runs_the_same_traces_once(row: Any) -> None:
    features, sizes, programs = row
    for seed in range(programs):
        program = random_program(seed, features, sizes)
        run = runner(body, program=program)
        whole = by_search(run)
        if whole.runs > 400:
            continue
        for events in (1, 60):
            done, keys = cut(run, events)
            assert keys == set(whole.traces), text(program)
            assert done.traces == len(keys), text(program)
            assert done.redundant <= 1 + done.traces // 10, text(program)
