"""Shared memory, gated: Value, Array and ctypes structures, with a lock and without.

What has no lock is a plain ctypes object, whose attributes nobody can patch; it is made of a
subclass of its type that passes the gate.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import lru_cache
from multiprocessing import sharedctypes
from typing import Any, Final

from explorer.worlds.real.gate import SILENT, gate

_real: Any = sharedctypes
_raw_value: Final = _real.RawValue
_raw_array: Final = _real.RawArray
_value: Final = _real.Value
_array: Final = _real.Array
_synchronized: Final = _real.synchronized
_reduce: Final = _real.reduce_ctype
_rebuild: Final = _real.rebuild_ctype
_TYPES: Final = _real.typecode_to_type
_TEXTS: Final = (ctypes.c_char, ctypes.c_wchar)


def named(self: Any, key: Any = None) -> str | None:
    """How places name a cell of `self`."""
    name: str | None = getattr(self, "gate_name", None)
    return name if name is None or key is None else f"{name}[{key!r}]"


def field(real: Any, ctype: Any, key: Any = None) -> property:
    """A property that is read and written as one operation each."""

    def read(self: Any) -> Any:
        return gate().perform("read", named(self, key), lambda: real.__get__(self))

    def write(self: Any, value: Any) -> None:
        def store() -> None:
            real.__set__(self, value)

        gate().perform("write", named(self, key), store, value=stored(ctype, value))

    return property(read, write)


def stored(ctype: Any, value: Any) -> Any:
    """What a cell of that type makes of a value."""
    try:
        return ctype(value).value
    except (TypeError, ValueError, OverflowError):
        return SILENT


@lru_cache(maxsize=256)
def gated(ctype: Any) -> Any:
    """A subclass of a ctypes type whose accesses pass the gate."""
    if issubclass(ctype, ctypes._SimpleCData):
        members: dict[str, Any] = {"value": field(vars(ctypes._SimpleCData)["value"], ctype)}
    elif issubclass(ctype, ctypes.Structure):
        members = {
            name: field(getattr(ctype, name), kind, name)
            for base in reversed(ctype.__mro__)
            for name, kind, *_ in base.__dict__.get("_fields_", ())
        }
    else:
        members = {"__getitem__": getitem, "__setitem__": setitem}
    return type(ctype)(ctype.__name__, (ctype,), members | {"gate_of": ctype})


def getitem(self: Any, index: Any) -> Any:
    """One cell is one operation; a slice of numbers goes cell by cell."""
    if not gate().open or getattr(self, "gate_name", None) is None:
        return _get(self, index)
    if isinstance(index, slice) and self._type_ not in _TEXTS:
        return [getitem(self, place) for place in range(*index.indices(len(self)))]
    return whole_or_cell(self, "read", index, lambda: _get(self, index))


def setitem(self: Any, index: Any, value: Any) -> None:
    """One cell is one operation; a slice of numbers goes cell by cell."""
    if not gate().open or getattr(self, "gate_name", None) is None:
        _set(self, index, value)
    elif isinstance(index, slice) and self._type_ not in _TEXTS:
        for place, one in zip(range(*index.indices(len(self))), value, strict=True):
            setitem(self, place, one)
    else:
        given = SILENT if isinstance(index, slice) else stored(self._type_, value)
        whole_or_cell(self, "write", index, lambda: _set(self, index, value), given)


def _get(self: Any, index: Any) -> Any:
    return super(type(self), self).__getitem__(index)


def _set(self: Any, index: Any, value: Any) -> None:
    super(type(self), self).__setitem__(index, value)


def whole_or_cell(
    self: Any, name: str, index: Any, action: Callable[[], Any], value: Any = SILENT
) -> Any:
    """One operation on a cell or on a slice."""
    length = len(self)
    if isinstance(index, slice):
        places = range(*index.indices(length))
        label = named(self, places)
        result = None if name == "write" else (lambda _: SILENT)
        return gate().perform(f"{name} slice", label, action, value=value, result=result)
    if not hasattr(index, "__index__"):
        return action()  # raises TypeError
    place = index.__index__()
    place = place + length if place < 0 else place
    if not 0 <= place < length:
        return action()  # raises IndexError
    return gate().perform(name, named(self, place), action, value=value)


def raw_value(typecode_or_type: Any, *args: Any) -> Any:
    """RawValue, and Value without a lock."""
    return _raw(typecode_or_type, lambda ctype: _raw_value(gated(ctype), *args), "Value")


def raw_array(typecode_or_type: Any, size_or_initializer: Any) -> Any:
    """RawArray, and Array without a lock."""

    def make(ctype: Any) -> Any:
        if isinstance(size_or_initializer, int):
            return _real._new_value(gated(ctype * size_or_initializer))
        made = _real._new_value(gated(ctype * len(size_or_initializer)))
        made.__init__(*size_or_initializer)
        return made

    return _raw(typecode_or_type, make, "Array")


def _raw(typecode_or_type: Any, make: Callable[[Any], Any], label: str) -> Any:
    ctype = _TYPES.get(typecode_or_type, typecode_or_type)
    made, name = gate().made(label, lambda: make(ctype))
    made.gate_name = name
    return made


def value(typecode_or_type: Any, *args: Any, lock: Any = True, ctx: Any = None) -> Any:
    """Value."""
    if lock is False:
        return raw_value(typecode_or_type, *args)
    return _with_lock(lambda: _value(typecode_or_type, *args, lock=lock, ctx=ctx), "Value", lock)


def array(
    typecode_or_type: Any, size_or_initializer: Any, *, lock: Any = True, ctx: Any = None
) -> Any:
    """Array."""
    if lock is False:
        return raw_array(typecode_or_type, size_or_initializer)
    return _with_lock(
        lambda: _array(typecode_or_type, size_or_initializer, lock=lock, ctx=ctx), "Array", lock
    )


def _with_lock(make: Callable[[], Any], label: str, lock: Any) -> Any:
    made, name = gate().made(label, make)
    made.gate_name = name
    if lock in (True, None):
        made._lock.gate_name = f"{name}.lock"
    return made


def synchronized(obj: Any, lock: Any = None, ctx: Any = None) -> Any:
    """A lock for what has none; the cells keep their name."""
    made = gate().within(lambda: _synchronized(obj, lock, ctx))
    made.gate_name = obj.gate_name
    if not lock:
        made._lock.gate_name = f"{obj.gate_name}.lock"
    return made


def _pair(owner: Any, name: str, key: Any = None) -> None:
    """Replace a property of a class with a lock by one that passes the gate as a whole."""
    real = vars(owner)[name]
    if owner is _real.SynchronizedString:
        setattr(owner, name, _text_field(real))
        return

    def read(self: Any) -> Any:
        return gate().perform("read", named(self, key), lambda: real.fget(self))

    def write(self: Any, given: Any) -> None:
        kind = type(self._obj)
        gate().perform(
            "write",
            named(self, key),
            lambda: real.fset(self, given),
            value=stored(getattr(kind, "gate_of", kind), given),
        )

    setattr(owner, name, property(read, write))


def _text_field(real: Any) -> property:
    def read(self: Any) -> Any:
        label = named(self, range(len(self._obj)))
        return gate().perform("read slice", label, lambda: real.fget(self), result=lambda _: SILENT)

    def write(self: Any, given: Any) -> None:
        ended = min(len(given) + 1, len(self._obj))
        label = named(self, range(ended))
        gate().perform("write slice", label, lambda: real.fset(self, given))

    return property(read, write)


def _get_locked(self: Any, index: Any) -> Any:
    return whole_or_cell(self, "read", index, lambda: _locked_get(self, index))


def _set_locked(self: Any, index: Any, given: Any) -> None:
    value = SILENT if isinstance(index, slice) else stored(self._obj._type_, given)
    whole_or_cell(self, "write", index, lambda: _locked_set(self, index, given), value)


_locked_get: Final = _real.SynchronizedArray.__getitem__
_locked_set: Final = _real.SynchronizedArray.__setitem__
_make_property: Final = _real.make_property


def make_property(name: str) -> property:
    """A field of a structure with a lock."""
    real = _make_property(name)

    def read(self: Any) -> Any:
        return gate().perform("read", named(self, name), lambda: real.fget(self))

    def write(self: Any, given: Any) -> None:
        gate().perform("write", named(self, name), lambda: real.fset(self, given))

    return property(read, write)


def reduce_ctype(obj: Any) -> Any:
    """As CPython's, of the type that is not gated; its name goes with it."""
    rebuild, (ctype, wrapper, length) = _reduce(obj)
    plain = getattr(ctype, "gate_of", ctype)
    return rebuild_gated, (rebuild, plain, wrapper, length, obj.gate_name)


def rebuild_gated(rebuild: Any, ctype: Any, wrapper: Any, length: Any, name: str | None) -> Any:
    """The other half of `reduce_ctype`."""
    whole = ctype if length is None else ctype * length
    made = rebuild(gated(whole), wrapper, None)
    made.gate_name = name
    return made


def reduce_synchronized(self: Any) -> Any:
    """What has a lock has a name of its own, too."""
    return rebuild_synchronized, (self._obj, self._lock, self.gate_name)


def rebuild_synchronized(obj: Any, lock: Any, name: str | None) -> Any:
    """The other half of `reduce_synchronized`."""
    made = gate().within(lambda: _synchronized(obj, lock))
    made.gate_name = name
    return made


def install() -> None:
    """Patch this interpreter, for good."""
    _real.RawValue, _real.RawArray = raw_value, raw_array
    _real.Value, _real.Array = value, array
    _real.synchronized = synchronized
    _real.make_property = make_property
    _real.reduce_ctype = reduce_ctype
    _real.SynchronizedBase.__reduce__ = reduce_synchronized
    _pair(_real.Synchronized, "value")
    _pair(_real.SynchronizedString, "value")
    _pair(_real.SynchronizedString, "raw")
    _real.SynchronizedArray.__getitem__ = _get_locked
    _real.SynchronizedArray.__setitem__ = _set_locked
