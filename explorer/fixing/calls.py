"""How a program hands arguments to the functions that its processes run, by its source."""

from __future__ import annotations

import ast

from explorer.report.insertion import Source


def processes(source: Source, function: str) -> list[ast.Call]:
    """The calls that have a function of that name as their `target`, as they come."""
    calls = [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and any(
            word.arg == "target" and isinstance(word.value, ast.Name) and word.value.id == function
            for word in node.keywords
        )
    ]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def arguments_of(call: ast.Call) -> list[ast.expr]:
    """The expressions in its `args`; none if these are not written out."""
    for word in call.keywords:
        if word.arg == "args" and isinstance(word.value, ast.Tuple | ast.List):
            spread = any(isinstance(each, ast.Starred) for each in word.value.elts)
            return [] if spread else word.value.elts
    return []


def parameter_names(function: ast.FunctionDef) -> list[str]:
    """The names of its positional parameters."""
    return [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
