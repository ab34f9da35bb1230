"""The end of a standalone script: what it says went wrong, how it notices, and its time limit."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from explorer.model.actor import MAIN
from explorer.model.trace import Blocked, Trace
from explorer.model.verdict import Kind, Symptom
from explorer.report.insertion import Source, quoted
from explorer.report.spots import Scope
from explorer.report.wording import title

#: Where new lines go: after which statement, and how far they are indented.
_LOOPS: Final = (ast.For, ast.While)


@dataclass(frozen=True, slots=True)
class Ending:
    """What is added to a program so that it tells whether the race showed.

    Args:
        limit: seconds after which processes that still wait are given up; None: nobody waits.
        told: lines to print then.
        checks: lines of code to run when the main process has done its last.
        scope: where these lines have names for what they look at.
        modules: what they need imported.
    """

    limit: int | None = None
    told: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    scope: Scope | None = None
    modules: tuple[str, ...] = field(default=())


def ending_of(
    symptom: Symptom, trace: Trace, scopes: Sequence[Scope], seconds: float, source: Source
) -> Ending:
    """How a program shows this finding.

    Args:
        trace: the run that the sleeps force.
        seconds: how long that run takes.
    """
    limit = int(seconds) + 4 if trace.end in ("blocked", "cut off") else None
    told = _told(symptom, trace)
    if symptom.kind is Kind.LOST_UPDATE:
        found = _value_check(symptom, trace, scopes)
    elif symptom.objects == ("output",):
        found = None
    else:
        found = _exit_code_check(symptom, trace, scopes)
    if found is None:
        return Ending(limit, told)
    scope, lines = found
    return Ending(limit, told, tuple(lines), scope, ("sys",))


def _told(symptom: Symptom, trace: Trace) -> tuple[str, ...]:
    head = f"{title(symptom.kind).upper()}: {symptom.summary}"
    return (head, *map(_waiting, trace.blocked))


def _waiting(blocked: Blocked) -> str:
    at = "" if blocked.where is None else f" in: {blocked.where.text}"
    for_whom = "" if not blocked.waits_for else f"  (for {', '.join(blocked.waits_for)})"
    return f"  {blocked.actor} waits{at}{for_whom}"


def _value_check(
    symptom: Symptom, trace: Trace, scopes: Sequence[Scope]
) -> tuple[Scope, list[str]] | None:
    """Look at what the updated object holds in the end."""
    expected = [value for value in symptom.serial if _is_literal(value)]
    for scope in scopes:
        for event in trace.events:
            if event.operation != "write" or event.object not in symptom.objects:
                continue
            expression = _expression(event.object, event.key, scope)
            if expression is None:
                continue
            left = [*expected, event.value or ""]
            if not expected or not all(map(_is_literal, left)):
                return None
            wrong = f"!= {expected[0]}" if len(expected) == 1 else f"not in ({', '.join(expected)})"
            head = f"{title(symptom.kind).upper()}: {expression} is"
            after = " or ".join(expected)
            return scope, [
                f"if {expression} {wrong}:",
                f"    print({quoted(head)}, {expression}, {quoted('but should be ' + after)})",
                f"    print({quoted(symptom.summary)})",
                "    sys.exit(1)",
            ]
    return None


def _expression(name: str, key: str | None, scope: Scope) -> str | None:
    """How a frame of the main process names a part of an object."""
    if name.partition("#")[0].rpartition(".")[2] not in _READING and "#" in name:
        return None
    if "#" not in name:
        return f"open({name!r}).read()"  # a file
    if name not in scope.names:
        return None
    found = scope.names[name]
    kind = name.partition("#")[0].rpartition(".")[2]
    if kind == "Value" and key is None:
        return f"{found}.value"
    if kind == "Namespace" and key is not None:
        return f"{found}.{ast.literal_eval(key)}"
    return None if key is None else f"{found}[{key}]"


_READING: Final = ("Value", "Array", "dict", "list", "Namespace")


def _exit_code_check(
    symptom: Symptom, trace: Trace, scopes: Sequence[Scope]
) -> tuple[Scope, list[str]] | None:
    """Look at how the children have ended."""
    failed = [
        ending
        for ending in trace.endings
        if ending.process in symptom.processes and ending.process != MAIN
    ]
    children = [ending.process for ending in trace.endings if ending.process != MAIN]
    if not failed or trace.end == "blocked":
        return None
    for scope in scopes:
        names = [scope.names[child] for child in children if child in scope.names]
        if names and all(ending.process in scope.names for ending in failed):
            error = failed[0].error or f"exit code {failed[0].exitcode}"
            head = f"{title(symptom.kind).upper()}: {error}, in"
            return scope, [
                f"for each in [{', '.join(names)}]:",
                "    if each.exitcode:",
                f"        print({quoted(head)}, each.name)",
                "        sys.exit(1)",
            ]
    return None


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True


def check_edit(ending: Ending, source: Source) -> tuple[int, int, str] | None:
    """Where the checks go: behind what the main process did last, and behind its loops."""
    if ending.scope is None or not ending.checks:
        return None
    statement = _before_the_manager_goes(source.statement_at(ending.scope.spot), source)
    node: ast.AST = statement
    while not isinstance(node, ast.FunctionDef | ast.Module):
        if isinstance(node, _LOOPS):
            statement = node
        node = source.parents[node]
    indent = source.indent_of(statement)
    place = source.after(statement)
    before = "" if source.text[:place].endswith("\n") else "\n"
    lines = "".join(f"{indent}{line}\n" for line in ending.checks)
    return place, place, before + lines


def _before_the_manager_goes(statement: ast.stmt, source: Source) -> ast.stmt:
    """The last statement inside of a `with Manager()`, behind which there is nothing to look at."""
    if isinstance(statement, ast.With):
        opened = [source.segment(item.context_expr) for item in statement.items]
        if any("Manager(" in text for text in opened):
            return statement.body[-1]
    return statement
