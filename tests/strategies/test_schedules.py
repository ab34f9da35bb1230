"""Schedule plans: a strategy first, then numbers that shrink towards no preemption."""

from __future__ import annotations

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from explorer.model.plan import SchedulePlan, Tag
from explorer.search.playback import decisions
from explorer.search.portfolio import choosers
from strategies import jitter, schedules
from strategies.schedules import RUNS
from tests.search.bodies import case_of, counter, runner_of
from tests.search.test_random_walk import final

RUNNER = runner_of(counter)
CASE = case_of(counter)


def loses_an_update(plan: SchedulePlan) -> bool:
    return any(final(RUNNER.run(CASE, chooser).log) == 1 for chooser in choosers(plan))


def test_the_simplest_plan_is_one_run_of_the_default_schedule() -> None:
    assert find(schedules(), lambda plan: True) == SchedulePlan(Tag.KEEP_RUNNING, (), 1)


@pytest.mark.parametrize("tag", Tag)
def test_every_strategy_is_drawn(tag: Tag) -> None:
    assert find(schedules(), lambda plan: plan.tag is tag).tag is tag


@pytest.mark.parametrize("tag", [Tag.PREEMPTION, Tag.RANDOM, Tag.PCT, Tag.POS, Tag.DELAYS])
def test_the_numbers_of_every_strategy_shrink_to_zero(tag: Tag) -> None:
    simplest = find(schedules(), lambda plan: plan.tag is tag and loses_an_update(plan))
    assert simplest == SchedulePlan(tag, (0, 0), RUNS)


def test_a_schedule_listed_by_decisions_shrinks_to_one_preemption() -> None:
    simplest = find(
        schedules(),
        lambda plan: plan.tag is Tag.KEEP_RUNNING and loses_an_update(plan),
        settings=settings(max_examples=2_000),
    )
    *before, last = simplest.numbers
    assert set(before) <= {0}
    assert last == 1


def test_a_listed_delay_shrinks_to_one_tick() -> None:
    def first_run_loses(plan: SchedulePlan) -> bool:
        first = next(iter(choosers(plan)))
        return len(plan.numbers) > 2 and final(RUNNER.run(CASE, first).log) == 1

    simplest = find(
        schedules().filter(lambda plan: plan.tag is Tag.DELAYS),
        first_run_loses,
        settings=settings(max_examples=2_000),
    )
    assert simplest.numbers == (0, 0, 1, 2, 1)


def test_no_delay_is_the_simplest_jitter() -> None:
    assert find(jitter(), lambda delays: True) == []
    assert find(jitter(), lambda delays: bool(delays)) == [(0, 1, 1)]


@given(schedules(runs=7))
def test_a_plan_has_as_many_runs_as_asked_for(plan: SchedulePlan) -> None:
    assert plan.runs == (1 if plan.tag is Tag.KEEP_RUNNING else 7)
    assert len(list(choosers(plan))) == plan.runs


@given(schedules(runs=3))
def test_whatever_is_drawn_can_be_run_and_comes_out_the_same_again(plan: SchedulePlan) -> None:
    first, second = (
        [decisions(RUNNER.run(CASE, chooser).log) for chooser in choosers(plan)] for _ in range(2)
    )
    assert first == second


@given(st.data())
def test_all_numbers_are_small_and_none_is_negative(data: st.DataObject) -> None:
    plan = data.draw(schedules())
    assert all(0 <= number < 65_536 for number in plan.numbers)
    assert str(plan).startswith(plan.tag)
