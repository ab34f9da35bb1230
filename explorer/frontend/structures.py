"""ctypes structures in shared memory: a Value or an Array of them, one cell for each field.

Fields must be numbers or characters. Unions, and structures inside of structures, are refused:
there one field's bytes can be another's.
"""

from __future__ import annotations

import ctypes
from functools import lru_cache, partial
from typing import Any

from explorer.errors import NotSupported
from explorer.frontend.cells import Guard, SynchronizedBase
from explorer.frontend.coding import is_simple
from explorer.frontend.current import abort
from explorer.frontend.pickling import Inherited
from explorer.frontend.rows import RawRow
from explorer.model.operation import Operation
from explorer.objects.cell import Cells


def is_structure(ctype: Any) -> bool:
    """Whether a type is a ctypes structure; refuses those that are not simulated."""
    if not isinstance(ctype, type) or not issubclass(ctype, ctypes.Structure):
        return False
    for field in fields_of(ctype):
        if not is_simple(field[1]):
            abort(
                NotSupported(
                    f"{ctype.__name__}.{field[0]} is no number or character; such structures in "
                    "shared memory are not simulated. Use one Value or Array for each part."
                )
            )
    return True


def fields_of(ctype: Any) -> list[Any]:
    """The fields of a structure, those of its bases first."""
    return [
        field for base in reversed(ctype.__mro__) for field in base.__dict__.get("_fields_", ())
    ]


def values_of(made: Any, row: int | None = None) -> dict[Any, Any]:
    """The cells that a structure takes up, and what they hold."""
    return {key_of(row, field[0]): getattr(made, field[0]) for field in fields_of(type(made))}


def key_of(row: int | None, field: str) -> Any:
    """The key of a field's cell: the field, or its row in the Array and the field."""
    return field if row is None else (row, field)


class Structure(Inherited):
    """A structure in shared memory; the fields are properties of a subclass."""

    _ctype: Any
    _guard: Guard
    _row: int | None

    def __init__(self, object: Cells, guard: Any, row: int | None = None) -> None:
        self.__dict__.update(_object=object, _guard=guard, _row=row)

    def _read_field(self, field: str) -> Any:
        guard = self._guard
        key = key_of(self._row, field)
        return guard.perform(Operation(guard.read, self._object, key, gate=guard.gate))

    def _write_field(self, value: Any, field: str) -> None:
        made = self._ctype()
        setattr(made, field, value)  # wraps, and refuses, as ctypes does
        guard, stored = self._guard, getattr(made, field)
        key = key_of(self._row, field)
        guard.perform(Operation(guard.write, self._object, key, stored, None, guard.gate))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} object at {self._object.name}>"


def structure_type(ctype: Any, *bases: type) -> type[Structure]:
    """The class of handles for a structure; with a lock's base class, the synchronized one."""
    return _structure_type(ctype, bases)


@lru_cache(maxsize=256)
def _structure_type(ctype: Any, bases: tuple[type, ...]) -> type[Structure]:
    namespace: dict[str, Any] = {"_ctype": ctype}
    for field in fields_of(ctype):
        namespace[field[0]] = property(
            partial(_get_field, field=field[0]), partial(_set_field, field=field[0])
        )
    name = f"Synchronized{ctype.__name__}" if bases else ctype.__name__
    return type(name, (*bases, Structure), namespace)


def _get_field(handle: Structure, field: str) -> Any:
    return handle._read_field(field)


def _set_field(handle: Structure, value: Any, field: str) -> None:
    handle._write_field(value, field)


class RawStructures(RawRow):
    """A row of structures."""

    def __init__(self, object: Cells, ctype: Any, length: int, guard: Guard) -> None:
        self._object = object
        self._guard = guard
        self._ctype = ctype
        self._length = length

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self._length))]
        kind = structure_type(self._ctype)
        return kind(self._object, Guard(None), self._place(index))

    def __setitem__(self, index: Any, value: Any) -> None:
        row = self._place(index)
        made = value if isinstance(value, self._ctype) else self._ctype(*value)
        guard, values = self._guard, values_of(made, row)
        keys, stored = tuple(values), list(values.values())
        guard.perform(Operation(guard.write_slice, self._object, keys, stored, None, guard.gate))

    def _of(self) -> str:
        return f"{self._ctype.__name__}_Array_{self._length}"


class SynchronizedStructures(SynchronizedBase, RawStructures):
    """An Array of structures with a lock."""

    def __repr__(self) -> str:
        return f"<SynchronizedArray wrapper for {self.get_obj()!r}>"

    def get_obj(self) -> RawRow:
        """The structures without the lock."""
        return RawStructures(self._object, self._ctype, self._length, Guard(None))


class SynchronizedStructure(SynchronizedBase):
    """A structure with a lock."""

    def get_obj(self) -> Structure:
        """The structure without the lock."""
        handle: Any = self
        return structure_type(handle._ctype)(self._object, Guard(None))
