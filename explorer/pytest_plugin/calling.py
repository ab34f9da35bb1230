"""Calling a decorated test without pytest: from unittest, a notebook, a script."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from typing import Any

from explorer.errors import UsageError
from explorer.findings import require
from explorer.pytest_plugin.exploring import Plan, explore
from explorer.pytest_plugin.marker import RaceOptions
from explorer.pytest_plugin.subject import Subject, loaded_sources, named
from explorer.pytest_plugin.target import target_of


def explore_call(
    function: Any, options: RaceOptions, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> None:
    """Explore `function`, given these arguments; return if nothing is found.

    Raises:
        Race, ExceptionGroup, Inconclusive: what is found.
        UsageError: the function cannot be executed afresh.
    """
    where = named(function)
    if where is None:
        raise UsageError(
            f"races: {function.__qualname__} cannot be executed afresh in every run: it stands in "
            "another function, or in no file. Move it to the top of a module."
        )
    subject = Subject(
        target="::".join([os.path.relpath(where.module.path), *where.names]),
        function=where,
        sources=loaded_sources(),
        given=_arguments(function, options, args, kwargs),
        drawn=frozenset(each.name for each in options.drawn),
    )
    require(explore(target_of(subject, options), options, Plan()).verdict)


def _arguments(
    function: Any, options: RaceOptions, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments by name, without the instance: each run makes its own."""
    names = list(inspect.signature(function).parameters)
    drawn = {each.name for each in options.drawn}
    positional = [name for name in names if name not in drawn]
    given = dict(zip(positional, args, strict=False)) | dict(kwargs)
    given.pop("self", None)
    return given
