"""A whole session: options, seeds, budgets, what is printed at its end, what it costs others."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.plugin.conftest import CASE, COUNTER, FIXED, MANY, Project

FAILING = FIXED.replace("assert counter.value == 2", "assert counter.value == 3")


def figures(result: pytest.RunResult) -> tuple[int, int]:
    """Executions and distinct traces, as the summary says them."""
    found = re.search(r": ([\d,]+) executions?, ([\d,]+) distinct", result.stdout.str())
    assert found is not None
    executions, traces = (int(number.replace(",", "")) for number in found.groups())
    return executions, traces


def test_the_header_says_where_cases_go_and_which_seed_repeats_the_session(
    project: Project,
) -> None:
    project.write(test_counter=FIXED)
    result = project.run("--race-seed", "7", "--race-reports", "cases")
    result.stdout.fnmatch_lines(["race-explorer: seed 7, cases/"])


def test_a_project_with_saved_cases_has_the_header_before_anything_is_imported(
    project: Project,
) -> None:
    project.write(test_counter=COUNTER)
    project.spawn("-q")
    assert re.search(r"^race-explorer: seed \d+, reports/$", project.spawn().stdout, re.M)


FROM_THE_DATABASE = """\
from explorer import cases, check
from hypothesis import Phase, given, settings
from hypothesis.database import DirectoryBasedExampleDatabase


@settings(database=DirectoryBasedExampleDatabase("found"), deadline=None, phases={phases})
@given(cases("lock-order", 10))
def test_order(case):
    check(case)
"""


def test_in_ci_an_example_of_given_comes_back_from_the_database(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    every = FROM_THE_DATABASE.format(phases="tuple(Phase)")
    project.write(test_given=every)
    assert "1 failed" in project.spawn("-q").stdout
    project.write(test_given=every.replace("tuple(Phase)", "[Phase.reuse]"))
    assert "1 failed" in project.spawn("-q").stdout


def test_the_same_seed_gives_the_same_session(project: Project) -> None:
    project.write(test_counter=MANY)
    first, second = (project.run("--race-seed", "5") for _ in range(2))
    assert figures(first) == figures(second)


def test_at_home_every_session_has_another_seed(project: Project) -> None:
    project.write(test_counter=MANY)
    seeds = {re.findall(r"--race-seed (\d+)", project.run().stdout.str())[0] for _ in range(3)}
    assert len(seeds) == 3


def test_in_ci_the_seed_is_always_the_same(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    project.write(test_counter=MANY)
    project.run().stdout.fnmatch_lines(["race-explorer: seed 0 (CI), reports/", "*--race-seed 0)"])


def test_in_ci_the_log_holds_the_case_as_a_command_to_paste(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    project.write(test_counter=COUNTER)
    text = project.run("--color=no").stdout.str()
    saved = project.path / CASE
    script = re.search(r"^mkdir -p reports\ncat > .*?^END_OF_CASE\n", text, re.M | re.S)
    assert script is not None
    before = saved.read_text()
    shutil.rmtree(saved.parent)
    subprocess.run(["sh", "-c", script.group()], cwd=project.path, check=True)
    assert saved.read_text() == before


def test_at_home_the_log_does_not_hold_the_case(project: Project) -> None:
    project.write(test_counter=COUNTER)
    assert "END_OF_CASE" not in project.run().stdout.str()


def test_in_github_actions_the_line_is_annotated(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.path.parent))
    project.write(test_counter=COUNTER)
    result = project.run()
    result.stdout.fnmatch_lines(
        [
            f"::error file={project.path.name}/test_counter.py,line=7,"
            "title=lost update in test_counter.py%3A%3Atest_count::Process-1 overwrote "
            f"Process-2's write of Value#1%0AReplay it with: pytest {CASE}"
        ]
    )


def test_junit_xml_has_the_figures_the_finding_and_the_case(project: Project) -> None:
    project.write(test_counter=COUNTER)
    project.run("--junitxml", "junit.xml", "--race-seed", "1")
    (case,) = ElementTree.parse(project.path / "junit.xml").iter("testcase")
    properties = {each.get("name"): each.get("value") for each in case.iter("property")}
    assert properties["race_mode"] == "hunt"
    assert properties["race_executions"] == properties["race_traces"] == "4"
    assert "race_seed" not in properties  # every trace was run, whatever the seed
    assert (properties["race_finding"] or "").startswith("lost-update: Process-1 overwrote")
    assert properties["race_case"] == CASE
    (failure,) = case.iter("failure")
    assert "● read Value#1 → 0" in (failure.text or "")


def test_json_has_the_findings_of_all_tests_in_the_fixed_form(project: Project) -> None:
    project.write(test_counter=COUNTER, test_fixed=FIXED)
    project.run("--race-json", "races.json")
    result = json.loads((project.path / "races.json").read_text())
    assert list(result) == [
        "tool", "format", "command", "target", "verdict", "executions", "traces",
        "failing_traces", "exhaustive", "seconds", "findings",
    ]  # fmt: skip
    assert (result["command"], result["verdict"]) == ("pytest", "failed")
    assert result["target"] == "test_counter.py::test_count, test_fixed.py::test_count"
    (finding,) = result["findings"]
    assert (finding["kind"], finding["file"]) == ("lost-update", CASE)


def test_an_assertion_without_a_race_is_a_finding_of_its_own(project: Project) -> None:
    project.write(test_counter=FAILING)
    result = project.run()
    result.stdout.fnmatch_lines(["━━ assertion*", "*AssertionError: assert 2 == 3"])


def test_seconds_are_split_over_the_tests(project: Project) -> None:
    text = MANY.replace("examples=10", "")
    project.write(test_one=text, test_two=text, test_three=text)
    result = project.run("--race-seconds", "0.9", "--race-json", "races.json")
    result.assert_outcomes(passed=3)
    spent = json.loads((project.path / "races.json").read_text())["seconds"]
    assert 0.8 < spent < 3


def test_examples_can_be_set_for_a_session_and_for_a_project(project: Project) -> None:
    project.write(test_counter=MANY.replace("examples=10", ""))
    few, _ = figures(project.run("--race-examples", "2", "--race-seed", "1"))
    (project.path / "pytest.ini").write_text("[pytest]\nrace_examples = 20\n")
    many, _ = figures(project.run("--race-seed", "1"))
    assert few < many


@pytest.mark.parametrize(
    "words",
    [["--race-examples", "0"], ["--race-seconds", "-1"], ["--race-workers", "x"]],
)
def test_a_wrong_option_is_refused_by_name(project: Project, words: list[str]) -> None:
    result = project.run(*words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*argument {words[0]}: invalid number* value: '{words[1]}'"])


def test_a_wrong_setting_is_refused_by_name(project: Project) -> None:
    (project.path / "pytest.ini").write_text("[pytest]\nrace_examples = many\n")
    project.write(test_counter=FIXED)
    result = project.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*race_examples must be a whole number above 0, not 'many'"])


def test_statistics_are_a_dozen_readable_lines(project: Project) -> None:
    project.write(test_counter=COUNTER)
    text = project.run("--hypothesis-show-statistics", "--race-seed", "1").stdout.str()
    part = text.partition("Hypothesis Statistics")[2].partition("short test summary")[0]
    lines = [line for line in part.splitlines() if line.startswith(("  - ", "    - ", "      * "))]
    assert len(lines) <= 12
    labels = [line.split(":")[0].strip(" *") for line in lines if "*" in line]
    assert labels == [
        "outcome", "strategy", "processes", "preemptions", "new traces", "failing schedules",
    ]  # fmt: skip
    assert "found lost update: 2 processes, 4 operations, 1 preemption" in part


@pytest.mark.slow
def test_statistics_of_our_own_marked_tests(project: Project) -> None:
    ours = Path(__file__).with_name("test_ourselves.py")
    root = ours.parents[2]
    text = project.spawn(
        "-q", "--hypothesis-show-statistics", f"--rootdir={root}", f"-c{root / 'pyproject.toml'}",
        "--race-reports=none", "--race-seed=1", str(ours),
    ).stdout  # fmt: skip
    marked = ours.read_text().count("@races(")
    assert text.count("\n    - Events, in % of examples:\n") == marked == 5
    for label in ("outcome", "strategy", "processes", "preemptions", "failing schedules"):
        assert text.count(f"      * {label}: ") == marked


GIVEN = """\
from explorer import cases, check
from hypothesis import given, seed, settings


@seed(1)
@settings(max_examples=15, database=None, deadline=None)
@given(cases("counter-value", 10))
def test_counter(case):
    check(case)
"""


def test_a_given_test_has_the_same_events_and_a_labelled_target(project: Project) -> None:
    project.write(test_given=GIVEN)
    result = project.run("--hypothesis-show-statistics")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines_random(
        [
            "*explorer.findings.LostUpdate: *write of Value#1 (scenarios/counter_memory.py:*",
            "*● read *",
            "*%, outcome: lost-update",
            "*%, strategy: *",
            "*%, locks: *",
            "*%, preemptions: *",
            "*%, failing schedules: *",
            "*target score: *label='updates that were broken into'*",
        ]
    )
    assert "def check(" not in result.stdout.str()
    events = [line for line in result.stdout.lines if re.match(r" +\* *[\d.]+%, ", line)]
    assert len(events) <= 20


def imported(project: Project, *words: str) -> set[str]:
    """The modules that a session imports, run in a process of its own."""
    code = (
        "import sys, pytest\n"
        f"pytest.main({['-q', *project.plugin, '-p', 'no:cacheprovider', *words]!r})\n"
        "print('imported:', *sys.modules)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=project.path, capture_output=True, text=True, check=True
    )
    return set(result.stdout.partition("imported:")[2].split())


def test_a_session_that_does_not_use_it_does_not_import_it(project: Project) -> None:
    project.write(test_plain="def test_one():\n    pass\n")
    (project.path / "data.json").write_text("{}")
    ours = {name for name in imported(project) if name.split(".")[0] in ("explorer", "strategies")}
    assert ours == {
        "explorer",
        "explorer.native",
        "explorer.pytest_plugin",
        "explorer.pytest_plugin.options",
        "explorer.pytest_plugin.seeds",
    }
    assert "multiprocessing" not in imported(project)


LOADERS = """\
import sys
import _pytest.assertion.rewrite as rewriting
from explorer import races

@races
def test_loaders():
    pass

def test_afterwards():
    ours = [name for name in sys.modules if name.startswith(("explorer.", "strategies."))]
    assert len(ours) > 100
    loaders = {name: type(sys.modules[name].__loader__) for name in ours}
    rewritten = [name for name in ours if loaders[name] is rewriting.AssertionRewritingHook]
    assert rewritten == ["explorer.native", "explorer.pytest_plugin"]  # before we can say a word
    assert type(sys.modules[__name__].__loader__) is rewriting.AssertionRewritingHook
"""


def test_pytest_does_not_rewrite_our_modules_but_those_of_the_suite(project: Project) -> None:
    project.write(test_loaders=LOADERS)
    result = project.spawn("-q")
    assert "2 passed" in result.stdout, result.stdout


def test_replaying_does_not_import_hypothesis(project: Project, tmp_path: Path) -> None:
    project.write(test_counter=COUNTER)
    project.run("-q")
    assert "hypothesis" not in imported(project, CASE, "-p", "no:hypothesispytest")


def test_a_saved_case_fails_the_test_at_once_in_ci_too(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(test_counter=COUNTER)
    project.run("-q")
    monkeypatch.setenv("CI", "true")
    result = project.run("test_counter.py")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*END_OF_CASE", "1 test explored; 1 finding"])


ENDLESS = MANY.replace("examples=10", "seconds=300")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_a_search_at_once(project: Project) -> None:
    project.write(test_counter=ENDLESS.replace("    assert", "    print('a run')\n    assert"))
    command = [sys.executable, "-m", "pytest", *project.plugin, "-s", "-p", "no:cacheprovider"]
    code = "import os, signal, threading; threading.Timer(3, os.kill, (os.getpid(), signal.SIGINT))"
    (project.path / "conftest.py").write_text(f"{code}.start()\n")
    done = subprocess.run(
        command, cwd=project.path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt" in done.stdout
