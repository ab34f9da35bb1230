"""The memory of one process, as far as it can differ from that of the others.

All processes of a run share one interpreter. A global, a closure variable or a class attribute is
one binding there; a space keeps its process's value of it while another process runs, and puts it
back before its own process goes on. What cannot differ is in no space.
"""

from __future__ import annotations

import sys
from types import CellType, ModuleType
from typing import Any, Final

ABSENT: Final = type("Absent", (), {"__repr__": lambda self: "<absent>"})()


class CellPlace:
    """A closure variable."""

    __slots__ = ("cell",)

    def __init__(self, cell: CellType) -> None:
        self.cell = cell

    def read(self) -> Any:
        """Its value, or ABSENT."""
        try:
            return self.cell.cell_contents
        except ValueError:
            return ABSENT

    def write(self, value: Any) -> None:
        """Bind it."""
        if value is not ABSENT:
            self.cell.cell_contents = value
        elif self.read() is not ABSENT:
            del self.cell.cell_contents


class AttributePlace:
    """An attribute of a class or a function, `__defaults__` included."""

    __slots__ = ("name", "owner")

    def __init__(self, owner: Any, name: str) -> None:
        self.owner = owner
        self.name = name

    def read(self) -> Any:
        """Its own value (not an inherited one), or ABSENT."""
        if isinstance(self.owner, type):
            return self.owner.__dict__.get(self.name, ABSENT)
        return getattr(self.owner, self.name, ABSENT)

    def write(self, value: Any) -> None:
        """Bind it, past any `__setattr__` of a metaclass."""
        put, drop = object.__setattr__, object.__delattr__
        if isinstance(self.owner, type):
            put, drop = type.__setattr__, type.__delattr__
        if value is not ABSENT:
            put(self.owner, self.name, value)
        elif self.read() is not ABSENT:
            drop(self.owner, self.name)


Place = CellPlace | AttributePlace


class Space:
    """What one process has at the bindings that it can see and that can differ."""

    __slots__ = ("common", "keys", "modules", "names", "places", "values")

    def __init__(self, common: dict[str, ModuleType], modules: dict[str, ModuleType]) -> None:
        self.common = common  # what of sys.modules is the program's own, in a process without
        self.modules = modules  # … and in this one
        self.keys: set[tuple[int, str]] = set()
        self.names: list[tuple[dict[str, Any], str]] = []  # in module and function dicts
        self.places: list[Place] = []
        self.values: list[Any] = []  # of the names, then of the places, while it is not installed

    def add_name(self, namespace: dict[str, Any], name: str) -> None:
        """Keep this name of a namespace apart."""
        key = (id(namespace), name)
        if key not in self.keys:
            self.keys.add(key)
            self.names.append((namespace, name))

    def add_place(self, place: Place) -> None:
        """Keep this closure variable or attribute apart."""
        key = (
            (id(place.cell), "")
            if isinstance(place, CellPlace)
            else (id(place.owner), f"{place.name} of")
        )
        if key not in self.keys:
            self.keys.add(key)
            self.places.append(place)

    def add_module(self, name: str, module: ModuleType) -> None:
        """This process alone has imported a module of the program."""
        self.modules = {**self.modules, name: module}
        parent, _, child = name.rpartition(".")
        if parent in self.modules:
            self.add_name(self.modules[parent].__dict__, child)

    def leave(self) -> None:
        """Its process stops running: remember what it has."""
        absent = ABSENT
        values = [namespace.get(name, absent) for namespace, name in self.names]
        for place in self.places:
            values.append(place.read())
        self.values = values
        if self.modules is not self.common:
            change_modules(self.modules, self.common)

    def enter(self) -> None:
        """Its process goes on: put back what it had."""
        if self.modules is not self.common:
            change_modules(self.common, self.modules)
        values = iter(self.values)
        for namespace, name in self.names:
            value = next(values)
            if value is ABSENT:
                namespace.pop(name, None)
            else:
                namespace[name] = value
        for place in self.places:
            place.write(next(values))


def change_modules(before: dict[str, ModuleType], after: dict[str, ModuleType]) -> None:
    """Put one process's own modules into `sys.modules` in place of another's."""
    for name in before:
        if name not in after:
            sys.modules.pop(name, None)
    sys.modules.update(after)
