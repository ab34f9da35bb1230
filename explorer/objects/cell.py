"""Shared memory: the cells of a Value or an Array, read and written one at a time."""

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
        super().__init__(name)
        self.values = values

    def read(self, actor: Actor, operation: Operation) -> Any:
        """The value of the cell at `operation.key`."""
        return self.values[operation.key]

    def write(self, actor: Actor, operation: Operation) -> None:
        """Store `operation.value` in the cell at `operation.key`."""
        self.values[operation.key] = operation.value

    def locations(self) -> Iterator[tuple[Any, Any]]:
        """Each cell and its value."""
        return iter(self.values.items())


def _gate_is_open(cells: Cells, actor: Actor, operation: Operation) -> bool:
    return bool(operation.gate.is_open_to(actor))


READ = OperationKind("read", Cells.read)
WRITE = OperationKind("write", Cells.write)
#: The same on a Value or Array with a lock of its own: they wait for that lock.
GUARDED_READ = OperationKind("read", Cells.read, _gate_is_open)
GUARDED_WRITE = OperationKind("write", Cells.write, _gate_is_open)
