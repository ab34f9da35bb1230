"""`@races`: what it does to a test, whatever pytest gives that test."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.plugin.conftest import CASE, COUNTER, FIXED, MANY, Project


def test_a_racy_test_fails_with_the_picture_and_its_case_is_saved(project: Project) -> None:
    project.write(test_counter=COUNTER)
    result = project.run("--race-seed", "1")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*test_count*",
            "━━ lost update ━*test_counter.py::test_count*",
            "*● read Value#1 → 0*",
            "*overwrites Process-2's 1*",
            "*size *2 processes, 4 operations, 1 preemption, 1 delay; minimal: proven",
            f"*replay *pytest {CASE}",
            "*= races =*",
            f"test_counter.py::test_count *lost update *2 processes, 1 preemption *{CASE}",
            "1 test explored exhaustively: 4 executions, 4 distinct traces; 1 finding",
            "FAILED test_counter.py::test_count - lost update: Process-1 overwrote*",
        ]
    )
    assert (project.path / CASE).is_file()
    assert "Traceback" not in result.stdout.str()


def test_a_correct_test_passes_and_leaves_nothing(project: Project) -> None:
    project.write(test_counter=FIXED)
    result = project.run()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["1 test explored exhaustively: 2 executions, 2 distinct traces; 0 findings"]
    )
    assert not (project.path / "reports").exists()


def test_the_message_of_an_assertion_says_what_was_compared(project: Project) -> None:
    project.write(test_counter=COUNTER)
    project.run().stdout.fnmatch_lines(["*AssertionError: assert 1 == 2"])


def test_the_marker_does_the_same_without_an_import(project: Project) -> None:
    text = COUNTER.replace("from explorer import races", "import pytest")
    project.write(test_counter=text.replace("@races(", "@pytest.mark.races("))
    project.run("--strict-markers").assert_outcomes(failed=1)


def test_a_marked_test_can_be_selected_by_the_marker(project: Project) -> None:
    project.write(test_counter=FIXED + "\ndef test_other():\n    pass\n")
    project.run("-m", "races").assert_outcomes(passed=1, deselected=1)


def test_an_ordinary_test_is_called_as_ever(project: Project) -> None:
    project.write(
        test_plain="from explorer import races\n"
        "calls = []\n\ndef test_one():\n    calls.append(1)\n\n"
        "def test_two():\n    assert calls == [1]\n"
    )
    project.run().assert_outcomes(passed=2)


FIXTURES = """\
import multiprocessing

import pytest


class Account:
    def __init__(self, balance):
        self.balance = multiprocessing.Value("i", balance)


@pytest.fixture(scope="session")
def lock():
    return multiprocessing.Lock()


@pytest.fixture(params=[10, 20], ids=["ten", "twenty"])
def start(request):
    return request.param


@pytest.fixture
def account(start, request):
    made = Account(start)
    request.addfinalizer(lambda: print("closed at", made.balance.value))
    yield made
    assert made.balance.value > start


@pytest.fixture(autouse=True)
def name(monkeypatch):
    monkeypatch.setenv("BANK", "ours")
"""
WITH_FIXTURES = """\
import os
from multiprocessing import Process

import pytest
from explorer import races


def racy(account, lock):
    account.balance.value += 1


def locked(account, lock):
    with lock:
        account.balance.value += 1


@pytest.mark.parametrize("work", [racy, locked])
@races(examples=8)
def test_deposits(account, lock, work, start):
    assert os.environ["BANK"] == "ours"
    workers = [Process(target=work, args=(account, lock)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert account.balance.value == start + 2
"""


def test_fixtures_and_parametrize_give_each_run_values_of_its_own(project: Project) -> None:
    project.write(conftest=FIXTURES, test_bank=WITH_FIXTURES)
    result = project.run("-v")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        [
            "test_bank.py::test_deposits?ten-racy? FAILED*",
            "test_bank.py::test_deposits?ten-locked? PASSED*",
            "test_bank.py::test_deposits?twenty-racy? FAILED*",
            "test_bank.py::test_deposits?twenty-locked? PASSED*",
            "*Value#1 → 10*",
            "*│ closed at 11",
            "*Value#1 → 20*",
        ]
    )


PARAMS_OF_FIXTURES = """\
from multiprocessing import Process, Value

import pytest
from explorer import races


def racy(counter):
    counter.value += 1


def locked(counter):
    with counter.get_lock():
        counter.value += 1


@pytest.fixture(params=[racy, pytest.param(locked, id="locked")])
def work(request):
    return request.param


@pytest.fixture
def indirect(request):
    return request.param


def run(work):
    counter = Value("i", 0)
    workers = [Process(target=work, args=(counter,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


@races(examples=8)
def test_own(work):
    run(work)


@pytest.mark.parametrize("indirect", [racy, locked], indirect=True)
@races(examples=8)
def test_indirect(indirect):
    run(indirect)
"""


def test_functions_that_are_parameters_of_fixtures_are_those_of_the_run(project: Project) -> None:
    project.write(test_params=PARAMS_OF_FIXTURES)
    result = project.run("-v")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["*::test_own?locked? PASSED*", "*::test_indirect?locked? PASSED*"])
    assert result.stdout.str().count("━━ lost update") == 2


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_every_import_mode_will_do(project: Project, mode: str) -> None:
    folder = project.path / "tests" / "inner"
    folder.mkdir(parents=True)
    (folder / "helpers_of_inner.py").write_text("def add(counter):\n    counter.value += 1\n")
    text = COUNTER.replace("def add(counter):\n    counter.value += 1", "")
    if mode == "importlib":
        (folder / "__init__.py").write_text("")
        (folder.parent / "__init__.py").write_text("")
        text = "from tests.inner.helpers_of_inner import add\n" + text
    else:
        text = "from helpers_of_inner import add\n" + text
    (folder / "test_inner.py").write_text(text)
    (project.path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    result = project.run("--import-mode", mode)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*where *helpers_of_inner.py:2"])


CLASS = """\
from multiprocessing import Process, Value

import pytest
from explorer import races


class Base:
    @races(examples=8)
    def test_total(self):
        workers = [Process(target=self.add) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert self.counter.value == self.start + 2


class TestRacy(Base):
    start = 3

    def setup_method(self):
        self.counter = Value("i", self.start)

    def add(self):
        self.counter.value += 1


class TestLocked(TestRacy):
    @pytest.fixture(autouse=True)
    def another_start(self):
        assert self.counter.value == 3

    def add(self):
        with self.counter.get_lock():
            self.counter.value += 1
"""


def test_methods_run_on_an_instance_of_their_own_with_its_setup(project: Project) -> None:
    project.write(test_class=CLASS)
    result = project.run("-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["*TestRacy::test_total FAILED*", "*TestLocked::test_total PASSED*"]
    )


def test_what_the_module_changes_is_gone_in_the_next_run(project: Project) -> None:
    project.write(
        test_state="from explorer import races\nseen = []\n\n"
        "@races(examples=5)\ndef test_fresh(tmp_path):\n"
        "    seen.append(1)\n    (tmp_path / 'file').mkdir()\n    assert seen == [1]\n"
    )
    project.run().assert_outcomes(passed=1)


DRAWN = """\
from multiprocessing import Process, Value

from explorer import races
from strategies import lock_placements, process_counts


def add(counter, how):
    if how == "all":
        with counter.get_lock():
            counter.value += 1
    else:
        counter.value += 1


@races(examples=20, processes=process_counts(2, 4), locks=lock_placements())
def test_count(processes, locks):
    counter = Value("i", 0)
    ways = locks.split(" / ")
    ways += ways[-1:] * processes
    workers = [Process(target=add, args=(counter, ways[n])) for n in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert counter.value == processes
"""


def test_drawn_parameters_are_part_of_the_minimal_case(project: Project) -> None:
    project.write(test_drawn=DRAWN)
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*with *processes = 2, locks = 'none'"])


def test_a_small_program_is_explored_whole_and_a_large_one_is_sampled(project: Project) -> None:
    project.write(test_small=FIXED, test_large=MANY, test_racy=COUNTER)
    result = project.run("--race-seed", "1", "--hypothesis-show-statistics")
    result.assert_outcomes(passed=2, failed=1)
    text = result.stdout.str()
    assert re.search(r"^3 tests explored, 2 of them exhaustively: .*\(--race-seed 1\)$", text, re.M)
    assert text.count("strategy: every trace 100%") == 2
    assert text.count("Stopped because every trace was run") == 2
    assert text.count("Stopped because its budget was used up") == 1


TIMED = """\
import time
from multiprocessing import Process, Queue

from explorer import races


def put(queue):
    time.sleep(0.1)
    queue.put(1)


@races(examples=10)
def test_timed():
    queue = Queue()
    worker = Process(target=put, args=(queue,))
    worker.start()
    assert queue.get(timeout=60) == 1
    worker.join()
"""


def test_a_program_that_takes_time_is_hunted_with_time_as_it_says(project: Project) -> None:
    project.write(test_timed=TIMED)
    result = project.run("--race-seed", "1")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 test explored: *; 0 findings (--race-seed 1)"])


RANDOM = COUNTER.replace("import races", "import races\nimport random, os").replace(
    "    counter.value += 1",
    "    with counter.get_lock():\n        if {draw}:\n            return\n    counter.value += 1",
)


@pytest.mark.parametrize(
    "draw", ["random.random() < 0.3", "os.urandom(1)[0] < 80", "random.Random().random() < 0.3"]
)
def test_a_program_with_random_numbers_is_hunted_with_many(project: Project, draw: str) -> None:
    project.write(test_random=RANDOM.replace("{draw}", draw).replace("    assert", "    # assert"))
    result = project.run("--race-seed", "1", "--hypothesis-show-statistics")
    text = result.stdout.str()
    assert "every trace" not in text
    assert "━━ lost update" in text


def test_verify_runs_every_trace_and_says_so(project: Project) -> None:
    project.write(
        test_fixed=FIXED.replace("examples=10", "verify=True"),
        test_racy=COUNTER.replace("examples=10", "verify=True"),
    )
    result = project.run("--hypothesis-show-statistics")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "test_fixed.py::test_count:",
            "*outcome: passed 100%",
            "*strategy: every trace 100%",
            "*Stopped because every trace was run",
            "test_racy.py::test_count:",
            "*outcome: failing schedules *",
            "*Stopped because of a finding",
        ]
    )


def test_a_verification_that_does_not_come_to_its_end_fails(project: Project) -> None:
    text = FIXED.replace("examples=10", "verify=True, seconds=0.001")
    text = text.replace("range(2)", "range(5)").replace("== 2", "== 5")
    project.write(test_counter=text)
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*nothing found, but nothing is proven either, after 1 execution: 1 of about *"]
    )


@pytest.mark.parametrize("how", ["LostUpdate", "'lost-update'", "['lost-update']"])
def test_an_expected_finding_makes_the_test_pass(project: Project, how: str) -> None:
    text = COUNTER.replace("examples=10", f"examples=10, expect={how}")
    project.write(test_counter=text.replace("import races", "import LostUpdate, races"))
    project.run().assert_outcomes(passed=1)
    assert not (project.path / "reports").exists()


def test_an_expected_finding_that_does_not_show_fails_the_test(project: Project) -> None:
    project.write(test_counter=FIXED.replace("examples=10", "examples=10, expect='lost-update'"))
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["expected lost-update, but * executions (* did not show it"])


def test_a_finding_beside_the_expected_one_fails_the_test(project: Project) -> None:
    project.write(test_counter=COUNTER.replace("examples=10", "examples=10, expect='deadlock'"))
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["━━ lost update*", "expected deadlock, but * did not show it."])


CRASHING = """\
from multiprocessing import Process

from explorer import races


def crash(depth):
    return crash(depth - 1) if depth else {}["key"]


@races
def test_crash():
    workers = [Process(target=crash, args=(1,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""


def test_an_exception_is_shown_with_its_own_traceback(project: Project) -> None:
    project.write(test_crash=CRASHING)
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "━━ exception*",
            "*next *The failing process had touched nothing shared by then: look at its own code*",
            "*traceback *Traceback (most recent call last):",
            '*File "*test_crash.py", line 7, in crash',
            '*File "*test_crash.py", line 7, in crash',
            "*KeyError: 'key'",
        ]
    )
    text = result.stdout.str()
    assert text.count("Traceback") == 1
    assert "explorer/" not in text.partition("= FAILURES =")[2]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("pytest.skip('not today')", {"skipped": 1}),
        ("pytest.xfail('not yet')", {"xfailed": 1}),
        ("pytest.fail('never')", {"failed": 1}),
        ("pytest.importorskip('no_such_module')", {"skipped": 1}),
    ],
)
def test_what_pytest_raises_means_what_it_means(
    project: Project, body: str, outcome: dict[str, int]
) -> None:
    project.write(
        test_outcome=f"import pytest\nfrom explorer import races\n\n@races\ndef test_it():\n"
        f"    {body}\n"
    )
    project.run().assert_outcomes(**outcome)


def test_xfail_and_skip_marks_are_pytests(project: Project) -> None:
    text = COUNTER.replace("@races(", "@pytest.mark.xfail\n@races(")
    project.write(test_counter="import pytest\n" + text)
    project.run().assert_outcomes(xfailed=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("examples=0", "examples must be a number above 0, not 0"),
        ("seconds='long'", "seconds must be a number above 0, not 'long'"),
        ("expect='crash'", "expect='crash' is no kind of finding. It is one of: lost-update, *"),
        ("exampels=5", "exampels = 5 is no option of races, so it must be a parameter*"),
        ("n=[1, 2]", "n is neither an option nor a parameter of test_count()."),
    ],
)
def test_a_wrong_option_is_named(project: Project, options: str, message: str) -> None:
    project.write(test_counter=COUNTER.replace("examples=10", options))
    result = project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*races: {message}*"])


def test_a_test_that_is_nested_in_a_function_is_refused(project: Project) -> None:
    project.write(
        test_made="from explorer import races\n\ndef make():\n    @races\n"
        "    def test_inner():\n        pass\n    return test_inner\n\ntest_made = make()\n"
    )
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*cannot be executed afresh in every run*"])


def test_an_unsupported_call_is_one_message_not_a_traceback(project: Project) -> None:
    project.write(
        test_socket="import socket\nfrom explorer import races\n\n@races\ndef test_it():\n"
        "    socket.socket()\n"
    )
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*socket.socket() at test_socket.py:6: *"])
    assert "Traceback" not in result.stdout.str()


CALLED = """\
import unittest
from multiprocessing import Process, Value

from explorer import LostUpdate, races


def add(counter):
    counter.value += 1


@races(examples=10)
def count(times):
    counter = Value("i", 0)
    workers = [Process(target=add, args=(counter,)) for _ in range(times)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


class TestCalls(unittest.TestCase):
    def setUp(self):
        self.times = 2

    def test_a_decorated_function_is_explored_when_it_is_called(self):
        count(1)
        with self.assertRaisesRegex(LostUpdate, "overwrote Process-2's write") as caught:
            count(times=2)
        assert caught.exception.finding.complexity.preemptions == 1

    @races(examples=5)
    def test_a_method_of_a_test_case_is_explored_on_its_own(self):
        assert self.times == 2
"""


SCRIPT = (
    COUNTER.replace("def test_count", "def count")
    + """

if __name__ == "__main__":
    try:
        count()
    except AssertionError as error:
        print(type(error).__name__, error)
"""
)


def test_a_script_can_call_what_it_decorates(project: Project) -> None:
    project.write(script=SCRIPT)
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=project.path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("LostUpdate Process-1 overwrote Process-2's write of Value#1")


def test_an_expected_finding_is_no_error_for_who_calls(project: Project) -> None:
    text = SCRIPT.replace("examples=10", "examples=10, expect='lost-update'")
    project.write(test_script=text + "\n\ndef test_calls():\n    count()\n")
    project.run().assert_outcomes(passed=1)


def test_races_and_given_do_not_go_together(project: Project) -> None:
    project.write(
        test_both="from explorer import races\nfrom hypothesis import given, strategies as st\n"
        "import pytest\n\n@pytest.mark.races\n@given(st.integers())\ndef test_it(n):\n    pass\n"
    )
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*explored by races, or given its examples by Hypothesis*"])


def test_what_another_decorator_gives_a_test_is_no_fixture(project: Project) -> None:
    project.write(
        test_patched="import os\nfrom unittest import mock\nfrom explorer import races\n\n"
        "@races(examples=3)\n@mock.patch('os.getcwd')\ndef test_it(getcwd, tmp_path):\n"
        "    assert os.getcwd is getcwd and tmp_path.exists()\n"
    )
    project.run().assert_outcomes(passed=1)


def test_it_works_without_pytest_too(project: Project) -> None:
    project.write(test_called=CALLED)
    project.run().assert_outcomes(passed=2)
