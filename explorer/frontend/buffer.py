"""The `buf` of a block of shared memory: a memoryview whose items are shared cells.

Reading or writing an item is one operation, and so is a slice. What needs the memory itself cannot
have it: `numpy.ndarray(buffer=…)`, `struct.pack_into`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from explorer.frontend.current import slot
from explorer.model.operation import Operation
from explorer.objects import cell


class Buffer:
    """Items of `form` (as in `struct`) in a row of bytes that are the cells of `cells`."""

    readonly = False
    ndim = 1

    def __init__(self, cells: cell.Cells, places: range, form: str = "B") -> None:
        self._object = cells
        self._places = places  # of the items' first bytes
        self.format = form
        self.itemsize = struct.calcsize(form)

    @property
    def nbytes(self) -> int:
        """How many bytes it has."""
        return len(self._places) * self.itemsize

    @property
    def shape(self) -> tuple[int]:
        """One dimension."""
        return (len(self._places),)

    def __len__(self) -> int:
        return len(self._places)

    def _keys(self) -> tuple[int, ...]:
        return tuple(place + offset for place in self._places for offset in range(self.itemsize))

    def _place(self, index: Any) -> int:
        if not hasattr(index, "__index__"):
            raise TypeError("memoryview: invalid slice key")
        try:
            return int(self._places[index])
        except IndexError:
            raise IndexError("index out of bounds on dimension 1") from None

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return Buffer(self._object, self._places[index], self.format)
        place = self._place(index)
        if self.itemsize == 1:
            return self._unpack(bytes([self._perform(cell.READ, place)]))
        keys = tuple(range(place, place + self.itemsize))
        return self._unpack(bytes(self._perform(cell.READ_SLICE, keys)))

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            self[index]._write(value)
            return
        place, data = self._place(index), self._pack(value)
        if self.itemsize == 1:
            self._perform(cell.WRITE, place, data[0])
        else:
            self._perform(cell.WRITE_SLICE, tuple(range(place, place + len(data))), list(data))

    def _write(self, value: Any) -> None:
        data = value.tobytes() if isinstance(value, Buffer) else bytes(memoryview(value))
        form = value.format if isinstance(value, Buffer) else memoryview(value).format
        if len(data) != self.nbytes or form != self.format:
            text = "lvalue and rvalue have different structures"
            raise ValueError(f"memoryview assignment: {text}")
        if data:
            self._perform(cell.WRITE_SLICE, self._keys(), list(data))

    def _perform(self, kind: Any, key: Any, value: Any = None) -> Any:
        return slot.world.perform(Operation(kind, self._object, key, value))

    def _pack(self, value: Any) -> bytes:
        try:
            return struct.pack(self.format, value)
        except struct.error:
            wrong = not isinstance(value, int | float | bytes)
            kind, what = (TypeError, "type") if wrong else (ValueError, "value")
            raise kind(f"memoryview: invalid {what} for format {self.format!r}") from None

    def _unpack(self, data: bytes) -> Any:
        return struct.unpack(self.format, data)[0]

    def tobytes(self, order: str = "C") -> bytes:
        """All of it, read at once."""
        keys = self._keys()
        return bytes(self._perform(cell.READ_SLICE, keys)) if keys else b""

    __bytes__ = tobytes

    def hex(self, *args: Any) -> str:
        """All of it, as hexadecimal digits."""
        return self.tobytes().hex(*args)

    def tolist(self) -> list[Any]:
        """Its items, read at once."""
        return [item for (item,) in struct.iter_unpack(self.format, self.tobytes())]

    def cast(self, form: str) -> Buffer:
        """The same bytes as items of another form."""
        size = struct.calcsize(form)
        if self._places.step != self.itemsize or (size > 1 and self.itemsize > 1):
            raise TypeError("memoryview: cannot cast between two non-byte formats")
        if self.nbytes % size:
            raise TypeError("memoryview: length is not a multiple of itemsize")
        start = self._places.start
        return Buffer(self._object, range(start, start + self.nbytes, size), form)

    def release(self) -> None:
        """Nothing to give back."""

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Buffer):
            return self.tolist() == other.tolist()
        try:
            view = memoryview(other)  # type: ignore[arg-type]
        except TypeError:
            return NotImplemented
        return self.tolist() == view.tolist()

    __hash__ = None  # type: ignore[assignment]

    def __enter__(self) -> Buffer:
        return self

    def __exit__(self, *exc: object) -> None:
        self.release()

    def __repr__(self) -> str:
        return f"<memory of {self._object.name}>"
