"""Cases: sizes first, then placement, then strategy; what fails shrinks to the smallest program."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, find, given, seed, settings
from hypothesis import strategies as st

from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.case import Case
from explorer.model.plan import SchedulePlan, Tag
from explorer.scenarios import SCENARIOS
from explorer.scenarios import find as find_scenario
from explorer.scenarios.base import Scenario
from explorer.scenarios.placement import OF_TWO_LOCKS, placements
from explorer.search.portfolio import choosers
from explorer.worlds.runner import Runner
from strategies import cases, lock_placements, parameters_of, process_counts

COUNTER = find_scenario("counter-raw")
ORDER = find_scenario("lock-order")


def runner_of(scenario: Scenario) -> Runner:
    return Runner(
        FunctionProgram(scenario.name, scenario.body, multiprocessing, scenario.check), limit=500
    )


def smallest(scenario: Scenario, **fixed: Any) -> tuple[Case, SchedulePlan]:
    runner = runner_of(scenario)

    def fails(drawn: tuple[Case, SchedulePlan]) -> bool:
        case, plan = drawn
        if any(case.parameters[name] != value for name, value in fixed.items()):
            return False
        return any(runner.suspicious(case, runner.run(case, each)) for each in choosers(plan))

    return find(cases(scenario), fails, settings=settings(max_examples=500, deadline=None))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_the_simplest_case_has_the_simplest_parameters_and_preempts_nobody(
    scenario: Scenario,
) -> None:
    drawn = find(cases(scenario), lambda _: True)
    assert drawn == (Case(scenario.name, parameters=scenario.simplest), SchedulePlan())


def test_a_lost_update_shrinks_to_two_processes_one_increment_and_no_lock() -> None:
    case, plan = smallest(COUNTER)
    assert case.parameters == {"processes": 2, "increments": 1, "placement": "none"}
    assert set(plan.numbers) <= {0, 1}


def test_it_shrinks_to_two_processes_under_a_given_placement_too() -> None:
    case, _ = smallest(COUNTER, placement="all / none")
    assert case.parameters == {"processes": 2, "increments": 1, "placement": "all / none"}


def test_crossed_locks_shrink_to_two_processes() -> None:
    case, plan = smallest(ORDER)
    assert case.parameters == {"processes": 2, "placement": "A then B / B then A"}
    assert set(plan.numbers) <= {0, 1}


@pytest.mark.parametrize("placement", placements(OF_TWO_LOCKS))
def test_every_placement_of_a_scenario_is_drawn(placement: str) -> None:
    drawn = find(parameters_of(ORDER), lambda chosen: chosen["placement"] == placement)
    assert drawn == {"processes": 2, "placement": placement}


def test_every_placement_of_an_update_is_drawn() -> None:
    seen: set[str] = set()

    @seed(0)
    @settings(max_examples=1_000, phases=[Phase.generate], database=None)
    @given(lock_placements())
    def note(placement: str) -> None:
        seen.add(placement)

    note()
    assert len(seen) == 36


def test_no_lock_is_the_simplest_placement() -> None:
    assert find(lock_placements(), lambda _: True) == "none"
    assert find(lock_placements(OF_TWO_LOCKS), lambda text: "B" in text) == "A then B"


@given(process_counts(2, 3))
def test_process_counts_lie_within_their_bounds(count: int) -> None:
    assert count in (2, 3)


def test_the_fewest_processes_are_the_simplest() -> None:
    assert find(process_counts(), lambda _: True) == 2
    assert find(process_counts(), lambda count: count > 4) == 5


def test_a_program_without_parameters_is_drawn_with_the_seed_of_its_random() -> None:
    assert find(cases(), lambda _: True) == (Case(""), SchedulePlan())
    assert find(cases(), lambda drawn: drawn[0].seed > 2)[0] == Case("", seed=3)


def drawn_with(number: int) -> list[tuple[Case, SchedulePlan]]:
    found: list[tuple[Case, SchedulePlan]] = []

    @seed(number)
    @settings(max_examples=50, phases=[Phase.generate], database=None)
    @given(cases(COUNTER))
    def note(drawn: tuple[Case, SchedulePlan]) -> None:
        found.append(drawn)

    note()
    return found


def test_the_same_seed_draws_the_same_cases_and_another_seed_others() -> None:
    assert drawn_with(1) == drawn_with(1)
    assert drawn_with(1) != drawn_with(2)


def test_a_short_hunt_draws_every_strategy() -> None:
    assert {plan.tag for _, plan in drawn_with(3)} == set(Tag)


@given(st.sampled_from(SCENARIOS).flatmap(lambda each: st.tuples(st.just(each), cases(each))))
def test_whatever_is_drawn_is_a_case_of_the_scenario(
    drawn: tuple[Scenario, tuple[Case, SchedulePlan]],
) -> None:
    scenario, (case, _) = drawn
    assert case.target == scenario.name
    assert scenario.complete(case.parameters) == case.parameters
