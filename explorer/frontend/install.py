"""Installing the virtual world under unmodified code, for as long as a hunt takes.

What is replaced dispatches at every call: the code of a virtual process gets the virtual thing,
everybody else the real one (`current.inside`). So it can stay in place between runs, beside other
threads, and under the test framework that runs it all.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FunctionType, ModuleType
from typing import Any

from explorer.frontend import (
    clock,
    disk,
    executors,
    file_system,
    files,
    guards,
    memoised,
    modules,
    output,
    private_locks,
    private_queues,
    private_waits,
    randomness,
    system,
    thread_local,
    threads,
)
from explorer.frontend.facade import facades
from explorer.frontend.module import NAMES
from explorer.frontend.private import make_virtual

_PARTS = (
    clock,
    executors,
    guards,
    files,
    file_system,
    memoised,
    output,
    private_locks,
    randomness,
    system,
    threads,
)

Patches = dict[tuple[Any, str], Callable[..., Any]]

_active: list[ExitStack] = []


def is_installed() -> bool:
    """Whether the virtual modules are in place."""
    return bool(_active)


@contextmanager
def installed() -> Iterator[None]:
    """Put the virtual modules in place; nested, the outermost counts.

    Once per hunt, not once per run: it takes milliseconds.
    """
    if _active:
        yield
        return
    with ExitStack() as stack:
        _active.append(stack)
        stack.callback(_active.clear)
        stack.enter_context(facades(NAMES))
        guards.add_hook()
        tempfile.gettempdir()  # it tries out folders, once
        disk.look_again()
        for part in _PARTS:
            stack.enter_context(patched(part.PATCHES))
        for classes in (private_waits.CLASSES, private_queues.CLASSES):
            make_virtual(classes)
        stack.enter_context(renamed({**thread_local.NAMES, **private_queues.NAMES}))
        stack.enter_context(rebound_defaults(vars(tempfile)["_TemporaryFileCloser"]))
        modules.refresh_builtins()
        stack.callback(modules.refresh_builtins)
        yield


@contextmanager
def patched(patches: Patches) -> Iterator[None]:
    """Replace each `owner.name` there is by its dispatching version."""
    before = [(owner, name, vars(owner)[name]) for owner, name in patches if name in vars(owner)]
    for owner, name, real in before:
        made = dispatching(patches[owner, name], real)
        if isinstance(owner, ModuleType):
            made.__module__ = owner.__name__  # where pickle finds it: `os`, and not `posix`
        setattr(owner, name, made)
    try:
        yield
    finally:
        for owner, name, real in reversed(before):
            setattr(owner, name, real)


@contextmanager
def renamed(names: dict[tuple[Any, str], Any]) -> Iterator[None]:
    """Bind each `owner.name` to a class of ours, which tells virtual processes from others."""
    before = [(owner, name, getattr(owner, name)) for owner, name in names]
    for owner, name, _ in before:
        setattr(owner, name, names[owner, name])
    try:
        yield
    finally:
        for owner, name, real in before:
            setattr(owner, name, real)


@contextmanager
def rebound_defaults(owner: type) -> Iterator[None]:
    """The same in the default arguments of a library's methods, which were bound long ago."""
    virtual = {real: dispatch for dispatch, real in REAL.items() if callable(real)}
    functions = [value for value in vars(owner).values() if isinstance(value, FunctionType)]
    before = [(function, function.__defaults__) for function in functions]
    for function, defaults in before:
        if defaults is not None:
            function.__defaults__ = tuple(_virtual(virtual, value) for value in defaults)
    try:
        yield
    finally:
        for function, defaults in before:
            function.__defaults__ = defaults


def _virtual(virtual: dict[Any, Any], value: Any) -> Any:
    try:
        return virtual.get(value, value)
    except TypeError:  # cannot be hashed
        return value


#: The dispatching functions in place -> the real ones, to recognise either.
REAL: dict[Any, Any] = {}


def dispatching(replacement: Callable[..., Any], real: Any) -> Any:
    """A function that calls `replacement` with the real one before the arguments."""

    @functools.wraps(real)
    def dispatch(*args: Any, **kwargs: Any) -> Any:
        return replacement(real, *args, **kwargs)

    REAL[dispatch] = real
    return dispatch
