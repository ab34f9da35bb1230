"""A search that is cut into parcels finds what the same search in one piece finds.

The parcels are made tiny here, so that small programs are cut again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from explorer.causality import trace_key
from explorer.search.exploration import Exploration, explore
from explorer.worlds.execute import session
from strategies.program_text import text
from strategies.programs import body, random_program
from tests.oracle.brute import by_search, runner
from tests.oracle.generated import GROUPS, SIZES, orders

PROGRAMS = 12  # of each group; those that are not small are left out


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


@pytest.mark.parametrize("features", GROUPS, ids="-".join)
def test_cut_into_parcels_it_runs_the_same_traces_once(features: Sequence[str]) -> None:
    for seed in range(PROGRAMS):
        program = random_program(seed, features, SIZES)
        if orders(program) > 700:
            continue
        run = runner(body, program=program)
        whole = by_search(run)
        for events in (1, 60):
            with session(run.program):
                done, keys = cut(run, events)
            assert keys == set(whole.traces), text(program)
            assert done.traces == len(keys), text(program)
            assert done.redundant <= 1 + done.traces // 10, text(program)
