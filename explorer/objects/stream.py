"""A terminal: what processes write appears in the order in which they write it."""

from __future__ import annotations

from typing import Any, ClassVar

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind
from explorer.objects.base import SharedObject


class Stream(SharedObject):
    """The stdout or stderr of a run; `written` collects the text."""

    __slots__ = ("written",)
    kind: ClassVar[str] = "stream"
    label: ClassVar[str] = "stdout"

    def __init__(self, name: str, written: list[Any]) -> None:
        super().__init__(name)
        self.written = written

    def write(self, actor: Actor, operation: Operation) -> None:
        """The text in `operation.value` appears, in one piece."""
        self.written.append(operation.value)


WRITE = OperationKind("write", Stream.write)
