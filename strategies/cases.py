"""Cases: what to run, and under which schedules.

Drawn in the order in which cases are compared: sizes first, then lock placement, then the
strategy, then the schedule. So whatever comes later shrinks within the smallest program that
fails, and deleting a draw never moves another one's meaning.
"""

from __future__ import annotations

from typing import Any, Final

from hypothesis.strategies import DrawFn, composite, integers, sampled_from

from explorer.model.case import Case
from explorer.model.plan import SchedulePlan
from explorer.scenarios import find
from explorer.scenarios.base import Scenario
from strategies.schedules import RUNS, schedules

_SEEDS: Final = integers(0, 255)


@composite
def parameters_of(draw: DrawFn, scenario: Scenario) -> dict[str, Any]:
    """All the parameters of a scenario; each shrinks towards its simplest."""
    return {
        parameter.name: draw(sampled_from(parameter.domain)) for parameter in scenario.parameters
    }


@composite
def cases(
    draw: DrawFn, scenario: Scenario | str | None = None, runs: int = RUNS
) -> tuple[Case, SchedulePlan]:
    """Cases of a scenario, each with the plan of schedules to run it under.

    A text is what the command line takes as a target: a scenario's name, or a program of one's
    own, which has no parameters but the seed of its own `random` (a `sleep(random())` in it is
    jitter, too). Without either, the target is left to who runs it.
    """
    name = ""
    if isinstance(scenario, str):
        name, scenario = scenario, None if _is_program(scenario) else find(scenario)
    if scenario is None:
        case = Case(name, seed=draw(_SEEDS))
    else:
        case = Case(scenario.name, parameters=draw(parameters_of(scenario)))
    return case, draw(schedules(runs))


def _is_program(target: str) -> bool:
    return target.endswith(".py") or ":" in target or "/" in target
