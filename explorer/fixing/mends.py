"""Locks that there are, but not the right ones: one for each process, or of another kind.

Where a stretch is locked already and something is wrong all the same, its lock may be made by each
process for itself, or be another one in each process, or be one of `threading`, of which each
process has a copy. Then no statement has to come under a lock: the lock has to be the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import suppress

from explorer.errors import NotSupported
from explorer.fixing.calls import arguments_of, parameter_names, processes
from explorer.fixing.draft import Draft
from explorer.fixing.new_lock import constructor, passed
from explorer.fixing.ranges import Edit, extent, scope_of, without
from explorer.fixing.stretches import Stretch
from explorer.model.placement import Placement
from explorer.report.insertion import Source


def try_mends(draft: Draft, stretches: Sequence[Stretch]) -> Iterator[Placement]:
    """Let every process have the same lock."""
    source = draft.source
    for function, lock in _locked(source, stretches):
        makers = _makers(source, function, lock)
        if makers:
            yield from _made_once(draft, function, makers[0], lock)
        elif lock in parameter_names(function):
            yield from _same_for_all(draft, function, lock)
        else:
            yield from _of_processes(draft, lock)


def _locked(source: Source, stretches: Sequence[Stretch]) -> list[tuple[ast.FunctionDef, str]]:
    """The functions of the stretches, with the names of locks that these hold in the source."""
    found: dict[tuple[str, str], tuple[ast.FunctionDef, str]] = {}
    for stretch in stretches:
        statement = source.statement_at(stretch.first)
        scope = scope_of(source, statement)
        if isinstance(scope, ast.FunctionDef):
            for name in _names_around(source, statement, scope):
                found[scope.name, name] = (scope, name)
    return list(found.values())


def _names_around(source: Source, statement: ast.stmt, scope: ast.FunctionDef) -> Iterator[str]:
    """What a statement is in a `with` of, and what was acquired before it."""
    node: ast.AST = statement
    while node is not scope:
        node = source.parents[node]
        if isinstance(node, ast.With):
            yield from (
                item.context_expr.id
                for item in node.items
                if isinstance(item.context_expr, ast.Name)
            )
    for call in ast.walk(scope):
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="acquire")):
                yield name


def _makers(source: Source, scope: ast.FunctionDef, lock: str) -> list[ast.Assign]:
    """Where a function makes a lock of that name for itself."""
    return [
        statement
        for statement in ast.walk(scope)
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Call)
        and [source.segment(target) for target in statement.targets] == [lock]
        and source.stands_alone(statement)
    ]


def _made_once(
    draft: Draft, function: ast.FunctionDef, maker: ast.Assign, lock: str
) -> Iterator[Placement]:
    """The lock that each process makes, made once and passed to all."""
    source = draft.source
    if len(function.body) > 1:
        with suppress(NotSupported):
            made = passed(source, [function], lock)
            edits = [*made.edits, without(source, maker)]
            lines = [(maker.lineno, maker.lineno)]
            yield from draft.attempt("one lock for all, made once", edits, lines, lock, made.origin)


def _same_for_all(draft: Draft, function: ast.FunctionDef, lock: str) -> Iterator[Placement]:
    """What the first process is given for a lock, given to all."""
    source = draft.source
    place = parameter_names(function).index(lock)
    given = [arguments_of(call) for call in processes(source, function.name)]
    if not given or any(len(each) <= place for each in given):
        return
    first = source.segment(given[0][place])
    others = [each[place] for each in given[1:] if source.segment(each[place]) != first]
    edits: list[Edit] = [(*extent(source, each), first) for each in others]
    lines = [(each.lineno, each.lineno) for each in others]
    yield from draft.attempt("one lock for all", edits, lines, first)


def _of_processes(draft: Draft, lock: str) -> Iterator[Placement]:
    """A lock of `threading` made one of `multiprocessing`."""
    source = draft.source
    for statement in source.tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=maker)):
                kind = source.segment(maker).rpartition(".")[2]
                if name == lock and kind in ("Lock", "RLock"):
                    said, imports = constructor(source, None, kind)
                    edits = [*imports, (*extent(source, maker), said)]
                    lines = [(statement.lineno, statement.lineno)]
                    yield from draft.attempt("a lock of multiprocessing", edits, lines, lock)
