"""Value and Array convert, refuse and lock as CPython's do."""

from __future__ import annotations

import ctypes
from array import array
from typing import Any

import pytest

from explorer.errors import NotSupported
from tests.helpers.enumerate import outcomes, run_all
from tests.helpers.running import error_of, returned, run

INT = "'float' object cannot be interpreted as an integer"


class Point(ctypes.Structure):
    _fields_ = (("x", ctypes.c_int), ("y", ctypes.c_double), ("flag", ctypes.c_int, 1))


def stored(mp: Any, typecode: Any, value: Any) -> Any:
    cell = mp.Value(typecode)
    cell.value = value
    assert mp.Value(typecode, value).value == cell.value
    return cell.value


@pytest.mark.parametrize(
    ("typecode", "value", "expected"),
    [
        ("i", 2**31, -(2**31)),
        ("i", -(2**31) - 1, 2**31 - 1),
        ("i", True, 1),
        ("b", 200, -56),
        ("B", -1, 255),
        ("H", 65_536, 0),
        ("q", 2**33, 2**33),
        ("d", 1, 1.0),
        ("d", 0.1, 0.1),
        ("f", 0.1, 0.10000000149011612),
        ("c", 65, b"A"),
        ("c", b"x", b"x"),
        ("u", "é", "é"),
        (ctypes.c_bool, 5, True),
        (ctypes.c_longlong, 2**40, 2**40),
    ],
)
def test_a_value_holds_what_ctypes_would(typecode: Any, value: Any, expected: Any) -> None:
    found = returned(lambda mp: stored(mp, typecode, value))
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(
    ("typecode", "value", "message"),
    [
        ("i", 1.5, f"TypeError: {INT}"),
        ("i", "1", "TypeError: 'str' object cannot be interpreted as an integer"),
        ("i", None, "TypeError: 'NoneType' object cannot be interpreted as an integer"),
        ("d", "x", "TypeError: must be real number, not str"),
        ("c", "a", "TypeError: one character bytes, bytearray or integer expected"),
        ("u", "ab", "TypeError: one character unicode string expected"),
    ],
)
@pytest.mark.parametrize("lock", [True, False])
def test_a_value_refuses_what_ctypes_would(
    typecode: str, value: Any, message: str, lock: bool
) -> None:
    def body(mp: Any) -> str:
        cell = mp.Value(typecode, lock=lock)
        return error_of(lambda: setattr(cell, "value", value))

    assert returned(body) == message


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda mp: mp.Value("zz", 1), "TypeError: this type has no size"),
        (lambda mp: mp.Value("i", 1.5), f"TypeError: {INT}"),
        (lambda mp: mp.Value("i", 1, 2), "TypeError: __init__ expected at most 1 argument, got 2"),
        (lambda mp: mp.Value("i", 1, lock="x"), "AttributeError: 'x' has no method 'acquire'"),
        (lambda mp: mp.Array("i", 3, lock="x"), "AttributeError: 'x' has no method 'acquire'"),
        (lambda mp: mp.Array("i", -1), "ValueError: Array length must be >= 0, not -1"),
        (lambda mp: mp.Array("i", 2.5), "TypeError: object of type 'float' has no len()"),
        (lambda mp: mp.Array("i", [1.5]), f"TypeError: {INT}"),
        (
            lambda mp: mp.Array("c", "abc"),
            "TypeError: one character bytes, bytearray or integer expected",
        ),
    ],
)
def test_what_cannot_be_made_is_refused(make: Any, message: str) -> None:
    assert returned(lambda mp: error_of(lambda: make(mp))) == message


def test_a_value_is_shown_as_ctypes_shows_it() -> None:
    def body(mp: Any) -> list[str]:
        return [repr(mp.Value("i", 5)), repr(mp.RawValue("d", 1.5)), repr(mp.Array("c", b"ab"))]

    assert returned(body) == [
        "<Synchronized wrapper for c_int(5)>",
        "c_double(1.5)",
        "<SynchronizedString wrapper for "
        "<multiprocessing.sharedctypes.c_char_Array_2 object at Array#1>>",
    ]


def test_only_a_value_with_a_lock_has_get_lock_and_get_obj() -> None:
    def body(mp: Any) -> list[Any]:
        lock = mp.Lock()
        guarded = mp.Value("i", 5, lock=lock)
        bare = mp.Value("i", 5, lock=False)
        guarded.get_obj().value = 6
        return [
            guarded.get_lock() is lock,
            guarded.value,
            hasattr(bare, "get_lock"),
            hasattr(mp.RawValue("i"), "get_obj"),
            error_of(lambda: guarded.other),
        ]

    expected = "AttributeError: 'Synchronized' object has no attribute 'other'"
    assert returned(body) == [True, 6, False, False, expected]


def test_the_lock_of_a_value_can_be_taken_again_around_its_operations() -> None:
    def body(mp: Any) -> int:
        value = mp.Value("i", 0)
        with value.get_lock(), value:
            value.value += 1
        value.acquire()
        value.value += 1
        value.release()
        return int(value.value)

    assert returned(body) == 2


def test_an_increment_is_a_read_and_a_write_lock_or_not() -> None:
    def body(mp: Any, lock: Any) -> int:
        value = mp.Value("i", 0, lock=lock)

        def add() -> None:
            value.value += 1

        run_all(mp, add, add)
        return int(value.value)

    def with_lock(mp: Any) -> int:
        return body(mp, True)

    def without(mp: Any) -> int:
        return body(mp, False)

    assert outcomes(with_lock) == outcomes(without) == {1, 2}


def test_an_increment_under_the_value_s_lock_is_never_lost() -> None:
    def body(mp: Any) -> int:
        value = mp.Value("i", 0)

        def add() -> None:
            with value.get_lock():
                value.value += 1

        run_all(mp, add, add)
        return int(value.value)

    assert outcomes(body) == {2}


def test_a_read_waits_for_the_lock_of_the_value() -> None:
    def body(mp: Any) -> tuple[int, ...]:
        value, seen = mp.Value("i", 0), mp.Array("i", 1, lock=False)

        def change() -> None:
            with value.get_lock():
                value.value = 1
                value.value = 2

        def look() -> None:
            seen[0] = value.value

        run_all(mp, change, look)
        return tuple(seen)

    assert outcomes(body) == {(0,), (2,)}


def test_a_value_given_a_plain_lock_deadlocks_under_that_lock() -> None:
    def body(mp: Any) -> None:
        value = mp.Value("i", 0, lock=mp.Lock())
        with value.get_lock():
            value.value += 1

    assert outcomes(body) == {"blocked: MainProcess in read Value#1"}


def test_anything_with_acquire_and_release_serves_as_the_lock() -> None:
    class Noted:
        def __init__(self) -> None:
            self.calls: list[str] = []

        def acquire(self) -> None:
            self.calls.append("acquire")

        def release(self) -> None:
            self.calls.append("release")

    def body(mp: Any) -> Any:
        lock = Noted()
        value = mp.Value("i", 3, lock=lock)
        value.value = 4
        return value.value, lock.calls, value.get_lock() is lock

    assert returned(body) == (4, ["acquire", "release"] * 2, True)


@pytest.mark.parametrize("make", ["Array", "RawArray"])
def test_an_array_is_indexed_and_sliced_as_ctypes_arrays_are(make: str) -> None:
    def body(mp: Any) -> list[Any]:
        row = getattr(mp, make)("i", range(6))
        row[1:3] = [10, 20]
        row[-1] = 2**31
        row[4:5] = array("i", [7])
        return [row[:], row[::-2], row[-2], row[3:1], len(row), list(row), 10 in row]

    low = -(2**31)
    assert returned(body) == [
        [0, 10, 20, 3, 7, low],
        [low, 3, 10],
        7,
        [],
        6,
        [0, 10, 20, 3, 7, low],
        True,
    ]


@pytest.mark.parametrize("make", ["Array", "RawArray"])
@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda row: row[3], "IndexError: invalid index"),
        (lambda row: row[-4], "IndexError: invalid index"),
        (lambda row: row["x"], "TypeError: indices must be integers"),
        (lambda row: row.__setitem__(5, 1), "IndexError: invalid index"),
        (lambda row: row.__setitem__(0, 1.5), f"TypeError: {INT}"),
        (
            lambda row: row.__setitem__(slice(0, 2), [1]),
            "ValueError: Can only assign sequence of same size",
        ),
        (
            lambda row: row.__setitem__(slice(0, 2), 5),
            "ValueError: Can only assign sequence of same size",
        ),
        (lambda row: row.__delitem__(0), "TypeError: Array does not support item deletion"),
    ],
)
def test_an_array_refuses_what_ctypes_arrays_refuse(make: str, act: Any, message: str) -> None:
    assert returned(lambda mp: error_of(lambda: act(getattr(mp, make)("i", 3)))) == message


def test_bytes_are_read_up_to_the_first_nul_and_written_with_one() -> None:
    def body(mp: Any) -> list[Any]:
        text = mp.Array("c", b"xyzzy")
        text.value = b"ab"
        found = [text.value, text.raw, text[:], text[0], text[1:3]]
        text.raw = b"q"
        return [*found, text.raw]

    assert returned(body) == [b"ab", b"ab\0zy", b"ab\0zy", b"a", b"b\0", b"qb\0zy"]


@pytest.mark.parametrize(
    ("attribute", "value", "message"),
    [
        ("value", b"123456", "ValueError: byte string too long"),
        ("value", "x", "TypeError: bytes expected instead of str instance"),
        ("raw", b"123456", "ValueError: byte string too long"),
    ],
)
def test_bytes_that_do_not_fit_are_refused(attribute: str, value: Any, message: str) -> None:
    def body(mp: Any) -> str:
        return error_of(lambda: setattr(mp.Array("c", 5), attribute, value))

    assert returned(body) == message


def test_only_a_bare_row_of_characters_has_a_value_and_none_has_raw() -> None:
    def body(mp: Any) -> list[Any]:
        text = mp.RawArray("u", 4)
        text.value = "hé"
        return [
            text.value,
            text[:],
            error_of(lambda: text.raw),
            error_of(lambda: mp.Array("u", 3).value),
        ]

    assert returned(body) == [
        "hé",
        "hé\0\0",
        "AttributeError: 'RawText' object has no attribute 'raw'",
        "AttributeError: 'SynchronizedArray' object has no attribute 'value'",
    ]


def both_seen(mp: Any, row: Any) -> tuple[int, ...]:
    seen = mp.Array("i", 2, lock=False)

    def change() -> None:
        row[:] = [1, 1]

    def look() -> None:
        seen[:] = row[:]

    run_all(mp, change, look)
    return tuple(seen)


def test_a_slice_under_the_lock_is_seen_whole() -> None:
    def body(mp: Any) -> tuple[int, ...]:
        return both_seen(mp, mp.Array("i", 2))

    assert outcomes(body) == {(0, 0), (1, 1)}


def test_a_slice_without_a_lock_may_be_seen_half_written() -> None:
    def body(mp: Any) -> tuple[int, ...]:
        return both_seen(mp, mp.RawArray("i", 2))

    assert outcomes(body) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_cells_of_an_array_are_independent() -> None:
    def body(mp: Any) -> list[int]:
        row = mp.Array("i", 2)

        def add(place: int) -> None:
            row[place] += 1

        run_all(mp, lambda: add(0), lambda: add(1))
        return list(row[:])

    result, world = run(body)
    assert result == [1, 1]
    footprints = [
        (actor.name, operation.accesses())
        for actor, operation, _ in world.log
        if operation.object.name == "Array#1" and operation.key in (0, 1)
    ]
    touched = {(actor, place) for actor, places in footprints for (_, place), _ in places}
    assert ("Process-1", 0) in touched
    assert ("Process-1", 1) not in touched


def test_a_structure_has_a_cell_for_each_field() -> None:
    def body(mp: Any) -> list[Any]:
        point = mp.Value(Point, 1, 2.5)
        point.x = 2**31
        point.flag = 1
        return [
            point.x,
            point.y,
            point.flag,
            point.get_obj().y,
            error_of(lambda: setattr(point, "x", "a")),
            error_of(lambda: point.z),
            type(point).__name__,
        ]

    assert returned(body) == [
        -(2**31),
        2.5,
        -1,
        2.5,
        "TypeError: 'str' object cannot be interpreted as an integer",
        "AttributeError: 'SynchronizedPoint' object has no attribute 'z'",
        "SynchronizedPoint",
    ]


def test_an_array_of_structures_gives_handles_of_its_elements() -> None:
    def body(mp: Any) -> list[Any]:
        points = mp.Array(Point, [(1, 2), (3, 4)])
        points[0].x += 10
        points[1] = (5, 6)
        bare = mp.RawArray(Point, 1)
        bare[0] = Point(7, 8)
        return [points[0].x, points[1].y, len(points), bare[0].x, [point.x for point in points]]

    assert returned(body) == [11, 6.0, 2, 7, [11, 5]]


def test_structures_within_structures_are_refused_by_name() -> None:
    class Line(ctypes.Structure):
        _fields_ = (("start", Point),)

    with pytest.raises(NotSupported, match=r"Line\.start is no number"):
        run(lambda mp: mp.Value(Line))


def test_copy_makes_new_cells() -> None:
    def body(mp: Any) -> list[Any]:
        shared = mp.sharedctypes
        one = mp.RawValue("i", 3)
        other = shared.copy(one)
        one.value = 4
        row = shared.copy(mp.RawArray("i", [1, 2]))
        point = shared.copy(Point(1, 2.0))
        return [other.value, row[:], point.y, shared.synchronized(one).value]

    assert returned(body) == [3, [1, 2], 2.0, 4]
