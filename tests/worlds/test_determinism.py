"""What a program reads from outside of its schedule is found by running it twice."""

import itertools
from typing import Any

import pytest

from explorer.engine.chooser import KeepRunning
from explorer.errors import Nondeterministic
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.case import Case
from explorer.worlds.determinism import check


def checked(body: Any) -> int:
    program = FunctionProgram("program", body, multiprocessing)
    return len(check(program, Case("program"), KeepRunning).events)


def test_two_runs_of_one_case_are_the_same() -> None:
    def body(mp: Any) -> None:
        value = mp.RawValue("i", 0)
        value.value = 1
        print("done")

    assert checked(body) == 3


def test_a_value_from_outside_is_found_at_its_step() -> None:
    outside = itertools.count()

    def body(mp: Any) -> None:
        value = mp.RawValue("i", 0)
        value.value = 5
        value.value = next(outside)

    with pytest.raises(Nondeterministic, match=r"At step 1 the first run has .* 0 .*has .* 1 "):
        checked(body)


def test_a_longer_second_run_is_found() -> None:
    outside = itertools.count()

    def body(mp: Any) -> None:
        value = mp.RawValue("i", 0)
        for _ in range(next(outside)):
            value.value += 1

    with pytest.raises(Nondeterministic, match="step 0"):
        checked(body)
