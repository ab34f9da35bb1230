"""The scenarios are listed, found by name, and keep the contract that searches build on."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from typing import Any

import pytest

from explorer.errors import UsageError
from explorer.model.verdict import Kind
from explorer.scenarios import SCENARIOS, find
from explorer.scenarios.base import Scenario

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)


def domains(scenario: Scenario) -> dict[str, tuple[Any, ...]]:
    return {parameter.name: parameter.domain for parameter in scenario.parameters}


def fits(scenario: Scenario, parameters: Mapping[str, Any]) -> bool:
    return list(parameters) == list(domains(scenario)) and all(
        value in domains(scenario)[name] for name, value in parameters.items()
    )


def test_names_are_distinct_and_can_be_typed() -> None:
    names = [scenario.name for scenario in SCENARIOS]
    assert len(set(names)) == len(names)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz-") for name in names)


def test_a_scenario_is_found_by_its_name() -> None:
    assert [find(scenario.name) for scenario in SCENARIOS] == list(SCENARIOS)


def test_a_name_that_is_nearly_right_is_answered_with_the_right_one() -> None:
    with pytest.raises(UsageError, match=r"no scenario 'lock-ordr'. Did you mean lock-order"):
        find("lock-ordr")


def test_a_name_that_is_like_nothing_is_answered_with_the_command_that_lists_them() -> None:
    with pytest.raises(UsageError, match=r"^There is no scenario 'zzz'. `race-explorer list`"):
        find("zzz")


def test_every_kind_but_livelock_is_shown_by_some_scenario() -> None:
    shown = {kind for scenario in SCENARIOS for kind in scenario.fails}
    assert shown == set(Kind) - {Kind.LIVELOCK}


@every_scenario
def test_its_line_in_the_list_fits_on_a_terminal(scenario: Scenario) -> None:
    assert len(f"{scenario.name:24}  {scenario.description}") <= 80
    assert not scenario.description.endswith(".")


@every_scenario
def test_its_parameters_are_those_of_its_body_with_the_same_defaults(scenario: Scenario) -> None:
    _, *taken = inspect.signature(scenario.body).parameters.values()
    assert {each.name: each.default for each in taken} == scenario.defaults


@every_scenario
def test_its_check_takes_the_same_parameters(scenario: Scenario) -> None:
    if scenario.check is not None:
        _, *taken = inspect.signature(scenario.check).parameters.values()
        assert {each.name: each.default for each in taken} == scenario.defaults


@every_scenario
def test_the_wrong_and_the_right_parameters_lie_in_their_domains(scenario: Scenario) -> None:
    assert fits(scenario, scenario.simplest)
    assert fits(scenario, scenario.defaults)
    assert fits(scenario, scenario.fixed)
    assert scenario.fixed != scenario.defaults


@every_scenario
def test_its_parameters_come_back_from_json_as_they_were(scenario: Scenario) -> None:
    for parameter in scenario.parameters:
        assert json.loads(json.dumps(parameter.domain)) == list(parameter.domain)
        assert len(set(parameter.domain)) == len(parameter.domain)


@every_scenario
def test_the_smaller_parameters_begin_with_the_simplest_and_end_with_the_given(
    scenario: Scenario,
) -> None:
    largest = {name: domain[-1] for name, domain in domains(scenario).items()}
    found = list(scenario.smaller(largest))
    assert found[0] == scenario.simplest
    assert found[-1] == largest
    assert all(fits(scenario, parameters) for parameters in found)
    sizes = [next(iter(parameters.values())) for parameters in found]
    first = scenario.parameters[0]
    assert sizes == sorted(sizes, key=first.domain.index)


def test_nothing_is_smaller_that_is_more_complex_in_any_parameter() -> None:
    given = {"processes": 3, "increments": 1, "placement": "read"}
    assert list(find("counter-raw").smaller(given)) == [
        {"processes": 2, "increments": 1, "placement": "none"},
        {"processes": 2, "increments": 1, "placement": "read"},
        {"processes": 3, "increments": 1, "placement": "none"},
        {"processes": 3, "increments": 1, "placement": "read"},
    ]


def test_chosen_parameters_are_completed_with_the_defaults() -> None:
    assert find("lock-order").complete({"processes": 3}) == {
        "processes": 3,
        "placement": "A then B / B then A",
    }


def test_a_parameter_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"no parameter 'size'. It has: processes, placement"):
        find("lock-order").complete({"size": 3})


def test_a_value_out_of_its_domain_is_refused_with_those_in_it() -> None:
    with pytest.raises(UsageError, match=r"processes = 9. It can be: 2, 3, 4, 5"):
        find("lock-order").complete({"processes": 9})
