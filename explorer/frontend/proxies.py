"""Proxies of the data in a manager: dicts, lists, namespaces, values, arrays, iterators.

After Lib/multiprocessing/managers.py (3.11 to 3.13). Each call is one operation in the server.
"""

from __future__ import annotations

from types import GenericAlias
from typing import Any

from explorer.frontend.base_proxy import BaseProxy
from explorer.frontend.current import new_name
from explorer.frontend.pickling import copied
from explorer.model.operation import Operation
from explorer.objects import manager as served


class DictProxy(BaseProxy):
    """A dict in the server."""

    _exposed_ = (
        *("__contains__", "__delitem__", "__getitem__", "__iter__", "__len__", "__setitem__"),
        *("clear", "copy", "get", "items", "keys", "pop", "popitem", "setdefault", "update"),
        "values",
    )

    def __getitem__(self, key: Any) -> Any:
        return self._ask(served.READ, _key(key))

    def __setitem__(self, key: Any, value: Any) -> None:
        self._ask(served.WRITE, _key(key), value)

    def __delitem__(self, key: Any) -> None:
        self._ask(served.DELETE, _key(key))

    def __contains__(self, key: Any) -> bool:
        return bool(self._ask(served.HAS_KEY, _key(key)))

    def __len__(self) -> int:
        return int(self._ask(served.LENGTH))

    def __iter__(self) -> IteratorProxy:
        cursor = self._perform(Operation(served.ITERATE, self._object))
        machine = served.ManagedIterator(new_name("Iterator"), cursor, self._object.server)
        return IteratorProxy(self._manager, machine, "Iterator", self._object)

    def get(self, key: Any, default: Any = None) -> Any:
        """An item, or the default."""
        return self._ask(served.GET, _key(key), default)

    def pop(self, key: Any, *default: Any) -> Any:
        """Take an item out."""
        return self._ask(served.POP_KEY, _key(key), default)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """An item, put there if there was none."""
        return self._ask(served.SET_DEFAULT, _key(key), default)

    def update(self, other: Any = (), /, **kwds: Any) -> None:
        """Put several items in at once."""
        items = other._getvalue() if isinstance(other, DictProxy) else other
        changes = dict(items, **kwds)
        for key in changes:
            _key(key)
        self._ask(served.UPDATE, tuple(changes), changes)

    def clear(self) -> None:
        """Empty it."""
        self._ask(served.CLEAR)

    def popitem(self) -> Any:
        """Take the youngest item out."""
        return self._ask(served.POP_ITEM)

    def copy(self) -> Any:
        """A dict with the same items."""
        return self._ask(served.COPY)

    def keys(self) -> Any:
        """A list of its keys."""
        return self._ask(served.KEYS)

    def values(self) -> Any:
        """A list of its values."""
        return self._ask(served.VALUES)

    def items(self) -> Any:
        """A list of its items."""
        return self._ask(served.ITEMS)

    __class_getitem__: Any = classmethod(GenericAlias)


def _key(key: Any) -> Any:
    """A copy of a key; raises what the server's dict would, before anything happens there."""
    hash(key)
    return copied(key)


class IteratorProxy(BaseProxy):
    """An iterator in the server; each step is an operation."""

    _exposed_ = ("__next__", "send", "throw", "close")

    def __init__(self, manager: Any, machine: Any, typeid: str, over: Any = None) -> None:
        super().__init__(manager, machine, typeid)
        self._over = over

    def __iter__(self) -> IteratorProxy:
        return self

    def __next__(self) -> Any:
        return copied(self._perform(Operation(served.NEXT, self._object, gate=self._over)))

    def send(self, *args: Any) -> Any:
        """As of a generator."""
        return self._callmethod("send", args)

    def throw(self, *args: Any) -> Any:
        """As of a generator."""
        return self._callmethod("throw", args)

    def close(self, *args: Any) -> Any:
        """As of a generator."""
        return self._callmethod("close", args)


class ListProxy(BaseProxy):
    """A list in the server. Iterating over it asks for one item after the other."""

    _exposed_ = (
        *("__add__", "__contains__", "__delitem__", "__getitem__", "__len__", "__mul__"),
        *("__reversed__", "__rmul__", "__setitem__", "append", "count", "extend", "index"),
        *("insert", "pop", "remove", "reverse", "sort", "__imul__"),
    )

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return self._ask(served.READ_SLICE, None, place)
        return self._ask(served.READ, place)

    def __setitem__(self, place: Any, value: Any) -> None:
        if isinstance(place, slice):
            self._ask(served.WRITE_SLICE, None, (place, list(value)))
        else:
            self._ask(served.WRITE, place, value)

    def __delitem__(self, place: Any) -> None:
        self._callmethod("__delitem__", (place,))

    def __contains__(self, value: Any) -> bool:
        return bool(self._ask(served.CONTAINS, None, value))

    def __len__(self) -> int:
        return int(self._ask(served.LENGTH))

    def __add__(self, other: Any) -> Any:
        return self._ask(served.ADD, None, other)

    def __mul__(self, times: int) -> Any:
        return self._ask(served.REPEAT, None, times)

    __rmul__ = __mul__

    def __iadd__(self, other: Any) -> ListProxy:
        self.extend(other)
        return self

    def __imul__(self, times: int) -> ListProxy:
        self._ask(served.MULTIPLY, None, times)
        return self

    def __reversed__(self) -> Any:
        return iter(reversed(self._getvalue()))

    def append(self, value: Any) -> None:
        """Add one item."""
        self._callmethod("append", (value,))

    def extend(self, values: Any) -> None:
        """Add several items."""
        items = values._getvalue() if isinstance(values, ListProxy) else list(values)
        self._callmethod("extend", (items,))

    def insert(self, place: int, value: Any) -> None:
        """Add one item at a place."""
        self._callmethod("insert", (place, value))

    def pop(self, *place: int) -> Any:
        """Take an item out."""
        return self._callmethod("pop", place)

    def remove(self, value: Any) -> None:
        """Take the first item out that equals `value`."""
        self._callmethod("remove", (value,))

    def reverse(self) -> None:
        """Turn it round."""
        self._callmethod("reverse")

    def sort(self, **options: Any) -> None:
        """Sort it."""
        self._callmethod("sort", (), options)

    def count(self, value: Any) -> int:
        """How often `value` is in it."""
        return int(self._callmethod("count", (value,)))

    def index(self, *arguments: Any) -> int:
        """Where `value` is first."""
        return int(self._callmethod("index", arguments))


class NamespaceProxy(BaseProxy):
    """A Namespace in the server: its public attributes."""

    _exposed_ = ("__getattribute__", "__setattr__", "__delattr__")

    def __getattr__(self, key: str) -> Any:
        if key[0] == "_":
            return object.__getattribute__(self, key)
        return self._ask(served.READ_ATTRIBUTE, key)

    def __setattr__(self, key: str, value: Any) -> None:
        if key[0] == "_":
            object.__setattr__(self, key, value)
        else:
            self._ask(served.WRITE_ATTRIBUTE, key, value)

    def __delattr__(self, key: str) -> None:
        if key[0] == "_":
            object.__delattr__(self, key)
        else:
            self._ask(served.DELETE_ATTRIBUTE, key)


class ValueProxy(BaseProxy):
    """A Value in the server."""

    _exposed_ = ("get", "set")

    def get(self) -> Any:
        """The value."""
        return self._ask(served.READ_VALUE)

    def set(self, value: Any) -> None:
        """Put another one there."""
        self._ask(served.WRITE_VALUE, None, value)

    value = property(get, set)

    __class_getitem__: Any = classmethod(GenericAlias)


class ArrayProxy(BaseProxy):
    """An `array.array` in the server."""

    _exposed_ = ("__len__", "__getitem__", "__setitem__")

    def __len__(self) -> int:
        return int(self._ask(served.LENGTH))

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return self._ask(served.READ_SLICE, None, place)
        return self._ask(served.READ, place)

    def __setitem__(self, place: Any, value: Any) -> None:
        if isinstance(place, slice):
            self._ask(served.WRITE_SLICE, None, (place, value))
        else:
            self._ask(served.WRITE, place, value)
