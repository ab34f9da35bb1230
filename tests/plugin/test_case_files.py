"""Case files as test items: what becomes of a saved case while its program changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer.cli import main
from explorer.replaying import replay
from explorer.report.casefile import fingerprint, load
from tests.plugin.conftest import CASE, COUNTER, FIXED, Project
from tests.plugin.test_races import FIXTURES, WITH_FIXTURES

COMMENTED = COUNTER.replace(
    "def add(counter):", "# a comment\n\n\ndef unrelated():\n    return 1\n\n\ndef add(tally):"
).replace("    counter.value += 1", "    tally.value += 1")
#: Still racy, but with other operations than those that were saved.
DRIFTED = COUNTER.replace("    counter.value += 1", "    counter.value\n    counter.value += 1")


@pytest.fixture
def found(project: Project) -> Project:
    """A project with a race that was found and saved."""
    project.write(test_counter=COUNTER)
    project.run("-q").assert_outcomes(failed=1)
    return project


def case_of(project: Project) -> dict[str, object]:
    content: dict[str, object] = json.loads((project.path / CASE).read_text())
    return content


def test_a_reproduction_that_still_fails_is_an_expected_failure(found: Project) -> None:
    result = found.run("-rx", "-v", CASE)
    result.assert_outcomes(xfailed=1)
    result.stdout.fnmatch_lines(
        [
            f"{CASE}::lost-update XFAIL*",
            f"XFAIL {CASE}::lost-update - *known lost update: Process-1 overwrote Process-2's*",
        ]
    )


def test_the_test_itself_fails_at_once_from_its_saved_case(found: Project) -> None:
    result = found.run("test_counter.py")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["━━ lost update*", f"*replay *pytest {CASE}"])
    result.stdout.fnmatch_lines(["1 test explored; 1 finding"])


def test_cases_are_collected_with_the_tests_and_after_the_fix_say_so(found: Project) -> None:
    found.write(test_counter=FIXED)
    result = found.run()
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [f"{CASE}: lost update fixed; `pytest --race-update {CASE}` turns it into a guard"]
    )
    assert case_of(found)["expect"] == "fails"


def test_update_turns_a_fixed_case_into_a_guard(found: Project) -> None:
    found.write(test_counter=FIXED)
    result = found.run("--race-update", CASE)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"{CASE}: lost update fixed; it is a guard from here on"])
    assert case_of(found)["expect"] == "passes"
    found.run(CASE).assert_outcomes(passed=1)


def test_a_guard_fails_with_the_whole_picture_when_the_race_is_back(found: Project) -> None:
    found.write(test_counter=FIXED)
    found.run("--race-update", CASE)
    found.write(test_counter=COUNTER)
    result = found.run(CASE)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "━━ lost update*",
            "*overwrites Process-2's 1*",
            f"FAILED {CASE}::lost-update - lost update: Process-*",
        ]
    )


def test_a_case_survives_comments_new_names_and_functions_above(found: Project) -> None:
    found.write(test_counter=COMMENTED)
    found.run(CASE).assert_outcomes(xfailed=1)


def test_a_case_that_has_drifted_says_at_which_step(found: Project) -> None:
    found.write(test_counter=DRIFTED)
    result = found.run(CASE)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "Step * of *: the case expects *",
            f"*still has the lost update: `pytest --race-update {CASE}` writes the case anew.",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_update_writes_a_drifted_case_anew(found: Project) -> None:
    found.write(test_counter=DRIFTED)
    before = case_of(found)
    found.run("--race-update", CASE).assert_outcomes(xfailed=1)
    after = case_of(found)
    assert (after["expect"], after["target"]) == ("fails", before["target"])
    assert after["steps"] != before["steps"]
    found.run(CASE).assert_outcomes(xfailed=1)


def test_cases_of_tests_with_fixtures_and_parameters_are_replayed_alone(project: Project) -> None:
    project.write(conftest=FIXTURES, test_bank=WITH_FIXTURES)
    project.run("-k", "ten-racy").assert_outcomes(failed=1, deselected=3)
    case = "reports/test_bank-test_deposits-ten-racy-lost-update.json"
    project.run(case).assert_outcomes(xfailed=1)


def test_cases_of_scripts_and_scenarios_are_replayed_too(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project.path)
    assert main(["hunt", "--examples", "5", "lock-order"]) == 1
    project.run("reports").assert_outcomes(xfailed=1)


TWO_COUNTERS = """\
from multiprocessing import Process, Value


def add(one, two):
    first, second = one.value, two.value
    one.value = first + 1
    two.value = second + 1


one, two = Value("i", 0), Value("i", 0)
workers = [Process(target=add, args=(one, two)) for _ in range(2)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
"""


def test_of_two_defects_in_one_run_a_case_shows_its_own(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project.path)
    project.write(two=TWO_COUNTERS)
    assert main(["hunt", "--examples", "5", "two.py"]) == 1
    files = sorted(str(path) for path in Path("reports").glob("*.json"))
    assert len(files) == 2
    for file in files:
        found = replay(load(file), file).finding
        assert found is not None
        assert fingerprint(found) == load(file).shows.fingerprint


def test_a_file_of_any_folder_is_collected_by_its_double_suffix(found: Project) -> None:
    folder = found.path / "elsewhere"
    folder.mkdir()
    (found.path / CASE).rename(folder / "count.race.json")
    found.run("elsewhere").assert_outcomes(xfailed=1)


def test_foreign_json_files_are_left_alone(found: Project) -> None:
    (found.path / "reports" / "other.json").write_text('{"tool": "another"}')
    (found.path / "package.json").write_text("{}")
    found.run("-q").assert_outcomes(failed=1, xfailed=1)


def test_configured_folders_are_added_to_testpaths(found: Project) -> None:
    (found.path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\nrace_cases = saved\n")
    (found.path / "tests").mkdir()
    (found.path / "reports").rename(found.path / "saved")
    found.run().assert_outcomes(xfailed=1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "*count.race.json: *"),
        ("{", "*count.race.json: *"),
        ('{"tool": "race-explorer", "format": 99}', "*this version reads format 1"),
    ],
)
def test_a_broken_case_file_is_one_message(project: Project, text: str, message: str) -> None:
    (project.path / "count.race.json").write_text(text)
    result = project.run("count.race.json")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([message])
    assert "Traceback" not in result.stdout.str()


def edited(project: Project, **fields: object) -> None:
    content = case_of(project) | fields
    (project.path / CASE).write_text(json.dumps(content))


def test_a_case_of_a_test_that_is_gone_says_what_to_do(found: Project) -> None:
    edited(found, target="test_counter.py::test_renamed")
    result = found.run(CASE)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["There is no test test_counter.py::test_renamed in *"])


LEAVES_A_TRACE = "open('{path}', 'w').write('was here')\n"


def test_collecting_a_case_does_not_run_what_it_names(found: Project, tmp_path: Path) -> None:
    found.write(marked=LEAVES_A_TRACE.format(path=tmp_path / "trace") + "def main():\n    pass\n")
    for target in ("marked.py", "marked.py::main", "marked:main"):
        edited(found, target=target)
        result = found.run("--collect-only", "-q", CASE)
        result.stdout.fnmatch_lines([f"{CASE}::lost-update"])
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize("target", ["../outside.py", "../outside.py::main", "json.tool:main"])
def test_a_collected_case_may_not_name_what_is_outside_of_the_project(
    found: Project, target: str
) -> None:
    outside = found.path.parent / "outside.py"
    outside.write_text("def main():\n    pass\n")
    edited(found, target=target)
    result = found.run(CASE)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*its target {target} is outside of the project (*"])
