"""What a program leaves behind in the library: put back after each run.

The program's own modules are executed afresh, but logging handlers, warning filters, `sys.path`
and the like live in modules that are not; a second run would find what the first had set up.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def environment() -> dict[str, Any]:
    """The namespace that holds the environment variables, as `_data`."""
    return os.environ.__dict__


_ATTRIBUTES = ("argv", "displayhook", "excepthook", "stderr", "stdin", "stdout")


@contextmanager
def leaving_nothing_behind() -> Iterator[None]:
    """Put everything back that the run in here changes."""
    attributes = [(name, getattr(sys, name)) for name in _ATTRIBUTES]
    path = sys.path[:]
    filters = warnings.filters[:]
    hook = threading.excepthook
    limit = sys.getrecursionlimit()
    loggers = _loggers()
    variables = environment()["_data"]
    values = variables.copy()
    tempfile._name_sequence = None  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for name, value in attributes:
            setattr(sys, name, value)
        sys.path[:] = path
        threading.excepthook = hook
        if warnings.filters != filters:
            warnings.filters[:] = filters  # type: ignore[index]
            warnings._filters_mutated()  # type: ignore[attr-defined]
        if sys.getrecursionlimit() != limit:
            sys.setrecursionlimit(limit)
        _restore_loggers(loggers)
        environment()["_data"] = variables
        if variables != values:
            variables.clear()
            variables.update(values)


LoggerState = tuple[logging.Logger, list[Any], list[Any], int, bool, bool]


def _loggers() -> list[LoggerState]:
    known = logging.Logger.manager.loggerDict.values()
    loggers = [logging.root, *(one for one in known if isinstance(one, logging.Logger))]
    return [
        (one, one.handlers[:], one.filters[:], one.level, one.propagate, one.disabled)
        for one in loggers
    ]


def _restore_loggers(states: list[LoggerState]) -> None:
    known = logging.Logger.manager.loggerDict
    if len(known) + 1 > len(states):
        before = {state[0].name for state in states}
        for name in [name for name in known if name not in before]:
            one = known[name]
            if isinstance(one, logging.Logger):
                del known[name]
    for one, handlers, filters, level, propagate, disabled in states:
        if one.handlers != handlers:
            one.handlers[:] = handlers
        if one.filters != filters:
            one.filters[:] = filters
        if one.level != level:
            one.setLevel(level)
        one.propagate = propagate
        one.disabled = disabled
