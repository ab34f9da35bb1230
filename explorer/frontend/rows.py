"""Rows of shared cells: what Array and RawArray return.

A slice under the lock is one event. Without a lock a slice of numbers goes cell by cell, for
another process may come between any two; text and bytes, which are copied by one memcpy, go in one
piece.
"""

from __future__ import annotations

import ctypes
from typing import Any

from explorer.frontend.cells import Guard, SynchronizedBase
from explorer.frontend.coding import Coding
from explorer.frontend.pickling import Inherited
from explorer.model.operation import Operation
from explorer.objects import cell


class RawRow(Inherited):
    """What RawArray returns: a row of cells."""

    def __init__(self, object: cell.Cells, coding: Coding, length: int, guard: Guard) -> None:
        self._object = object
        self._guard = guard
        self._perform = guard.perform
        self._coding = coding
        self._length = length
        self._is_text = coding.ctype in (ctypes.c_char, ctypes.c_wchar)
        self._reads: list[Operation | None] = [None] * length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self._joined(self._read_cells(range(*index.indices(self._length))))
        place = self._place(index)
        operation = self._reads[place]
        if operation is None:
            guard = self._guard
            operation = Operation(guard.read, self._object, place, gate=guard.gate)
            self._reads[place] = operation
        return self._perform(operation)

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            places = range(*index.indices(self._length))
            if not hasattr(value, "__len__") or len(value) != len(places):
                raise ValueError("Can only assign sequence of same size")
            self._write_cells(places, value)
            return
        place, guard = self._place(index), self._guard
        stored = self._coding.store(value)
        self._perform(Operation(guard.write, self._object, place, stored, None, guard.gate))

    def __delitem__(self, index: Any) -> None:
        raise TypeError("Array does not support item deletion")

    def _place(self, index: Any) -> int:
        if not hasattr(index, "__index__"):
            raise TypeError("indices must be integers")
        place: int = index.__index__()
        if place < 0:
            place += self._length
        if not 0 <= place < self._length:
            raise IndexError("invalid index")
        return place

    def _read_cells(self, places: range) -> list[Any]:
        guard = self._guard
        if not places:
            return []
        if guard.lock is None and not self._is_text:
            return [self[place] for place in places]
        found: list[Any] = self._perform(
            Operation(guard.read_slice, self._object, places, gate=guard.gate)
        )
        return found

    def _write_cells(self, places: range, values: Any) -> None:
        guard = self._guard
        if guard.lock is None and not self._is_text:
            for place, value in zip(places, values, strict=True):
                self[place] = value
        elif places:
            stored = [self._coding.store(value) for value in values]
            self._perform(
                Operation(guard.write_slice, self._object, places, stored, None, guard.gate)
            )

    def _joined(self, values: list[Any]) -> Any:
        if not self._is_text:
            return values
        return b"".join(values) if self._coding.ctype is ctypes.c_char else "".join(values)

    def _of(self) -> str:
        return f"{self._coding.ctype.__name__}_Array_{self._length}"

    def __repr__(self) -> str:
        return f"<multiprocessing.sharedctypes.{self._of()} object at {self._object.name}>"


class RawText(RawRow):
    """A row of `c_wchar`."""

    @property
    def value(self) -> Any:
        """The text up to the first NUL."""
        text = self._joined(self._read_cells(range(self._length)))
        return text.partition(self._nul())[0]

    @value.setter
    def value(self, value: Any) -> None:
        self._check(value)
        ended = value if len(value) == self._length else value + self._nul()
        self._store(ended)

    def _nul(self) -> Any:
        return "\0" if self._coding.ctype is ctypes.c_wchar else b"\0"

    def _check(self, value: Any) -> None:
        """Let ctypes say what is wrong with `value`."""
        (self._coding.ctype * self._length)().value = value

    def _store(self, value: Any) -> None:
        pieces = [value[place : place + 1] for place in range(len(value))]
        self._write_cells(range(len(pieces)), pieces)


class RawBytes(RawText):
    """A row of `c_char`."""

    @property
    def raw(self) -> Any:
        """All the bytes."""
        return self._joined(self._read_cells(range(self._length)))

    @raw.setter
    def raw(self, value: Any) -> None:
        (self._coding.ctype * self._length)().raw = value
        self._store(bytes(value))


class SynchronizedArray(SynchronizedBase, RawRow):
    """An Array with a lock."""

    def get_obj(self) -> RawRow:
        """The cells without the lock."""
        return row_of(self._object, self._coding, self._length, Guard(None))


class SynchronizedString(SynchronizedBase, RawBytes):
    """An Array of `c_char` with a lock."""

    def get_obj(self) -> RawRow:
        """The cells without the lock."""
        return row_of(self._object, self._coding, self._length, Guard(None))


def row_of(object: cell.Cells, coding: Coding, length: int, guard: Guard) -> RawRow:
    """The handle of a row of cells, by what is in them and whether there is a lock."""
    if coding.ctype is ctypes.c_char:
        kind: type[RawRow] = RawBytes if guard.lock is None else SynchronizedString
    elif guard.lock is not None:
        kind = SynchronizedArray
    else:
        kind = RawText if coding.ctype is ctypes.c_wchar else RawRow
    return kind(object, coding, length, guard)
