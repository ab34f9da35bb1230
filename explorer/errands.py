"""What wardens are sent to do: a case of a target as a task for another interpreter."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from explorer.api import Target
from explorer.errors import NotSupported
from explorer.frontend.program import FunctionProgram
from explorer.frontend.script import FileFunctionProgram, ScriptProgram
from explorer.model.case import Case
from explorer.model.trace import Trace
from explorer.worlds.real.body import Body
from explorer.worlds.real.expected import prediction_of
from explorer.worlds.real.threads import unsupported
from explorer.worlds.real.warden import Task


def check_of(target: Target, case: Case) -> Callable[[str], None] | None:
    """The scenario's own check of what a run prints, for the parameters of `case`."""
    check = getattr(target.program, "check", None)
    if check is None:
        return None
    return lambda output: check(output, **case.parameters)


def task_of(target: Target, case: Case) -> Task:
    """How a warden runs a case of a target."""
    return Task(
        body=body_of(target, case),
        times=1,
        absent=case.absent,
        seed=case.seed,
        timed=case.timed,
        folder=os.getcwd(),
    )


def gated_task(target: Target, case: Case, trace: Trace) -> Task:
    """The gated run that is to do what a virtual run of a case did.

    Raises:
        NotSupported: it uses what cannot be gated.
    """
    lacking = unsupported(trace)
    if lacking is not None:
        raise NotSupported(
            f"{lacking} is shared by the threads of one process, and cannot be granted step by "
            "step on real ones; `confirm --jitter` runs it freely"
        )
    return replace(task_of(target, case), prediction=prediction_of(trace))


def body_of(target: Target, case: Case) -> Body:
    """The target as something that another interpreter can find."""
    program = target.program
    if isinstance(program, FunctionProgram):
        function = program.body
        return Body(
            module=function.__module__, function=function.__qualname__, parameters=case.parameters
        )
    assert isinstance(program, ScriptProgram)
    function_name = program.function if isinstance(program, FileFunctionProgram) else None
    return Body(path=program.path, function=function_name, arguments=case.arguments)
