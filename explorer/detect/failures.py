"""Processes that failed: an assertion, another uncaught exception, a non-zero exit code."""

from __future__ import annotations

from explorer.model.trace import Ending, Trace
from explorer.model.verdict import Kind, Symptom


def failures(trace: Trace) -> list[Symptom]:
    """One symptom per process that failed and was not ended by the program itself."""
    return [
        _describe(ending, trace)
        for ending in trace.endings
        if not ending.killed and (ending.error is not None or ending.exitcode)
    ]


def _describe(ending: Ending, trace: Trace) -> Symptom:
    if ending.error is None:
        kind = Kind.EXCEPTION
        summary = f"{ending.process} ended with exit code {ending.exitcode}"
    else:
        kind = Kind.ASSERTION if ending.error_type == "AssertionError" else Kind.EXCEPTION
        summary = f"{ending.process} raised {ending.error}"
    steps = tuple(event.step for event in trace.by_process(ending.process))
    return Symptom(
        kind=kind,
        summary=summary,
        objects=(ending.error_type or f"exit code {ending.exitcode}",),
        where=() if ending.where is None else (ending.where,),
        processes=(ending.process,),
        steps=steps[-1:],
    )
