"""Where other explorers of Python give a false pass or a false alarm, the verdict here is right.

What they say of these programs was measured; `benchmarks/peers.py` runs some of them again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from explorer.api import Target, open_target, scenario_program
from explorer.hunting import Budget, Hunt
from explorer.model.verdict import Finding, Verdict
from explorer.scenarios.base import Parameter, Scenario
from explorer.search.exploration import explore
from explorer.verifying import Limits, Verification
from explorer.worlds.execute import session
from explorer.worlds.runner import Runner
from tests.anchors.programs import lost_update

PROGRAMS = Path(__file__).parents[1] / "programs" / "peers.py"


def target_of(program: str) -> Target:
    return open_target(f"{PROGRAMS}::{program}")


def verdict_of(program: str) -> Verdict:
    return Verification(target_of(program), Limits(executions=5_000)).run()


def printed(program: str) -> set[str]:
    """What the traces of a program print, all of them."""
    target = target_of(program)
    runner, found = Runner(target.program), set()
    case = replace(target.case(), timed=False)

    with session(target.program):
        done = explore(
            lambda chooser: runner.run(case, chooser),
            lambda world: found.add("".join(world.runtime.output).strip()),
        )
    assert done.exhaustive
    return found


@pytest.mark.parametrize("program", ["last_writer_wins", "last_thread_wins"])
def test_either_may_take_the_lock_first(program: str) -> None:
    assert printed(program) == {"1", "2"}
    verdict = verdict_of(program)
    assert (verdict.verdict, verdict.coverage.traces) == ("passed", 2)


def test_a_queue_between_threads_is_seen() -> None:
    assert printed("queue_between_threads") == {"1 2", "2 1"}


@pytest.mark.parametrize(
    "program",
    [
        "bounded_queue_between_threads",
        "process_subclass",
        "thread_subclass",
        "thread_pool",
        "timer",
        "locked_file_counter",
        "locked_memory_counter",
        "locked_value_counter",
        "locked_dict_counter",
    ],
)
def test_a_correct_program_passes(program: str) -> None:
    verdict = verdict_of(program)
    assert (verdict.verdict, verdict.findings) == ("passed", ())
    assert verdict.coverage.exhaustive


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ("threads_of_a_process", "lost-update"),
        ("threads_of_a_thread", "lost-update"),
        ("timer_without_lock", "lost-update"),
        ("file_counter", "lost-update"),
        ("memory_counter", "lost-update"),
        ("value_counter", "lost-update"),
        ("dict_counter", "lost-update"),
        ("crossing_locks", "deadlock"),
    ],
)
def test_a_wrong_program_fails(program: str, kind: str) -> None:
    verdict = verdict_of(program)
    assert verdict.verdict == "failed"
    assert {str(finding.kind) for finding in verdict.findings} == {kind}


def test_time_outs_are_explored() -> None:
    assert printed("timeout_of_a_lock") == {"True", "False"}
    assert printed("timeout_of_a_queue") == {"1", "too late"}


@pytest.mark.parametrize("program", ["value_counter", "dict_counter", "locked_dict_counter"])
def test_the_verdict_on_processes_is_the_same_every_time(program: str) -> None:
    first, *others = (verdict_of(program) for _ in range(4))
    for other in others:
        assert replace(other, seconds=first.seconds) == first


def test_four_workers_under_a_lock_are_verified_in_24_executions() -> None:
    coverage = verdict_of("four_under_a_lock").coverage
    assert (coverage.executions, coverage.traces, coverage.exhaustive) == (24, 24, True)


def size(finding: Finding) -> tuple[int, int, int]:
    found = finding.complexity
    return found.processes, found.operations, found.preemptions


def test_three_by_three_increments_are_minimised_to_two_by_one() -> None:
    scenario = Scenario(
        "counter",
        "",
        lost_update,
        (Parameter("processes", (2, 3)), Parameter("times", (1, 2, 3))),
        wrong={"processes": 3, "times": 3},
    )
    target = Target("counter", scenario_program(scenario), scenario)
    (finding,) = Verification(target).run().findings
    assert finding.case.parameters == {"processes": 2, "times": 1}
    assert size(finding) == (2, 4, 1)
    assert finding.minimal == "proven"


def test_in_a_script_processes_are_left_out_but_increments_stay() -> None:
    (finding,) = Hunt(target_of("three_times_three"), Budget(examples=5)).run().findings
    assert size(finding) == (2, 12, 1)
    assert finding.case.absent == ("Process-3",)
    assert finding.minimal == "proven"
