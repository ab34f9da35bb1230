"""A plan of small numbers stands for many schedules, always the same ones."""

from __future__ import annotations

import pytest

from explorer.engine.chooser import KeepRunning
from explorer.model.plan import SchedulePlan, Tag
from explorer.search.playback import decisions
from explorer.search.portfolio import choosers
from tests.search.bodies import case_of, counter, runner_of

RUNNER = runner_of(counter)
CASE = case_of(counter, processes=3, times=2)


def runs(plan: SchedulePlan) -> list[tuple[list[str], int]]:
    made = [RUNNER.run(CASE, chooser) for chooser in choosers(plan)]
    return [(decisions(world.log), world.now) for world in made]


@pytest.mark.parametrize("tag", Tag)
def test_the_same_plan_makes_the_same_runs(tag: Tag) -> None:
    plan = SchedulePlan(tag, (5, 1), 10)
    assert runs(plan) == runs(plan)


@pytest.mark.parametrize("tag", Tag)
def test_a_plan_makes_as_many_runs_as_it_says(tag: Tag) -> None:
    assert [len(runs(SchedulePlan(tag, (5, 1), count))) for count in (1, 7)] == [1, 7]


@pytest.mark.parametrize("tag", Tag)
def test_a_plan_with_no_numbers_is_one_whose_numbers_are_zero(tag: Tag) -> None:
    assert runs(SchedulePlan(tag, (), 5)) == runs(SchedulePlan(tag, (0, 0), 5))


@pytest.mark.parametrize("tag", [tag for tag in Tag if tag is not Tag.KEEP_RUNNING])
def test_the_runs_of_a_plan_differ(tag: Tag) -> None:
    assert len({str(run) for run in runs(SchedulePlan(tag, (5, 0), 30))}) > 5


@pytest.mark.parametrize("tag", [tag for tag in Tag if tag is not Tag.KEEP_RUNNING])
def test_another_seed_makes_other_runs(tag: Tag) -> None:
    assert runs(SchedulePlan(tag, (5, 0), 10)) != runs(SchedulePlan(tag, (6, 0), 10))


def test_a_strength_past_the_last_is_the_last() -> None:
    for tag in (Tag.PREEMPTION, Tag.PCT, Tag.DELAYS):
        assert runs(SchedulePlan(tag, (1, 99), 5)) == runs(SchedulePlan(tag, (1, 3), 5))


def test_the_simplest_plan_preempts_nobody() -> None:
    assert runs(SchedulePlan()) == [(decisions(RUNNER.run(CASE, KeepRunning()).log), 0)]


def test_listed_delays_come_first_and_jitter_after_them() -> None:
    with_list = runs(SchedulePlan(Tag.DELAYS, (5, 0, 1, 2, 4), 10))
    without = runs(SchedulePlan(Tag.DELAYS, (5, 0), 9))
    assert with_list[0][1] == 4_000_000
    assert with_list[1:] == without
