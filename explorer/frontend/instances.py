"""Copies of containers and of instances, attribute by attribute: no constructor, no question."""

from __future__ import annotations

import types
from random import Random
from typing import Any, Protocol


class Copying(Protocol):
    """What copying one thing needs to copy what is in it; see `Copier`."""

    memo: dict[int, Any]

    def copy(self, value: Any) -> Any:
        """The copy of `value`."""
        ...


def copy_list(copier: Copying, value: list[Any]) -> list[Any]:
    """A list, its items copied; it may contain itself."""
    made: list[Any] = []
    copier.memo[id(value)] = made
    copy = copier.copy
    made.extend([copy(item) for item in value])
    return made


def copy_dict(copier: Copying, value: dict[Any, Any]) -> dict[Any, Any]:
    """A dict, keys and values copied."""
    made: dict[Any, Any] = {}
    copier.memo[id(value)] = made
    copy = copier.copy
    for key, item in list(value.items()):
        made[copy(key)] = copy(item)
    return made


def copy_set(copier: Copying, value: set[Any]) -> set[Any]:
    """A set, its items copied."""
    made: set[Any] = set()
    copier.memo[id(value)] = made
    made.update([copier.copy(item) for item in value])
    return made


def copy_tuple(copier: Copying, value: tuple[Any, ...]) -> tuple[Any, ...]:
    """A tuple of any kind; itself if nothing in it can change."""
    made = [copier.copy(item) for item in value]
    if id(value) in copier.memo:  # it contains itself, by way of a list
        return copier.memo[id(value)]  # type: ignore[no-any-return]
    if all(new is old for new, old in zip(made, value, strict=True)):
        return value
    return (
        tuple(made)
        if type(value) is tuple
        else fill_in(copier, value, tuple.__new__(type(value), made))
    )


def copy_frozenset(copier: Copying, value: frozenset[Any]) -> frozenset[Any]:
    """A frozenset; itself if nothing in it can change."""
    made = [copier.copy(item) for item in value]
    if all(new is old for new, old in zip(made, value, strict=True)):
        return value
    return frozenset(made)


def copy_random(copier: Copying, value: Random) -> Random:
    """A generator that goes on to draw what the original draws next."""
    made = type(value).__new__(type(value))
    copier.memo[id(value)] = made
    fill_in(copier, value, made)
    if hasattr(value, "getstate"):
        made.setstate(value.getstate())
    return made


def copy_instance(copier: Copying, value: Any) -> Any:
    """An instance of a class written in Python."""
    kind = type(value)
    copier.copy(kind)
    made = object.__new__(kind)
    copier.memo[id(value)] = made
    return fill_in(copier, value, made)


def copy_list_instance(copier: Copying, value: Any) -> Any:
    """An instance of a subclass of list."""
    copier.copy(type(value))
    made = list.__new__(type(value))
    copier.memo[id(value)] = made
    list.extend(made, [copier.copy(item) for item in list.__iter__(value)])
    return fill_in(copier, value, made)


def copy_dict_instance(copier: Copying, value: Any) -> Any:
    """An instance of a subclass of dict."""
    copier.copy(type(value))
    made = dict.__new__(type(value))
    copier.memo[id(value)] = made
    for key, item in list(dict.items(value)):
        dict.__setitem__(made, copier.copy(key), copier.copy(item))
    return fill_in(copier, value, made)


def copy_set_instance(copier: Copying, value: Any) -> Any:
    """An instance of a subclass of set."""
    copier.copy(type(value))
    made = set.__new__(type(value))
    copier.memo[id(value)] = made
    set.update(made, [copier.copy(item) for item in set.__iter__(value)])
    return fill_in(copier, value, made)


def fill_in(copier: Copying, value: Any, made: Any) -> Any:
    """Fill in what an instance has in its `__dict__` and in its slots."""
    try:
        namespace = object.__getattribute__(value, "__dict__")
    except AttributeError:
        namespace = None
    if namespace:
        copy = copier.copy
        mine = object.__getattribute__(made, "__dict__")
        for name, item in list(namespace.items()):
            mine[name] = copy(item)
    for descriptor in _slots(type(value)):
        try:
            item = descriptor.__get__(value)
        except AttributeError:
            continue
        descriptor.__set__(made, copier.copy(item))
    return made


def _slots(kind: type) -> list[Any]:
    return [
        descriptor
        for base in kind.__mro__
        if "__slots__" in base.__dict__
        for descriptor in base.__dict__.values()
        if isinstance(descriptor, types.MemberDescriptorType)
    ]
