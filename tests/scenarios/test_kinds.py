"""What the detectors find in a scenario is what it is meant to show, and nothing in its twin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from explorer.api import open_target
from explorer.engine.chooser import Chooser, KeepRunning
from explorer.frontend.install import installed
from explorer.model.case import Case
from explorer.model.verdict import Kind
from explorer.scenarios import SCENARIOS
from explorer.scenarios.base import Scenario
from explorer.search.pos import POS
from explorer.worlds.runner import Runner

RUNS = 200

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)


def kinds(scenario: Scenario, parameters: Mapping[str, Any]) -> set[Kind]:
    """The kinds of all findings in some hundred runs, each odd-looking sort looked at once."""
    runner = Runner(open_target(scenario.name).program)
    case = Case(scenario.name, parameters=parameters)
    seen: dict[object, set[Kind]] = {}
    sampling = POS(1)
    choosers: list[Chooser] = [KeepRunning(), *[sampling] * RUNS]
    with installed():
        for chooser in choosers:
            world = runner.run(case, chooser)
            signs = runner.suspicious(case, world)
            if signs and signs not in seen:
                trace = runner.again(case, world)
                seen[signs] = {symptom.kind for symptom in runner.diagnose(case, trace)}
    return set().union(*seen.values())


@every_scenario
def test_it_shows_the_kinds_that_it_is_meant_to_show(scenario: Scenario) -> None:
    assert kinds(scenario, scenario.defaults) == set(scenario.fails)


@every_scenario
def test_its_fixed_twin_shows_nothing(scenario: Scenario) -> None:
    assert kinds(scenario, scenario.fixed) == set()
