"""Helpers for real runs: the prediction of a program, and the gated runs of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any

from explorer.engine.chooser import Chooser, KeepRunning
from explorer.frontend.install import installed
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.case import Case
from explorer.model.trace import Trace
from explorer.search.enumeration import schedules
from explorer.worlds.real.body import Body
from explorer.worlds.real.expected import Prediction, prediction_of
from explorer.worlds.real.host import Wardens
from explorer.worlds.real.warden import Result, Task
from explorer.worlds.runner import Runner

Function = Callable[..., None]


def runner_of(body: Function) -> Runner:
    return Runner(FunctionProgram(body.__name__, body, multiprocessing), limit=500)


def trace_of(body: Function, chooser: Chooser | None = None) -> Trace:
    with installed():
        return runner_of(body).record(Case(body.__name__), chooser or KeepRunning())


def failing_trace(body: Function) -> Trace:
    """The trace of the first schedule, fewest preemptions first, that shows something."""
    runner, case = runner_of(body), Case(body.__name__)
    for _, world in islice(schedules(lambda chooser: runner.run(case, chooser)), 500):
        if runner.suspicious(case, world):
            trace = runner.again(case, world)
            if runner.diagnose(case, trace):
                return trace
    raise AssertionError(f"{body.__name__} shows nothing")


def task_for(body: Function, prediction: Prediction | None, times: int = 1, **more: Any) -> Task:
    return Task(Body(module=body.__module__, function=body.__name__), times, prediction, **more)


def gated(body: Function, trace: Trace, times: int = 1, *, stacks: bool = False) -> list[Result]:
    return predicted(body, prediction_of(trace), times, stacks=stacks)


def predicted(
    body: Function, prediction: Prediction, times: int = 1, *, stacks: bool = False
) -> list[Result]:
    with Wardens(1) as wardens:
        tasks = [task_for(body, prediction, times, stacks=stacks)]
        return [result for _, result in wardens.run(tasks)]


def differences(results: list[Result]) -> list[tuple[int, str] | None]:
    return [result.difference for result in results]


def changed(trace: Trace, step: int, **how: Any) -> Prediction:
    """The prediction of a trace with one of its steps (from 1) told wrongly."""
    right = prediction_of(trace)
    steps = list(right.steps)
    steps[step - 1] = replace(steps[step - 1], **how)
    return replace(right, steps=tuple(steps))


def children() -> list[str]:
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return file.read().split()


def leavings() -> list[str]:
    """Named semaphores and shared memory as real runs make them."""
    return sorted(name for name in os.listdir("/dev/shm") if name.startswith(("rx", "sem.rx")))


@contextmanager
def nothing_left() -> Iterator[None]:
    """What is done in here leaves no process and no descriptor."""
    before = (len(os.listdir("/proc/self/fd")), children())
    yield
    assert (len(os.listdir("/proc/self/fd")), children()) == before
