"""A scenario's lock placements: all that can be chosen about its locks, each verified.

What is varied is the parameter `placement`, and whatever else makes the fixed twin; the numbers of
processes and the sizes stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Any, Final

from explorer.api import Target
from explorer.errors import NotSupported
from explorer.fixing.trial import Trial
from explorer.frontend.program import FunctionProgram
from explorer.model.placement import Placement
from explorer.report.differences import unified
from explorer.report.plain import plain_source
from explorer.scenarios.base import Scenario

#: Parameters that say how locks are placed, or which locks there are.
_OF_LOCKS: Final = ("lock", "locks", "placement")


def varied(scenario: Scenario) -> list[str]:
    """The parameters that are varied."""
    names = [parameter.name for parameter in scenario.parameters]
    return [name for name in names if name == "placement" or name in scenario.right]


def is_about_locks(scenario: Scenario) -> bool:
    """Whether any of them is one of lock placement."""
    return any(name in _OF_LOCKS for name in varied(scenario))


def choices(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """Every choice of the varied parameters, the defaults first, then simplest first."""
    names = varied(scenario)
    defaults = {name: scenario.defaults[name] for name in names}
    domains = [each.domain for each in scenario.parameters if each.name in names]
    yield defaults
    for values in product(*domains):
        chosen = dict(zip(names, values, strict=True))
        if chosen != defaults:
            yield chosen


def try_choices(target: Target, trial: Trial) -> Iterator[Placement]:
    """Try each choice, the scenario as it is first."""
    scenario = target.scenario
    assert scenario is not None
    before = _source(target, scenario.defaults)
    for chosen in choices(scenario):
        parameters = scenario.defaults | chosen
        after = _source(target, parameters)
        yield trial.of(
            target,
            how=_words(chosen),
            parameters=parameters,
            diff=unified(before, after, f"{target.stem.replace('-', '_')}.py"),
            text=after,
        )


def _words(chosen: dict[str, Any]) -> str:
    if set(chosen) == {"placement"}:
        return str(chosen["placement"])
    return ", ".join(f"{name} = {value}" for name, value in chosen.items())


def _source(target: Target, parameters: dict[str, Any]) -> str:
    """The scenario written out as a plain program; nothing if that cannot be."""
    program = target.program
    assert isinstance(program, FunctionProgram)
    with suppress(NotSupported):
        return plain_source(program.body, parameters, program.check)
    return ""
