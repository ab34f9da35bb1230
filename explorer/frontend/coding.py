"""What a cell of shared memory makes of a value: the conversions of ctypes, and their errors.

The values themselves live in the state machine; ctypes only says what would have been stored (an
int that is too large wraps, 0.1 in a float loses digits) and what is refused, in its own words.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

#: After Lib/multiprocessing/sharedctypes.py.
TYPECODES: Final[dict[Any, Any]] = {
    "c": ctypes.c_char,
    "u": ctypes.c_wchar,
    "b": ctypes.c_byte,
    "B": ctypes.c_ubyte,
    "h": ctypes.c_short,
    "H": ctypes.c_ushort,
    "i": ctypes.c_int,
    "I": ctypes.c_uint,
    "l": ctypes.c_long,
    "L": ctypes.c_ulong,
    "q": ctypes.c_longlong,
    "Q": ctypes.c_ulonglong,
    "f": ctypes.c_float,
    "d": ctypes.c_double,
}

Simple: Final[type] = ctypes.c_int.__mro__[1]  # ctypes._SimpleCData
_SIGNED, _UNSIGNED = frozenset("bhilq"), frozenset("BHILQ")


class _Never:
    """The type of no value."""


@dataclass(frozen=True, slots=True)
class Coding:
    """How values of one ctypes type are stored.

    A value whose type is exactly `plain`, and that lies between `low` and `high`, is stored as it
    is: what most writes are, so they need no more than two comparisons.
    """

    ctype: Any
    plain: type
    low: Any
    high: Any
    convert: Callable[[Any], Any]

    def store(self, value: Any) -> Any:
        """What a cell holds after `value` was written to it."""
        if type(value) is self.plain and self.low <= value <= self.high:
            return value
        return self.convert(value)


def ctype_of(typecode_or_type: Any) -> Any:
    """The ctypes type that is meant.

    Raises:
        TypeError: "this type has no size", if it is none.
    """
    try:
        found = TYPECODES.get(typecode_or_type, typecode_or_type)
    except TypeError:  # unhashable
        found = typecode_or_type
    ctypes.sizeof(found)
    return found


@lru_cache(maxsize=256)
def coding_of(ctype: Any) -> Coding:
    """How a simple ctypes type stores its values."""

    def convert(value: Any) -> Any:
        return ctype(value).value

    code = ctype._type_
    bits = 8 * ctypes.sizeof(ctype)
    if code in _SIGNED:
        return Coding(ctype, int, -(1 << bits - 1), (1 << bits - 1) - 1, convert)
    if code in _UNSIGNED:
        return Coding(ctype, int, 0, (1 << bits) - 1, convert)
    if code == "d":
        return Coding(ctype, float, float("-inf"), float("inf"), convert)
    if code == "?":
        return Coding(ctype, bool, False, True, convert)
    return Coding(ctype, _Never, None, None, convert)


#: What most programs ask for, ready made: typecode -> coding.
KNOWN: Final = {code: coding_of(ctype) for code, ctype in TYPECODES.items()}


def is_simple(ctype: Any) -> bool:
    """Whether a type is one number or character."""
    return isinstance(ctype, type) and issubclass(ctype, Simple)
