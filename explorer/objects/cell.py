"""Shared memory: the cells of a Value, an Array or a ctypes structure.

A cell is read or written in one piece. A slice of an Array with a lock of its own is one operation,
since the real one holds that lock all the while; without a lock the front end reads and writes a
slice cell by cell, since another process may come in between any two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind
from explorer.objects.base import SharedObject


class Cells(SharedObject):
    """A block of independent cells; a Value is a block whose only key is None."""

    __slots__ = ("values",)
    kind: ClassVar[str] = "cell"
    label: ClassVar[str] = "Value"

    def __init__(self, name: str, values: dict[Any, Any]) -> None:
        self.name = name
        self.waiting: list[Actor] = []
        self.values = values

    def read(self, actor: Actor, operation: Operation) -> Any:
        """The value of the cell at `operation.key`."""
        return self.values[operation.key]

    def write(self, actor: Actor, operation: Operation) -> None:
        """Store `operation.value` in the cell at `operation.key`."""
        self.values[operation.key] = operation.value

    def read_slice(self, actor: Actor, operation: Operation) -> list[Any]:
        """The values of the cells whose keys make up `operation.key`."""
        return [self.values[key] for key in operation.key]

    def write_slice(self, actor: Actor, operation: Operation) -> None:
        """Store the values in `operation.value` in the cells of `operation.key`."""
        self.values.update(zip(operation.key, operation.value, strict=True))

    def gate_is_open(self, actor: Actor, operation: Operation) -> bool:
        """Whether the lock that guards these cells would let `actor` in."""
        return bool(operation.gate.is_open_to(actor))

    def holders(self, actor: Actor, operation: Operation) -> list[Actor | Any]:
        """Who holds the lock that guards them."""
        if operation.gate is self:
            return []
        found: list[Actor | Any] = operation.gate.holders(actor, operation)
        return found

    def locations(self) -> Iterator[tuple[Any, Any]]:
        """Each cell and its value."""
        return iter(self.values.items())


READ = OperationKind("read", Cells.read)
WRITE = OperationKind("write", Cells.write)
READ_SLICE = OperationKind("read slice", Cells.read_slice)
WRITE_SLICE = OperationKind("write slice", Cells.write_slice)
#: The same on a Value or Array with a lock of its own: they wait for that lock (their gate).
GUARDED_READ = OperationKind("read", Cells.read, Cells.gate_is_open)
GUARDED_WRITE = OperationKind("write", Cells.write, Cells.gate_is_open)
GUARDED_READ_SLICE = OperationKind("read slice", Cells.read_slice, Cells.gate_is_open)
GUARDED_WRITE_SLICE = OperationKind("write slice", Cells.write_slice, Cells.gate_is_open)
