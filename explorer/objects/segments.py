"""Blocks of shared memory with names, as POSIX has them: a block outlives its name.

After Lib/multiprocessing/shared_memory.py on Linux. What is in a block are the cells of another
object; here is only which name stands for which block.
"""

from __future__ import annotations

import errno
import os
from typing import Any, ClassVar

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind, Refused
from explorer.objects.base import SharedObject
from explorer.objects.cell import Cells


class Block:
    """`size` bytes as cells; `items`: the cells of the ShareableList that it holds, if it does."""

    __slots__ = ("cells", "items", "room", "size")

    def __init__(self, name: str, size: int) -> None:
        self.size = size
        self.cells = Cells(name, dict.fromkeys(range(size), 0))
        self.items: Cells | None = None
        self.room: list[int] = []  # bytes that each item of the list may take

    def __repr__(self) -> str:
        return f"{self.size} bytes"


class Segments(SharedObject):
    """The names of a run."""

    __slots__ = ("blocks",)
    kind: ClassVar[str] = "segments"
    label: ClassVar[str] = "shared memory"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.blocks: dict[str, Block] = {}

    def create(self, actor: Actor, operation: Operation) -> Block:
        """Give a name to a new block; refused if it has one."""
        if operation.key in self.blocks:
            raise Refused(_error(errno.EEXIST, operation.key))
        block: Block = operation.value
        self.blocks[operation.key] = block
        return block

    def attach(self, actor: Actor, operation: Operation) -> Block:
        """The block of a name."""
        return self._find(operation.key)

    def unlink(self, actor: Actor, operation: Operation) -> None:
        """Take the name away; whoever has the block keeps it."""
        self._find(operation.key)
        del self.blocks[operation.key]

    def _find(self, name: str) -> Block:
        if name not in self.blocks:
            raise Refused(_error(errno.ENOENT, name))
        return self.blocks[name]


def _error(number: int, name: str) -> Any:
    return OSError(number, os.strerror(number), f"/{name}")


CREATE = OperationKind("create", Segments.create)
ATTACH = OperationKind("attach", Segments.attach)
UNLINK = OperationKind("unlink", Segments.unlink)
