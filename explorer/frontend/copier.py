"""A copy of part of a process's memory, as fork makes one: everything, without asking.

`copy.deepcopy` will not do: it asks classes for `__deepcopy__`, `__reduce__` or `__getstate__`,
which may leave things out, and calls constructors. Here instances of the program's classes are
copied attribute by attribute. Functions, classes and modules stay the same objects, since their
identity matters; their bindings are reported to the space instead. Handles of shared objects stay
the same. What cannot be copied (real locks, open files) is shared.
"""

from __future__ import annotations

import functools
import re
import types
import uuid
import weakref
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PosixPath, PurePosixPath
from random import Random
from types import BuiltinFunctionType, CellType, FunctionType, MethodType, ModuleType
from typing import Any, Final

from explorer.frontend.bytecode import Uses
from explorer.frontend.instances import (
    copy_dict,
    copy_dict_instance,
    copy_frozenset,
    copy_instance,
    copy_list,
    copy_list_instance,
    copy_random,
    copy_set,
    copy_set_instance,
    copy_tuple,
)
from explorer.frontend.iterating import UnforkedGenerator, rebuilt
from explorer.frontend.space import ABSENT, AttributePlace, CellPlace, Place

__all__ = ["ATOMIC", "Copier", "copied_types"]

#: Values that are the same for parent and child, because they cannot change.
ATOMIC: Final[set[type]] = {
    *(int, float, str, bytes, bool, complex, range, slice, type(None), type(...)),
    *(type(NotImplemented), object, property, types.CodeType, types.BuiltinMethodType),
    *(types.WrapperDescriptorType, types.MethodDescriptorType, types.ClassMethodDescriptorType),
    *(types.GetSetDescriptorType, types.MemberDescriptorType, types.GenericAlias),
    *(types.UnionType, types.MappingProxyType, types.FrameType, types.TracebackType),
    *(date, datetime, time, timedelta, timezone, Decimal, Fraction, uuid.UUID),
    *(PosixPath, PurePosixPath, re.Pattern, re.Match, weakref.ref, memoryview),
}
#: Our own types that are private to a process and copied like the program's.
copied_types: set[type] = set()

_CACHES: Final = "explorer.frontend.memoised"  # our only functions with a state of their own
Handler = Callable[["Copier", Any], Any]


class Copier:
    """Copies for one fork; `bound` is told of every binding that has to be kept apart.

    Args:
        is_own: whether a class is the program's.
        bound: called with (place, its value now, the child's value).
        cells: closure variables that can be rebound.
        uses: what the program's code can do to functions and classes.
        handlers: how to copy instances of which class, as far as known.
    """

    def __init__(
        self,
        is_own: Callable[[type], bool],
        bound: Callable[[Place, Any, Any], None],
        cells: frozenset[str],
        uses: Uses,
        handlers: dict[type, Handler],
    ) -> None:
        self.is_own = is_own
        self.bound = bound
        self.cells = cells
        self.uses = uses
        self.memo: dict[int, Any] = {}
        self.child: Any = None  # the process it is for
        self.kept: list[Any] = []  # so that no id in `memo` is taken again
        self.handlers = handlers

    def copy(self, value: Any) -> Any:
        """The child's copy; `value` itself if nothing in it can change."""
        kind = type(value)
        if kind in ATOMIC:
            return value
        key = id(value)
        if key in self.memo:
            return self.memo[key]
        handler = _HANDLERS.get(kind) or self.handlers.get(kind)
        if handler is None:
            handler = self.handlers[kind] = self._handler(kind)
        self.kept.append(value)
        made = self.memo[key] = handler(self, value)
        return made

    def function(self, function: FunctionType) -> FunctionType:
        """Keep apart what a function carries with it."""
        module = function.__globals__.get("__name__", "")
        is_cache = module == _CACHES
        if module.startswith("explorer.") and not is_cache:
            return function
        if function.__closure__ is not None:
            for name, cell in zip(function.__code__.co_freevars, function.__closure__, strict=True):
                self._cell(cell, rebindable=is_cache or name in self.cells)
        for name in ("__defaults__", "__kwdefaults__"):
            value = getattr(function, name)
            if value is not None:
                self._binding(AttributePlace(function, name), value)
        if function.__dict__:
            for name, value in list(function.__dict__.items()):
                self._binding(AttributePlace(function, name), value)
        return function

    def _cell(self, cell: CellType, *, rebindable: bool) -> None:
        if id(cell) in self.memo:
            return
        self.memo[id(cell)] = cell
        self.kept.append(cell)
        try:
            value = cell.cell_contents
        except ValueError:
            return
        self._binding(CellPlace(cell), value, rebindable=rebindable)

    def _binding(self, place: Place, value: Any, *, rebindable: bool = False) -> None:
        made = self.copy(value)
        if isinstance(place, AttributePlace):
            rebindable = self.uses.rewrites or place.name in self.uses.loose
        if made is not value or rebindable:
            self.bound(place, value, made)

    def cls(self, cls: type) -> type:
        """Keep apart what a class of the program holds."""
        if not self.is_own(cls) or issubclass(cls, Enum):
            return cls
        self.memo[id(cls)] = cls
        for base in cls.__bases__:
            self.copy(base)
        for name, value in list(cls.__dict__.items()):
            if isinstance(value, staticmethod | classmethod):
                self.copy(value.__func__)
            elif isinstance(value, property):
                for part in (value.fget, value.fset, value.fdel):
                    self.copy(part)
            elif not (name.startswith("__") and name.endswith("__")) or type(value) is FunctionType:
                self._binding(AttributePlace(cls, name), value)
        for name in self.uses.classy:
            if name not in cls.__dict__:
                self.bound(AttributePlace(cls, name), ABSENT, ABSENT)
        return cls

    def _handler(self, kind: type) -> Handler:
        if issubclass(kind, type):
            return Copier.cls
        if issubclass(kind, Enum) or _is_shared(kind):
            return _same
        if kind in copied_types:
            return _private
        if self.is_own(kind) or _is_plain(kind):
            return _BY_BASE.get(_builtin_base(kind), _reduced)
        return _reduced


def _is_shared(kind: type) -> bool:
    """Whether it is one of our handles, or made from one."""
    ours = [base for base in kind.__mro__ if base.__module__.startswith("explorer.")]
    return bool(ours) and not any(base in copied_types for base in ours)


_PICKLING = ("__reduce_ex__", "__reduce__", "__getstate__")


def _is_plain(kind: type) -> bool:
    """Whether a library's class is content to be copied attribute by attribute."""
    return all(getattr(kind, name) is getattr(object, name) for name in _PICKLING) and not hasattr(
        kind, "__deepcopy__"
    )


@functools.lru_cache(maxsize=1_000)
def _is_heap_type(kind: type) -> bool:
    return bool(kind.__flags__ & (1 << 9)) and "__module__" in kind.__dict__


def _builtin_base(kind: type) -> type | None:
    """The C type that an instance is laid out as; None if it cannot be filled from outside."""
    for base in kind.__mro__:
        if base in _BY_BASE:
            break
        if not _is_heap_type(base):
            return None
    try:
        base.__new__(kind)  # type: ignore[call-overload]
    except TypeError:
        return None
    return base


def _private(copier: Copier, value: Any) -> Any:
    """Something of ours that belongs to one process."""
    made = copy_instance(copier, value)
    if hasattr(made, "move_to"):
        made.move_to(copier.child)
    if hasattr(made, "forked"):
        made.forked(copier.child, copier.copy)
    return made


def _same(copier: Copier, value: Any) -> Any:
    return value


def _method(copier: Copier, value: MethodType) -> Any:
    copier.copy(value.__func__)
    owner = copier.copy(value.__self__)
    return value if owner is value.__self__ else MethodType(value.__func__, owner)


def _builtin(copier: Copier, value: BuiltinFunctionType) -> Any:
    if value.__self__ is None or isinstance(value.__self__, ModuleType | type):
        return value
    owner = copier.copy(value.__self__)
    return value if owner is value.__self__ else getattr(owner, value.__name__)


def _reduced(copier: Copier, value: Any) -> Any:
    """An object of a library, by what it gives to pickle; itself if it gives nothing."""
    try:
        return rebuilt(value, copier.copy, copier.memo, copier.kept)
    except RecursionError:
        raise
    except Exception:  # cannot be pickled: a lock, a file, a socket, a thread's own data
        return value


def _generator(copier: Copier, value: Any) -> Any:
    frame = getattr(value, "gi_frame", None) or getattr(value, "cr_frame", None)
    return value if frame is None else UnforkedGenerator(value)


_HANDLERS: Final[dict[type, Handler]] = {
    list: copy_list,
    dict: copy_dict,
    set: copy_set,
    tuple: copy_tuple,
    frozenset: copy_frozenset,
    FunctionType: Copier.function,
    type: Copier.cls,
    ModuleType: _same,
    MethodType: _method,
    BuiltinFunctionType: _builtin,
    Random: copy_random,
    types.GeneratorType: _generator,
    types.CoroutineType: _generator,
    types.AsyncGeneratorType: _generator,
}
_BY_BASE: Final[dict[type | None, Handler]] = {
    object: copy_instance,
    list: copy_list_instance,
    dict: copy_dict_instance,
    set: copy_set_instance,
    tuple: copy_tuple,
    Random: copy_random,
}
