"""A scenario written out as a plain program: its parameters bound, its lock placement applied.

The body of a scenario is evaluated as far as it can be known from its parameters (`partial`);
what cannot be, stays as code. What is left says `mp.Lock()` where the scenario asks a placement,
has a worker for each way of placing locks, and needs nothing but `multiprocessing`.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from explorer.errors import NotSupported
from explorer.report.partial import Block
from explorer.report.unknowns import Unknown, assigned, locks_nothing, name_of

#: The name under which scenarios get the module.
MODULE: Final = "mp"
_MOST_WORKERS: Final = 50
_WIDTH: Final = 88  # characters of a line


@dataclass(slots=True)
class _Worker:
    """A function of the scenario in the form in which one placement needs it.

    `known` are parameters that are left out: what locks nothing, and words.
    """

    name: str
    function: ast.FunctionDef
    known: dict[str, Any]

    def given(self, arguments: Sequence[Any]) -> list[Any]:
        """What it is still given."""
        names = [each.arg for each in self.function.args.args]
        pairs = zip(names, arguments, strict=False)
        return [value for name, value in pairs if name not in self.known]


@dataclass(slots=True)
class _Program:
    """What is written so far, of the scenarios in `module`."""

    module: Any
    tree: ast.Module
    workers: dict[tuple[str, str], _Worker] = field(default_factory=dict)
    wanted: list[str] = field(default_factory=list)  # other globals of the scenario's module

    def want(self, name: str) -> None:
        """The program needs this global."""
        self.wanted.append(name)

    def form_of(self, function: Callable[..., Any], arguments: Sequence[Any]) -> _Worker:
        """A function of the scenario in the form that these arguments ask for."""
        source = _function(self.tree, function.__name__)
        names = [each.arg for each in source.args.args]
        known = {
            name: value
            for name, value in zip(names, arguments, strict=False)
            if locks_nothing(value) or isinstance(value, str)
        }
        key = (function.__name__, repr({name: str(value) for name, value in known.items()}))
        if key not in self.workers:
            same = [each for each in self.workers if each[0] == function.__name__]
            name = function.__name__ if not same else f"{function.__name__}_{len(same) + 1}"
            self.workers[key] = _Worker(name, source, known)
        return self.workers[key]


def plain_source(
    body: Callable[..., None],
    parameters: Mapping[str, Any],
    check: Callable[..., None] | None = None,
) -> str:
    """The source of a program that does what `body(multiprocessing, **parameters)` does.

    Args:
        check: of the output; becomes a function `check(output)` of the program.

    Raises:
        NotSupported: the body has something in it that cannot be written out.
    """
    module = sys.modules[body.__module__]
    tree = ast.parse(inspect.getsource(module))
    program = _Program(module, tree)
    function = _function(tree, body.__name__)
    defaults = {
        name: parameter.default for name, parameter in inspect.signature(body).parameters.items()
    }
    bound = {**defaults, **parameters}
    names: dict[str, Any] = {name: bound[name] for name in list(bound)[1:]}
    names[MODULE] = Unknown(name_of(MODULE))
    main = Block(program, names).statements(function.body)
    return _assemble(program, main, _check(program, check, parameters))


def _assemble(program: _Program, main: list[ast.stmt], check: ast.FunctionDef | None) -> str:
    functions = []
    for number in range(_MOST_WORKERS):
        if number < len(program.workers):  # writing one may call for others
            functions.append(_specialised(program, list(program.workers.values())[number]))
    seen: list[str] = []
    while program.wanted:
        name = program.wanted.pop(0)
        if name not in seen:
            seen.append(name)
            found = _definition(program, name)
            if isinstance(found, ast.FunctionDef):
                functions.insert(0, found)
    constants = [
        _definition(program, name)
        for name in seen
        if not isinstance(_definition(program, name), ast.FunctionDef)
    ]
    imports = [each for each in constants if isinstance(each, ast.Import | ast.ImportFrom)]
    values = [each for each in constants if each not in imports and each is not None]
    parts = ["import multiprocessing as mp", *map(_text, imports)]
    if values:
        parts += ["", *map(_text, values)]
    for each in [*functions, *([check] if check is not None else [])]:
        parts += ["", "", _text(each)]
    whole = ast.FunctionDef("main", _no_arguments(), main, [], None, None)
    parts += ["", "", _text(whole), "", "", 'if __name__ == "__main__":', "    main()", ""]
    return "\n".join(parts)


def _check(
    program: _Program, check: Callable[..., None] | None, parameters: Mapping[str, Any]
) -> ast.FunctionDef | None:
    """The scenario's check of its output, for these parameters."""
    if check is None:
        return None
    function = deepcopy(_function(program.tree, check.__name__))
    names = [each.arg for each in function.args.args]
    defaults = {
        name: parameters.get(name, each.default)
        for name, each in list(inspect.signature(check).parameters.items())[1:]
    }
    function.name = "check"
    values: list[ast.expr] = [ast.Constant(defaults[name]) for name in names[1:]]
    function.args = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, values)
    function.returns = None
    return function


def _specialised(program: _Program, worker: _Worker) -> ast.FunctionDef:
    """The function, its known parameters put in."""
    function = deepcopy(worker.function)
    function.name = worker.name
    names = [each.arg for each in function.args.args]
    function.args.args = [ast.arg(name) for name in names if name not in worker.known]
    function.returns = None
    own = {name: Unknown(name_of(name)) for name in [*names, *assigned(function)]}
    text = ast.get_docstring(function)
    body = Block(program, {**own, **worker.known}).statements(function.body)
    function.body = [*([ast.Expr(ast.Constant(text))] if text else []), *body]
    program.wanted += [
        name
        for name in _mentioned(function)
        if name not in own and hasattr(program.module, name) and not _is_written(program, name)
    ]
    return function


def _is_written(program: _Program, name: str) -> bool:
    """Whether a function has its place among the workers."""
    return any(worker.name == name for worker in program.workers.values())


def _definition(program: _Program, name: str) -> ast.stmt | None:
    """Where the scenario's module defines a global, without annotations."""
    for statement in program.tree.body:
        match statement:
            case ast.FunctionDef(name=found) if found == name:
                function = deepcopy(statement)
                function.returns = None
                for each in function.args.args:
                    each.annotation = None
                return function
            case ast.AnnAssign(target=ast.Name(id=found)) if found == name:
                value = getattr(program.module, name)
                return ast.Assign([ast.Name(name, ast.Store())], ast.Constant(value), lineno=0)
            case ast.Import() | ast.ImportFrom():
                if any((alias.asname or alias.name) == name for alias in statement.names):
                    return statement
    return None


def _function(tree: ast.Module, name: str) -> ast.FunctionDef:
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == name:
            return statement
    raise NotSupported(f"the source of {name} cannot be found")


def _text(node: ast.AST) -> str:
    lines = ast.unparse(ast.fix_missing_locations(node)).splitlines()
    return "\n".join(part for line in lines for part in _wrapped(line))


def _wrapped(line: str) -> list[str]:
    """A line; a long list one element a line."""
    text = line.lstrip()
    indent = line[: len(line) - len(text)]
    if len(line) <= _WIDTH:
        return [line]
    try:
        (statement,) = ast.parse(text).body
    except SyntaxError:
        return [line]  # the head of a compound statement
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.List):
        return [line]
    names = " = ".join(map(ast.unparse, statement.targets))
    elements = [f"{indent}    {ast.unparse(each)}," for each in statement.value.elts]
    return [f"{indent}{names} = [", *elements, f"{indent}]"]


def _no_arguments() -> ast.arguments:
    return ast.arguments([], [], None, [], [], None, [])


def _mentioned(node: ast.AST) -> list[str]:
    found = [
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
    ]
    return list(dict.fromkeys(found))
