"""What a manager's server makes itself to hold: a Namespace, a Value, an iterator.

Ordinary classes, never compiled (see `explorer.native`): a program puts any attribute into them.
"""

from __future__ import annotations

from typing import Any


class Namespace:
    """What the server makes for `Namespace()`; named as CPython's, for its messages."""

    def __init__(self, /, **kwds: Any) -> None:
        self.__dict__.update(kwds)

    def __repr__(self) -> str:
        shown = sorted(
            f"{name}={value!r}" for name, value in self.__dict__.items() if name[:1] != "_"
        )
        return f"Namespace({', '.join(shown)})"


class Value:
    """What the server makes for `Value()`: any value at all, whatever the typecode."""

    def __init__(self, typecode: Any, value: Any, lock: Any = True) -> None:
        self._typecode = typecode
        self._value = value

    def __repr__(self) -> str:
        return f"Value({self._typecode!r}, {self._value!r})"


class Cursor:
    """An iterator as the result of an operation."""

    def __init__(self, data: Any) -> None:
        self.iterator = iter(data)

    def __repr__(self) -> str:
        return "an iterator"
