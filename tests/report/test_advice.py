"""The next step that a report names fits what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from explorer.api import Target
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.hunting import Budget, Hunt
from explorer.report.advice import advice


def advised(body: Callable[[Any], None]) -> str:
    program = FunctionProgram("program", body, multiprocessing)
    (found,) = Hunt(Target("program", program), Budget(1)).run().findings
    return advice(found)


def test_a_time_out_that_ran_out_is_named_with_its_length() -> None:
    def body(mp: Any) -> None:
        mp.Queue().get(timeout=2.5)

    assert advised(body).startswith("The wait of 2.5 s (")


def test_a_time_out_of_an_earlier_line_is_not_to_blame() -> None:
    def body(mp: Any) -> None:
        lock = mp.Lock()
        lock.acquire()
        lock.acquire(timeout=2.5)
        assert lock.acquire(False)

    assert advised(body).startswith("See which of the values above")
