"""Processes that failed: an assertion, another uncaught exception, a non-zero exit code."""

from __future__ import annotations

import ast
import re

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
        said = f": {ending.parting}" if ending.parting else ""
        summary = f"{ending.process} ended with exit code {ending.exitcode}{said}"
    else:
        kind = Kind.ASSERTION if ending.error_type == "AssertionError" else Kind.EXCEPTION
        summary = f"{ending.process} raised {_in_one_line(ending.error)}{_asserted(ending)}"
    steps = tuple(event.step for event in trace.by_process(ending.process))
    return Symptom(
        kind=kind,
        summary=summary,
        objects=(ending.error_type or f"exit code {ending.exitcode}",),
        where=() if ending.where is None else (ending.where,),
        processes=(ending.process,),
        steps=steps[-1:],
    )


def _in_one_line(text: str) -> str:
    """What an exception says; of a long text its first paragraph."""
    first: str = re.split(r"\n\s*\n", text.strip())[0]
    return " ".join(line.strip() for line in first.splitlines())


def _asserted(ending: Ending) -> str:
    """The source of an assertion that says nothing itself, if it stands on one line."""
    line = "" if ending.where is None else ending.where.text.strip()
    bare = ending.error == ending.error_type == "AssertionError"
    if not bare or not line.startswith("assert"):
        return ""
    try:
        [statement] = ast.parse(line).body
    except (SyntaxError, ValueError):
        return ""
    return f": {line}" if isinstance(statement, ast.Assert) else ""
