"""The data in a manager's server: what conflicts with what, and what its end does."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.model.operation import Operation, OperationKind, conflict
from explorer.objects.manager import (
    CLEAR,
    CONTAINS,
    COPY,
    DELETE,
    GET,
    HAS_KEY,
    ITEMS,
    LENGTH,
    NEXT,
    POP_KEY,
    READ,
    SET_DEFAULT,
    SHUTDOWN,
    UPDATE,
    WRITE,
    WRITE_ATTRIBUTE,
    Arguments,
    ManagedDict,
    ManagedIterator,
    ManagedList,
    ManagedNamespace,
    Server,
    calling,
)
from explorer.objects.server_data import Cursor, Namespace
from tests.helpers.machine import actor, attempt, refusal

A, B = actor("A"), actor("B")


@pytest.fixture
def server() -> Server:
    return Server("SyncManager#1", A.process)


@pytest.fixture
def data(server: Server) -> ManagedDict:
    return ManagedDict("dict#1", {"n": 1}, server)


def depends(one: tuple[OperationKind, Any], other: tuple[OperationKind, Any], on: Any) -> bool:
    first, second = (Operation(kind, on, key) for kind, key in (one, other))
    assert conflict(first, second) == conflict(second, first)
    return conflict(first, second)


def test_a_dict_answers_and_refuses_as_a_dict(data: ManagedDict) -> None:
    assert attempt(A, READ, data, "n") == 1
    attempt(A, WRITE, data, "m", 2)
    assert attempt(A, GET, data, "x", 7) == 7
    assert attempt(A, SET_DEFAULT, data, "l", 3) == 3
    assert attempt(A, POP_KEY, data, "m", ()) == 2
    assert refusal(A, READ, data, key="zz") == "KeyError: 'zz'"
    assert refusal(A, POP_KEY, data, key="m", value=()) == "KeyError: 'm'"
    assert dict(data.locations()) == {"n": 1, "l": 3}


@pytest.mark.parametrize("change", [WRITE, DELETE, POP_KEY, SET_DEFAULT])
def test_different_keys_of_a_dict_are_independent(data: ManagedDict, change: OperationKind) -> None:
    for other in (READ, GET, HAS_KEY, WRITE, POP_KEY):
        assert not depends((change, "a"), (other, "b"), data)
        assert depends((change, "a"), (other, "a"), data)


def test_looks_at_one_key_commute_with_each_other(data: ManagedDict) -> None:
    for one in (READ, GET, HAS_KEY):
        for other in (READ, GET, HAS_KEY, LENGTH, ITEMS, COPY):
            assert not depends((one, "a"), (other, None if other in (LENGTH,) else "a"), data)


@pytest.mark.parametrize("look", [LENGTH, ITEMS, COPY])
def test_looks_at_all_keys_depend_on_every_change(data: ManagedDict, look: OperationKind) -> None:
    for change in (WRITE, DELETE, POP_KEY, SET_DEFAULT, CLEAR):
        assert depends((look, None), (change, "a"), data)


def test_clearing_and_updating_depend_on_the_keys_they_touch(data: ManagedDict) -> None:
    for touch in (READ, WRITE, HAS_KEY):
        assert depends((CLEAR, None), (touch, "a"), data)
        assert depends((UPDATE, ("a", "b")), (touch, "b"), data)
        assert not depends((UPDATE, ("a", "b")), (touch, "c"), data)


def test_moving_an_iterator_looks_at_what_it_goes_over(data: ManagedDict) -> None:
    iterator = ManagedIterator("Iterator#1", Cursor(data.data), data.server)
    step = Operation(NEXT, iterator, gate=data)
    assert conflict(step, Operation(WRITE, data, "a"))
    assert not conflict(step, Operation(READ, data, "a"))
    attempt(A, WRITE, data, "new", 1)
    expected = "RuntimeError: dictionary changed size during iteration"
    assert refusal(A, NEXT, iterator, gate=data) == expected


def test_a_list_is_one_whole(server: Server) -> None:
    items = ManagedList("list#1", [1, 2], server)
    append = calling("append")
    attempt(A, append, items, value=Arguments((3,)))
    attempt(A, WRITE, items, 0, 9)
    assert list(items.locations()) == [(0, 9), (1, 2), (2, 3)]
    assert depends((READ, 0), (WRITE, 1), items)
    assert depends((READ, 0), (append, None), items)
    assert not depends((READ, 0), (READ, 1), items)
    assert not depends((CONTAINS, None), (LENGTH, None), items)


def test_the_attributes_of_a_namespace_are_independent(server: Server) -> None:
    space = ManagedNamespace("Namespace#1", Namespace(x=1), server)
    attempt(A, WRITE_ATTRIBUTE, space, "y", 2)
    assert dict(space.locations()) == {"x": 1, "y": 2}
    assert not depends((WRITE_ATTRIBUTE, "x"), (WRITE_ATTRIBUTE, "y"), space)
    assert depends((WRITE_ATTRIBUTE, "x"), (WRITE_ATTRIBUTE, "x"), space)


def test_the_server_s_end_depends_on_everything_and_cuts_everybody_off(
    server: Server, data: ManagedDict
) -> None:
    end = Operation(SHUTDOWN, server)
    assert conflict(end, Operation(READ, data, "n"))
    attempt(A, READ, data, "n")
    attempt(A, SHUTDOWN, server)
    assert refusal(A, READ, data, key="n") == "BrokenPipeError: [Errno 32] Broken pipe"
    expected = "FileNotFoundError: [Errno 2] No such file or directory"
    assert refusal(B, READ, data, key="n") == expected
