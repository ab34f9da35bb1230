"""`multiprocessing.Value`, `Array`, `RawValue`, `RawArray`: shared memory with ctypes' types.

PYTEST_DONT_REWRITE: these assertions are CPython's, to the letter.
"""

from __future__ import annotations

import ctypes
from typing import Any

from explorer.errors import NotSupported
from explorer.frontend.cells import Guard, RawCell, Synchronized, SynchronizedBase
from explorer.frontend.coding import KNOWN, Coding, coding_of, ctype_of, is_simple
from explorer.frontend.current import abort, new_name, slot, world
from explorer.frontend.rows import RawRow, row_of
from explorer.frontend.structures import (
    RawStructures,
    SynchronizedStructure,
    SynchronizedStructures,
    fields_of,
    is_structure,
    structure_type,
    values_of,
)
from explorer.objects import cell
from explorer.objects import lock as locks


def RawValue(typecode_or_type: Any, *args: Any) -> Any:
    """One shared cell, or a structure, without a lock."""
    return _value(typecode_or_type, args, False)


def Value(typecode_or_type: Any, *args: Any, lock: Any = True, ctx: Any = None) -> Any:
    """One shared cell, or a structure, with a lock (its own RLock, unless given one)."""
    if lock is False and len(args) == 1 and type(typecode_or_type) is str:  # the most frequent
        coding = KNOWN.get(typecode_or_type)
        if coding is not None:
            found = cell.Cells(new_name("Value"), {None: coding.store(args[0])})
            return RawCell(found, coding, (slot.world or world()).perform)
    return _value(typecode_or_type, args, lock)


def RawArray(typecode_or_type: Any, size_or_initializer: Any) -> Any:
    """A row of shared cells without a lock."""
    return _array(typecode_or_type, size_or_initializer, False)


def Array(
    typecode_or_type: Any, size_or_initializer: Any, *, lock: Any = True, ctx: Any = None
) -> Any:
    """A row of shared cells with a lock (its own RLock, unless given one)."""
    return _array(typecode_or_type, size_or_initializer, lock)


def _value(typecode_or_type: Any, args: tuple[Any, ...], lock: Any) -> Any:
    coding = KNOWN.get(typecode_or_type) if type(typecode_or_type) is str else None
    if coding is not None and len(args) == 1:
        return _cell(cell.Cells(new_name("Value"), {None: coding.store(args[0])}), coding, lock)
    ctype = ctype_of(typecode_or_type)
    if is_simple(ctype):
        found = cell.Cells(new_name("Value"), {None: ctype(*args).value})
        return _cell(found, coding_of(ctype), lock)
    if is_structure(ctype):
        found = cell.Cells(new_name("Value"), values_of(ctype(*args)))
        guard = _guard(lock, found.name)
        bases = () if guard.lock is None else (SynchronizedStructure,)
        return structure_type(ctype, *bases)(found, guard)
    return _refuse(ctype)


def _array(typecode_or_type: Any, size_or_initializer: Any, lock: Any) -> Any:
    ctype = ctype_of(typecode_or_type)
    if isinstance(size_or_initializer, int):
        made = (ctype * size_or_initializer)()
    else:
        made = (ctype * len(size_or_initializer))(*size_or_initializer)
    length = len(made)
    if is_simple(ctype):
        found = cell.Cells(new_name("Array"), dict(enumerate(made)))
        return row_of(found, coding_of(ctype), length, _guard(lock, found.name))
    if is_structure(ctype):
        values = {
            key: value for row in range(length) for key, value in values_of(made[row], row).items()
        }
        found = cell.Cells(new_name("Array"), values)
        guard = _guard(lock, found.name)
        kind = RawStructures if guard.lock is None else SynchronizedStructures
        return kind(found, ctype, length, guard)
    return _refuse(ctype)


def _refuse(ctype: Any) -> None:
    abort(
        NotSupported(
            f"{getattr(ctype, '__name__', ctype)} in shared memory is not simulated; numbers, "
            "characters and structures of them are"
        )
    )


def _guard(lock: Any, name: str) -> Guard:
    if lock is False:
        return Guard(None)
    if lock is True or lock is None:
        return Guard(locks.RLock(f"{name}.lock"))
    if not hasattr(lock, "acquire"):
        raise AttributeError(f"{lock!r} has no method 'acquire'")
    return Guard(lock)


def _cell(object: cell.Cells, coding: Coding, lock: Any) -> RawCell:
    if lock is False:
        return RawCell(object, coding, (slot.world or world()).perform)
    return Synchronized(object, coding, _guard(lock, object.name))


def synchronized(obj: Any, lock: Any = None, ctx: Any = None) -> Any:
    """The cells of a RawValue or RawArray with a lock."""
    assert not isinstance(obj, SynchronizedBase), "object already synchronized"
    guard = _guard(lock or True, obj._object.name)
    if isinstance(obj, RawCell):
        return Synchronized(obj._object, obj._coding, guard)
    if isinstance(obj, RawStructures):
        return SynchronizedStructures(obj._object, obj._ctype, len(obj), guard)
    if isinstance(obj, RawRow):
        return row_of(obj._object, obj._coding, len(obj), guard)
    return structure_type(obj._ctype, SynchronizedStructure)(obj._object, guard)


def copy(obj: Any) -> Any:
    """A new RawValue or RawArray that holds what `obj` holds."""
    if isinstance(obj, RawCell):
        return _value(obj._coding.ctype, (obj.value,), False)
    if isinstance(obj, RawRow) and not isinstance(obj, RawStructures):
        return _array(obj._coding.ctype, obj[:], False)
    if isinstance(obj, ctypes.Structure):
        values = (getattr(obj, field[0]) for field in fields_of(type(obj)))
        return _value(type(obj), tuple(values), False)
    return _refuse(type(obj))


__all__ = ["Array", "RawArray", "RawValue", "Value", "copy", "synchronized"]
