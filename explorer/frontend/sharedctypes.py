"""`multiprocessing.Value`, with or without a lock of its own."""

from __future__ import annotations

from typing import Any

from explorer.frontend.current import new_name, world
from explorer.frontend.synchronize import RLock
from explorer.model.operation import Operation
from explorer.objects import cell


class RawValue:
    """One shared cell without a lock."""

    def __init__(self, typecode: Any, value: Any = 0) -> None:
        running = world()
        self._perform = running.perform
        self._cells = cell.Cells(new_name("Value"), {None: value})
        self._read = Operation(cell.READ, self._cells)

    @property
    def value(self) -> Any:
        """Read or write the cell: one operation each."""
        return self._perform(self._read)

    @value.setter
    def value(self, value: Any) -> None:
        self._perform(Operation(cell.WRITE, self._cells, None, value))


def Value(typecode: Any, value: Any = 0, *, lock: Any = True) -> Any:
    """A shared cell."""
    return RawValue(typecode, value)


__all__ = ["RLock", "RawValue", "Value"]
