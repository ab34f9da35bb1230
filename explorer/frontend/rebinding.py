"""Names that the user's modules bound before the explorer was on.

A test file says `from multiprocessing import Lock` and `from time import sleep` when pytest
imports it. For the time of a run those names, and base classes taken from the real package, are
replaced by identity: in the modules themselves, in their classes and in default arguments.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FunctionType, ModuleType
from typing import Any

from explorer.frontend.context import METHODS, Context
from explorer.frontend.facade import PARTS, Facade, virtual_name
from explorer.frontend.install import REAL
from explorer.frontend.module import NAMES
from explorer.frontend.modules import virtual_datetime
from explorer.frontend.unsupported import Unsupported

Undo = Callable[[], None]


class Rebinding:
    """The virtual counterparts of what is real, by identity. Made while the explorer is on."""

    def __init__(self) -> None:
        self.virtual: dict[int, Any] = {}
        self.kept: list[Any] = []  # so that no id is taken again
        for name in PARTS:
            facade = sys.modules[name]
            if isinstance(facade, Facade):
                self._module(facade)
        for dispatch, real in REAL.items():
            self._add(real, dispatch)
        for method in METHODS:
            context = multiprocessing.get_context(method)
            self._add(context, Context(method, _look_up))
        dates = virtual_datetime()
        self._add(sys.modules["datetime"], dates)
        for name in ("date", "datetime"):
            self._add(getattr(sys.modules["datetime"], name), getattr(dates, name))

    def _add(self, real: Any, virtual: Any) -> None:
        self.virtual[id(real)] = virtual
        self.kept.append(real)

    def _module(self, facade: Facade) -> None:
        real: ModuleType = facade.__dict__["_real"]
        self._add(real, facade)
        for name, value in list(real.__dict__.items()):
            ours = getattr(value, "__module__", None) or ""
            if name in NAMES[real.__name__]:
                self._add(value, NAMES[real.__name__][name])
            elif callable(value) and ours.startswith("multiprocessing"):
                self.virtual.setdefault(id(value), Unsupported(f"{real.__name__}.{name}"))
                self.kept.append(value)

    def of(self, value: Any) -> Any:
        """What stands for `value` in a run; itself, for most."""
        found = self.virtual.get(id(value))
        if found is not None:
            return found
        kind = type(value)
        if kind.__module__.startswith("multiprocessing.") and kind.__module__ in PARTS:
            return Unsupported(
                f"A real {kind.__name__}, made when its module was imported (make it in the "
                "function, or name the target as path/to/file.py::function): it"
            )
        return value

    @contextmanager
    def applied(self, modules: list[ModuleType]) -> Iterator[None]:
        """Replace in these modules, for as long as the context lasts."""
        undo: list[Undo] = []
        try:
            for module in modules:
                self._namespace(module.__dict__, module.__name__, undo)
            yield
        finally:
            for step in reversed(undo):
                step()

    def _namespace(self, namespace: dict[str, Any], owner: str, undo: list[Undo]) -> None:
        for name, value in list(namespace.items()):
            if name.startswith("__"):
                continue
            virtual = self.of(value)
            if virtual is not value:
                namespace[name] = virtual
                undo.append(partial(namespace.__setitem__, name, value))
            elif isinstance(value, FunctionType) and value.__module__ == owner:
                self._function(value, undo)
            elif isinstance(value, type) and value.__module__ == owner:
                self._class(value, undo)

    def _function(self, function: FunctionType, undo: list[Undo]) -> None:
        defaults = function.__defaults__
        if defaults is None:
            return
        virtual = tuple(self.of(value) for value in defaults)
        if any(new is not old for new, old in zip(virtual, defaults, strict=True)):
            function.__defaults__ = virtual
            undo.append(partial(setattr, function, "__defaults__", defaults))

    def _class(self, cls: type, undo: list[Undo]) -> None:
        bases = cls.__bases__
        virtual = tuple(self.of(base) for base in bases)
        if any(new is not old for new, old in zip(virtual, bases, strict=True)):
            cls.__bases__ = virtual
            undo.append(partial(setattr, cls, "__bases__", bases))
        for name, value in list(cls.__dict__.items()):
            if isinstance(value, FunctionType):
                self._function(value, undo)
            elif not name.startswith("__"):
                replaced = self._attribute(value)
                if replaced is not value:
                    setattr(cls, name, replaced)
                    undo.append(partial(setattr, cls, name, value))

    def _attribute(self, value: Any) -> Any:
        if not isinstance(value, staticmethod):
            return self.of(value)
        virtual = self.of(value.__func__)
        return value if virtual is value.__func__ else staticmethod(virtual)


def _look_up(name: str) -> Any:
    return virtual_name("multiprocessing", NAMES["multiprocessing"], name)
