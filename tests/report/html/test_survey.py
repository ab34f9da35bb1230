from __future__ import annotations

from dataclasses import replace

import pytest

from explorer.api import open_target
from explorer.cli.tally import Tally, placement
from explorer.hunting import Budget, Hunt
from explorer.model.survey import Sample, Share, Survey
from explorer.model.verdict import Coverage, Verdict
from explorer.report.html.plots import Axis
from explorer.report.html.survey import survey_page
from tests.report import findings
from tests.report.html.test_page import read

VERDICT = Verdict("counter.py", "failed", Coverage(100, 40), (findings.lost_update(),), 1.0)
SURVEY = Survey(
    VERDICT,
    samples=(Sample(0.5, 50, 38, 0, 0), Sample(1.0, 90, 40, 9, 1), Sample(1.5, 150, 41, 30, 1)),
    cells=(("all", 2, Share(50, 0)), ("none", 2, Share(40, 10)), ("none", 3, Share(10, 9))),
    preemptions=((0, Share(6, 0)), (3, Share(4, 3))),
    endings=(("passes", 7), ("lost update", 3)),
)


def words(*surveys: Survey) -> str:
    return " ".join("".join(read(survey_page(surveys)).text).split())


def test_what_was_found_links_to_its_page() -> None:
    page = survey_page([SURVEY], "reports")
    assert 'href="counter-lost-update.html"' in page
    assert 'href="../reports/counter-lost-update.html"' in survey_page([SURVEY], "pages")
    assert "Process-1 overwrote Process-2" in page


def test_cells_of_the_heat_map_tell_the_share_that_failed() -> None:
    page = survey_page([SURVEY])
    assert '<td style="--heat:12%" title="10 of 40 runs">25%</td>' in page
    assert '<td style="--heat:0%" title="0 of 50 runs">0%</td>' in page
    assert '<td style="--heat:45%" title="9 of 10 runs">90%</td>' in page


def test_a_hunt_that_finds_hardly_any_new_trace_is_nearly_saturated() -> None:
    assert "nearly saturated" in words(SURVEY)
    going_on = replace(SURVEY, samples=(*SURVEY.samples, Sample(2.0, 200, 90, 30, 1)))
    assert "still finding new traces" in words(going_on)


def test_preemptions_are_counted_with_those_that_failed() -> None:
    page = survey_page([SURVEY])
    assert "0: 6 runs, 0 failed; 1: 0 runs, 0 failed; 2: 0 runs, 0 failed; 3: 4 runs" in page


def test_a_target_in_which_nothing_was_found_says_so_and_how_far_that_goes() -> None:
    nothing = Survey(replace(VERDICT, findings=(), verdict="passed"))
    assert "Nothing found in the schedules that were sampled." in words(nothing)


def test_several_targets_are_summed_in_the_headline() -> None:
    assert "2 findings in 200 executions" in words(SURVEY, SURVEY)


def test_names_are_escaped() -> None:
    nasty = replace(SURVEY, cells=(("<b>", 2, Share(1, 0)), ("'\"", 3, Share(1, 1))))
    assert "<b>" in words(nasty)
    assert "<b>" not in survey_page([nasty])


@pytest.mark.parametrize(
    ("top", "ticks"),
    [
        (0, [0]),
        (1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (3, [0, 1, 2, 3]),
        (54, [0, 10, 20, 30, 40, 50]),
        (3216, [0, 1000, 2000, 3000]),
    ],
)
def test_an_axis_has_a_few_round_numbers(top: float, ticks: list[float]) -> None:
    assert Axis(top, "").ticks() == ticks


@pytest.mark.parametrize("top", [0.003, 0.7, 7, 99, 1_234, 98_765])
def test_an_axis_never_runs_over_its_top(top: float) -> None:
    ticks = Axis(top, "").ticks()
    assert 2 <= len(ticks) <= 12
    assert max(ticks) <= top


def test_a_tally_counts_all_runs_of_a_hunt() -> None:
    tally = Tally()
    hunt = Hunt(open_target("counter-value"), Budget(20), progress=tally)
    survey = tally.survey(hunt.run())
    assert sum(share.runs for _, _, share in survey.cells) == hunt.executions
    assert sum(share.failing for _, _, share in survey.cells) == hunt.failing
    assert survey.samples[-1].executions == hunt.executions
    assert sum(number for _, number in survey.endings) == 20
    assert sum(share.runs for _, share in survey.preemptions) == 20


def test_a_hunt_that_is_counted_finds_the_same() -> None:
    verdicts = [
        Hunt(open_target("counter-value"), Budget(10), progress=progress).run()
        for progress in (None, Tally())
    ]
    assert verdicts[0].findings == verdicts[1].findings
    assert verdicts[0].coverage == verdicts[1].coverage


def test_a_placement_is_the_parameter_of_that_name_or_what_is_no_number() -> None:
    assert placement({"processes": 2, "placement": "all"}) == "all"
    assert placement({"processes": 2, "order": "left first"}) == "left first"
    assert placement({}) == ""
