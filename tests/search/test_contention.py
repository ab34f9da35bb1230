"""The quick answer to "does the order matter" is the one of the conflict table."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from explorer.model.actor import new_actor
from explorer.model.operation import Operation, OperationKind, conflict
from explorer.objects import cell
from explorer.objects.base import SharedObject
from explorer.objects.cell import Cells
from explorer.objects.lock import ACQUIRE, RELEASE, Lock
from explorer.search.contention import contested, dependent
from explorer.search.random_walk import RandomWalk
from tests.search.bodies import BODIES, case_of, runner_of


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_it_is_what_the_conflict_table_says_for_all_operations_of_a_run(
    body: Callable[..., None],
) -> None:
    walk = RandomWalk(1)
    seen = set()
    for _ in range(20):
        log = runner_of(body).run(case_of(body), walk).log
        for (_, first, _), (_, second, _) in combinations(log, 2):
            assert dependent(first, second) == conflict(first, second), (first, second)
            seen.add(conflict(first, second))
    assert seen == {True, False}


def test_cells_of_one_array_are_told_apart() -> None:
    cells = Cells("Array#1", {0: 0, 1: 0})
    write, other = Operation(cell.WRITE, cells, 0, 1), Operation(cell.WRITE, cells, 1, 1)
    assert dependent(write, write)
    assert not dependent(write, other)
    assert not dependent(Operation(cell.READ, cells, 0), Operation(cell.READ, cells, 0))


def test_taking_the_lock_of_a_value_meets_the_value_that_waits_for_it() -> None:
    lock, cells = Lock("Lock#1"), Cells("Value#1", {None: 0})
    guarded = Operation(cell.GUARDED_READ, cells, gate=lock)
    assert dependent(guarded, Operation(ACQUIRE, lock))
    assert dependent(Operation(RELEASE, lock), guarded)
    assert not dependent(guarded, guarded)


class Wide(SharedObject):
    """Changes another object whenever it is touched."""

    def __init__(self, other: SharedObject) -> None:
        super().__init__("Wide#1")
        self.other = other

    def affected(self) -> list[SharedObject]:
        return [self.other]


def test_an_operation_that_changes_other_objects_meets_operations_on_those() -> None:
    def nothing(*_: Any) -> None: ...

    lock = Lock("Lock#1")
    wide = Operation(OperationKind("close", nothing, wide=True), Wide(lock))
    assert dependent(wide, Operation(ACQUIRE, lock))
    assert dependent(Operation(ACQUIRE, lock), wide)
    assert not dependent(wide, Operation(ACQUIRE, Lock("Lock#2")))


def test_an_actor_is_contested_by_others_and_not_by_itself() -> None:
    lock = Lock("Lock#1")
    first, second = new_actor(0, "Process-1", None), new_actor(1, "Process-2", None)
    first.pending = Operation(ACQUIRE, lock)
    second.pending = Operation(ACQUIRE, Lock("Lock#2"))
    assert not contested(first, [first, second])
    second.pending = Operation(ACQUIRE, lock)
    assert contested(first, [first, second])
