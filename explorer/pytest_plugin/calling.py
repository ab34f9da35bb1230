"""Calling a decorated test without pytest: from unittest, a notebook, a script."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Mapping
from typing import Any

from explorer.errors import UsageError
from explorer.findings import Inconclusive, as_exception, require
from explorer.pytest_plugin.exploring import Plan, explore, missing_text, unexpected
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
    given = _arguments(function, options, args, kwargs)
    drawn = frozenset(each.name for each in options.drawn)
    subject = Subject(
        target="::".join([os.path.relpath(where.module.path), *where.names]),
        function=where,
        arguments=_names(function, given, drawn),
        sources=loaded_sources(),
        given=given,
        drawn=drawn,
    )
    explored = explore(target_of(subject, options), options, Plan())
    if explored.interrupted:
        raise KeyboardInterrupt
    surprises, missing = unexpected(explored.verdict, options.expect)
    if surprises:
        raise as_exception(surprises)
    if missing:
        raise Inconclusive(missing_text(missing, explored.verdict))
    if not options.expect:
        require(explored.verdict, exhaustive=options.verify)


def _arguments(
    function: Any, options: RaceOptions, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments by name, without the instance: each run makes its own."""
    drawn = {each.name for each in options.drawn}
    positional = [name for name in inspect.signature(function).parameters if name not in drawn]
    given = dict(zip(positional, args, strict=False)) | dict(kwargs)
    given.pop("self", None)
    return given


def _names(function: Any, given: Mapping[str, Any], drawn: Iterable[str]) -> tuple[str, ...]:
    """The parameters that are given something; the others have a default, or are missing."""
    parameters = inspect.signature(function).parameters.values()
    return tuple(
        each.name
        for each in parameters
        if each.name != "self"
        and each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
        and (each.name in given or each.name in drawn or each.default is each.empty)
    )
