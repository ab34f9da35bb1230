"""`multiprocessing.shared_memory`: SharedMemory and ShareableList.

After Lib/multiprocessing/shared_memory.py. An item of a ShareableList is one cell, where CPython
keeps its bytes, its format and a code apart and writes one after the other.

PYTEST_DONT_REWRITE: these assertions are CPython's, to the letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from types import GenericAlias
from typing import Any, Final

from explorer.frontend.buffer import Buffer
from explorer.frontend.counts import exact
from explorer.frontend.current import next_number, slot, world
from explorer.frontend.signals import pid_of
from explorer.model.operation import Operation
from explorer.objects import cell
from explorer.objects import segments as machines

_ALIGNMENT: Final = 8  # bytes
_SEGMENTS: Final = "shared memory"


def _segments() -> machines.Segments:
    table = world().runtime.handles
    if _SEGMENTS not in table:
        table[_SEGMENTS] = machines.Segments(_SEGMENTS)
    found: machines.Segments = table[_SEGMENTS]
    return found


def _new_name() -> str:
    process = slot.world.running.process
    return f"psm_{pid_of(process):04x}{next_number(process, _SEGMENTS):04x}"


class SharedMemory:
    """A block of shared memory: a new one, or the one that has this name."""

    def __init__(
        self, name: str | None = None, create: bool = False, size: int = 0, *, track: bool = True
    ) -> None:
        if not size >= 0:
            raise ValueError("'size' must be a positive integer")
        if create and size == 0:
            raise ValueError("'size' must be a positive number different from zero")
        if name is None and not create:
            raise ValueError("'name' can only be None if create=True")
        self._name = _new_name() if name is None else name.removeprefix("/")
        self._closed: list[Any] = []  # the processes in which it is
        segments, perform = _segments(), slot.world.perform
        if create:
            block = machines.Block(f"SharedMemory {self._name}", exact(size))
            perform(Operation(machines.CREATE, segments, self._name, block))
        else:
            block = perform(Operation(machines.ATTACH, segments, self._name))
        self._block: machines.Block = block

    @property
    def name(self) -> str:
        """By which other processes find it."""
        return self._name

    @property
    def size(self) -> int:
        """In bytes."""
        return self._block.size

    @property
    def buf(self) -> Any:
        """What is in it; None where it was closed."""
        if slot.world.running.process in self._closed:
            return None
        return Buffer(self._block.cells, range(self.size))

    def close(self) -> None:
        """This process uses it no more."""
        process = slot.world.running.process
        if process not in self._closed:
            self._closed.append(process)

    def unlink(self) -> None:
        """Take its name away."""
        slot.world.perform(Operation(machines.UNLINK, _segments(), self._name))

    def __reduce__(self) -> Any:
        return SharedMemory, (self._name, False, self.size)

    def __repr__(self) -> str:
        return f"SharedMemory({self._name!r}, size={self.size})"


class ShareableList:
    """A list of fixed length in a block of shared memory: numbers, text, bytes, None."""

    def __init__(self, sequence: Any = None, *, name: str | None = None) -> None:
        if sequence is None and name is not None:
            self.shm = SharedMemory(name)
            return
        items = list(sequence or ())
        room = [_room(item) for item in items]
        size = 8 + 8 * (len(items) + 1) + sum(room) + 9 * len(items)
        self.shm = SharedMemory(name, create=True, size=size)
        block = self.shm._block
        values = {place: _stored(item) for place, item in enumerate(items)}
        block.items = cell.Cells(f"ShareableList {self.shm.name}", values)
        block.room = room

    @property
    def _cells(self) -> cell.Cells:
        if self.shm.buf is None:
            raise TypeError("a bytes-like object is required, not 'NoneType'")
        found = self.shm._block.items
        assert found is not None, "there is no ShareableList in this block"
        return found

    def _place(self, position: int, error: str) -> int:
        position = position if position >= 0 else position + len(self)
        if not 0 <= position < len(self):
            raise IndexError(error)
        return position

    def __getitem__(self, position: int) -> Any:
        place = self._place(position, "index out of range")
        return slot.world.perform(Operation(cell.READ, self._cells, place))

    def __setitem__(self, position: int, value: Any) -> None:
        place = self._place(position, "assignment index out of range")
        _room(value)
        if isinstance(value, str | bytes):
            data = value.encode() if isinstance(value, str) else value
            if len(data) > self.shm._block.room[place]:
                raise ValueError("bytes/str item exceeds available storage")
        slot.world.perform(Operation(cell.WRITE, self._cells, place, _stored(value)))

    def __len__(self) -> int:
        return len(self.shm._block.room)

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(len(self)))

    def count(self, value: Any) -> int:
        """How often `value` is in it."""
        return sum(value == entry for entry in self)

    def index(self, value: Any) -> int:
        """Where `value` is first."""
        for place, entry in enumerate(self):
            if value == entry:
                return place
        raise ValueError(f"{value!r} not in this container")

    @property
    def format(self) -> str:
        """How CPython would pack the items."""
        block = self.shm._block
        return "".join(_form(self._cells.values[at], room) for at, room in enumerate(block.room))

    def __reduce__(self) -> Any:
        return partial(ShareableList, name=self.shm.name), ()

    def __repr__(self) -> str:
        return f"ShareableList({list(self)}, name={self.shm.name!r})"

    __class_getitem__: Any = classmethod(GenericAlias)


_FORMS: Final[dict[type, str]] = {
    int: "q",
    float: "d",
    bool: "xxxxxxx?",
    type(None): "xxxxxx?x",
}


def _room(item: Any) -> int:
    """How many bytes an item gets; KeyError if it cannot be stored, as CPython's."""
    if isinstance(item, str | bytes):
        data = item.encode() if isinstance(item, str) else item
        return _ALIGNMENT * (len(data) // _ALIGNMENT + 1)
    _FORMS[type(item)]
    return _ALIGNMENT


def _stored(item: Any) -> Any:
    """What comes out again: without the zeros at the end."""
    if isinstance(item, str):
        return item.rstrip("\x00")
    return item.rstrip(b"\x00") if isinstance(item, bytes) else item


def _form(item: Any, room: int) -> str:
    return f"{room}s" if isinstance(item, str | bytes) else _FORMS[type(item)]


__all__ = ["ShareableList", "SharedMemory"]
