"""`fix` on programs of the user's own: what is safe is verified, and the diff is what was run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from explorer.api import open_target
from explorer.errors import Interrupted
from explorer.fixing.repair import Repairing
from explorer.fixing.trial import Trial
from explorer.hunting import Hunt
from explorer.model.placement import Placement, Repair
from explorer.model.verdict import Kind
from explorer.verifying import Limits, Verification

PROGRAMS = Path(__file__).parents[1] / "programs"
CATALOGUE = PROGRAMS / "catalogue"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def bring(start: str) -> str:
    """The buggy program whose name starts so, in the working directory."""
    (path,) = [*CATALOGUE.glob(f"{start}*buggy.py"), *PROGRAMS.glob(f"{start}.py")]
    Path(path.name).write_text(path.read_text())
    return path.name


def written(text: str) -> str:
    Path("program.py").write_text(text)
    return "program.py"


def repaired(target: str, executions: int = 300) -> Repair:
    return Repairing(open_target(target), executions).run()


def best(repair: Repair) -> Placement:
    assert repair.best is not None
    return repair.best


def named(repair: Repair) -> dict[tuple[str, str], bool]:
    """Which placements, by size and lock, are safe."""
    return {(each.how, each.lock): each.safe for each in repair.placements}


#: Catalogue -> how the smallest safe placement is called, its lock, where that comes from.
SMALLEST = {
    "b01": ("2 statements", "lock", "new, passed to take_one"),
    "b02": ("the statement", "visits.get_lock()", ""),
    "b03": ("the statement", "lock", "passed to audit as well"),
    "b04": ("one lock for all", "income_lock", ""),
    "b05": ("one lock for all, made once", "lock", "new, passed to count"),
    "b06": ("a lock of multiprocessing", "lock", ""),
    "b07": ("2 statements", "lock", "new, passed to buy"),
    "b08": ("the if", "lock", ""),
    "b10": ("the if", "lock", "new, passed to prepare"),
    "b11": ("do not take it again", "", ""),
    "b12": ("an RLock", "", ""),
    "b13": ("the other order for the process of line 17", "", ""),
    "b14": ("the with", "lock", "new, passed to dine"),
    "b15": ("with, not acquire and release", "", ""),
    "b17": ("2 statements", "lock", "new, passed to run"),
    "b34": ("the if", "condition", ""),
    "b54": ("the statement", "lock", "new, passed to send"),
    "b60": ("2 statements", "readers.get_lock()", ""),
}


@pytest.mark.parametrize(("start", "expected"), SMALLEST.items(), ids=SMALLEST.keys())
def test_the_smallest_safe_placement_is_a_diff_that_applies_and_passes(
    start: str, expected: tuple[str, str, str]
) -> None:
    name = bring(start)
    before = Path(name).read_text()
    repair = repaired(name)
    found = best(repair)
    assert (found.how, found.lock, found.origin) == expected
    assert (found.verdict, found.coverage.exhaustive) == ("passed", True)
    assert Path(name).read_text() == before, "the user's file was written to"
    applied = subprocess.run(["git", "apply", "-"], input=found.diff, text=True, check=False)
    assert applied.returncode == 0
    assert Path(name).read_text() == found.text
    verdict = Verification(open_target(name), Limits()).run()
    assert (verdict.verdict, verdict.coverage.traces) == ("passed", found.coverage.traces)


@pytest.mark.real
@pytest.mark.parametrize("start", ["b02", "b05", "b06", "b07", "b13", "spawned"])
def test_the_edited_program_runs_on_plain_multiprocessing(start: str) -> None:
    name = written(SPAWNED) if start == "spawned" else bring(start)
    Path(name).write_text(best(repaired(name)).text)
    done = subprocess.run(
        [sys.executable, "-I", name], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_lock_round_the_read_or_the_write_alone_is_tried_and_not_safe() -> None:
    assert named(repaired(bring("b01"))) == {
        ("as it is", ""): False,
        ("only the read", "lock"): False,
        ("only the write", "lock"): False,
        ("read and write, each", "lock"): False,
        ("2 statements", "lock"): True,
    }


@pytest.mark.parametrize("start", ["b16", "b20", "b24", "b43", "b49"])
def test_where_no_lock_helps_it_says_what_to_do_instead(start: str) -> None:
    repair = repaired(bring(start))
    assert repair.verdict.verdict == "failed"
    assert repair.best is None
    assert not any(each.safe for each in repair.placements)
    assert repair.advice


def test_a_program_with_nothing_wrong_has_nothing_to_be_fixed() -> None:
    name = "fixed.py"
    Path(name).write_text((CATALOGUE / "b02_value_increment_fixed.py").read_text())
    repair = repaired(name)
    assert (repair.verdict.verdict, repair.placements, repair.best) == ("passed", (), None)


def test_what_is_too_large_to_verify_says_what_was_run() -> None:
    repair = repaired(bring("ten_processes_dict"), executions=40)
    found = best(repair)
    assert (found.safe, found.verdict, found.coverage.exhaustive) == (True, "inconclusive", False)
    assert "exhaustive: all 24 traces" in found.coverage.bound  # of four of the ten
    assert [each.safe for each in repair.placements] == [False, False, False, False, True]


def test_what_the_first_traces_do_not_show_a_sample_of_the_others_does() -> None:
    repair = repaired(bring("b01"), executions=1)
    safe = {each.how: each.verdict for each in repair.placements if each.safe}
    assert safe == {"2 statements": "inconclusive"}
    assert "more sampled" in best(repair).coverage.bound


ONE_LINERS = """\
import multiprocessing as mp


def add(v): v.value += 1  # not atomic


if __name__ == "__main__":
    v = mp.Value("i", 0)
    adders = [mp.Process(target=add, args=(v,)) for _ in range(2)]
    for adder in adders: adder.start()
    for adder in adders: adder.join()
"""


def test_a_function_on_one_line_gets_lines_of_its_own() -> None:
    found = best(repaired(written(ONE_LINERS)))
    assert found.text == ONE_LINERS.replace(
        "def add(v): v.value += 1",
        "def add(v):\n    with v.get_lock():\n        v.value += 1",
    )


SPAWNED = """\
import multiprocessing as mp


def work(counter, times):
    for _ in range(times):  # count
        seen = counter.value

        # a comment that stays
        counter.value = seen + 1


if __name__ == "__main__":
    mp.set_start_method("spawn")
    counter = mp.Value("i", 0, lock=False)
    workers = []
    for _ in range(2):
        worker = mp.Process(target=work, args=(counter, 1))
        worker.start()
        workers.append(worker)
    for worker in workers:
        worker.join()
"""


def test_a_lock_is_handed_to_spawned_processes_and_made_outside_of_the_loop() -> None:
    found = best(repaired(written(SPAWNED)))
    assert found.origin == "new, passed to work"
    assert "\n    lock = mp.Lock()\n    for _ in range(2):\n" in found.text
    assert "args=(counter, 1, lock))" in found.text
    assert "            # a comment that stays\n" in found.text or (
        "        # a comment that stays\n" in found.text
    )
    assert found.verdict == "passed"


POOLED = '''\
"""A pool counts."""
from multiprocessing import Pool, Value

counter = Value("i", 0, lock=False)


def work(number):
    text = f"""number
{number}"""
    seen = counter.value
    counter.value = seen + len(text) - len(text) + 1


if __name__ == "__main__":
    with Pool(2) as pool:
        pool.map(work, range(2))
'''


def test_where_no_argument_can_be_passed_the_lock_is_the_modules() -> None:
    found = best(repaired(written(POOLED)))
    assert found.origin == "new, of the module"
    assert "from multiprocessing import Lock, Pool, Value\n\nlock = Lock()\n" in found.text
    assert found.verdict == "passed"


BOTH = """\
from multiprocessing import Lock, Process, Value


def count(counter):
    counter.value += 1


def take(first, second):
    with first:
        with second:
            pass


def work(counter, first, second):
    count(counter)
    take(first, second)


if __name__ == "__main__":
    counter = Value("i", 0)
    a, b = Lock(), Lock()
    one = Process(target=work, args=(counter, a, b))
    two = Process(target=work, args=(counter, b, a))
    one.start()
    two.start()
    one.join()
    two.join()
"""


def test_two_defects_are_gone_into_one_after_the_other() -> None:
    repair = repaired(written(BOTH), executions=2_000)
    kinds = {each.symptom.kind for each in repair.placements if each.symptom is not None}
    assert kinds == {Kind.LOST_UPDATE, Kind.DEADLOCK}
    found = best(repair)
    assert "; " in found.how
    assert found.verdict == "passed"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_stay_as_they_are_and_so_does_a_missing_last_one(newline: str) -> None:
    text = (CATALOGUE / "b02_value_increment_buggy.py").read_text().rstrip("\n")
    text += "  # é"
    Path("program.py").write_bytes(text.replace("\n", newline).encode())
    found = best(repaired("program.py"))
    assert found.text.count("\n") == found.text.count(newline)
    subprocess.run(["git", "apply", "-"], input=found.diff.encode(), check=True)
    assert Path("program.py").read_bytes() == found.text.encode()


HELPER = """\
def bump(counter):
    counter.value += 1
"""
MAIN = """\
from multiprocessing import Process, Value

from adding import bump


def main(mp):
    counter = mp.Value("i", 0)
    workers = [Process(target=bump, args=(counter,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""


@pytest.mark.parametrize("target", ["program.py::main", "program:main"])
def test_the_edit_is_in_the_module_that_the_racy_lines_are_in(target: str) -> None:
    Path("adding.py").write_text(HELPER)
    written(MAIN)
    found = best(repaired(target))
    assert found.diff.startswith("--- a/adding.py\n+++ b/adding.py\n")
    assert found.text == HELPER.replace(
        "    counter", "    with counter.get_lock():\n        counter"
    )
    assert Path("adding.py").read_text() == HELPER


CALLED = """\
def get(numbers):
    return numbers["count"]


def put(numbers, count):
    numbers["count"] = count


def work(numbers):
    count = get(numbers)
    put(numbers, count + 1)


def main(mp):
    with mp.Manager() as manager:
        numbers = manager.dict(count=0)
        workers = [mp.Process(target=work, args=(numbers,)) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
"""


def test_the_lock_is_in_the_function_that_does_both_by_calling_others() -> None:
    written(CALLED)
    found = best(repaired("program.py::main"))
    assert (found.where, found.origin) == (("program.py:10-11",), "new, passed to work")
    assert "        lock = mp.Lock()\n        workers = " in found.text


FORGOTTEN = """\
from multiprocessing import Lock, Manager, Process


def deposit(accounts, lock):
    with lock:
        accounts["sum"] = accounts["sum"] + 10


def fee(accounts):
    accounts["sum"] = accounts["sum"] - 1


if __name__ == "__main__":
    guard = Lock()
    with Manager() as manager:
        accounts = manager.dict(sum=0)
        one = Process(target=deposit, args=(accounts, guard))
        two = Process(target=fee, args=(accounts,))
        one.start()
        two.start()
        one.join()
        two.join()
"""


def test_a_lock_that_one_function_has_is_passed_to_the_one_that_lacks_it() -> None:
    found = best(repaired(written(FORGOTTEN)))
    assert (found.how, found.lock) == ("the statement", "lock")
    assert found.origin == "passed to fee as well"
    assert "args=(accounts, guard))\n        two.start" not in found.text.partition("two = ")[0]
    assert "two = Process(target=fee, args=(accounts, guard))" in found.text


def test_the_main_process_may_be_one_of_those_that_race() -> None:
    text = FORGOTTEN.replace("        two.start()\n", "        accounts['sum'] += 5\n")
    text = text.replace("        two.join()\n", "").replace(
        "(accounts, guard)", "(accounts, Lock())"
    )
    found = best(repaired(written(text)))
    assert found.origin == "new, of the module"
    assert "            accounts['sum'] += 5\n" in found.text


def test_what_was_tried_before_an_interruption_is_kept() -> None:
    """Ctrl-C is told by the run that is on; here it comes in the third trial."""

    def interrupt(search: Verification | Hunt | Trial) -> None:
        if isinstance(search, Trial) and search.number == 2:
            raise Interrupted

    repairing = Repairing(open_target(bring("b01")), progress=interrupt)
    repair = repairing.run()
    assert repairing.interrupted
    assert [each.how for each in repair.placements] == ["as it is", "only the read"]
    assert repair.verdict.findings
