"""A lock that the program does not have yet: how it is made, and how processes get it.

It is handed to the functions that need it as one more argument of their `Process(…)`, which is
right for every start method; where that cannot be done by looking at the source alone, it is made
in the module, where forked processes find it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from explorer.errors import NotSupported
from explorer.fixing.ranges import Edit, newline_of, scope_of
from explorer.report.insertion import Source

NAMES: Final = ("lock", "guard", "mutex", "shared_lock")
_LOOPS: Final = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class NewLock:
    """The name by which a new lock is known, the edits that make it, and how it is handed on."""

    name: str
    edits: tuple[Edit, ...]
    origin: str


def passed(source: Source, functions: Sequence[ast.AST], name: str | None = None) -> NewLock:
    """A lock that is an argument of these functions, made where their processes are.

    Raises:
        NotSupported: it cannot be told from the source how they are called.
    """
    name = name or source.free_name(NAMES)
    calls, edits = _as_argument(source, functions, name, name)
    place = _before(source, calls)
    maker, imports = constructor(source, calls[0])
    start = source.offset(place.lineno, 0)
    made = f"{source.indent_of(place)}{name} = {maker}(){newline_of(source)}"
    edits += [*imports, (start, start, made)]
    return NewLock(name, tuple(edits), f"new, passed to {_named(functions)}")


def handed_on(source: Source, functions: Sequence[ast.AST], name: str, given: str) -> NewLock:
    """A lock that there is, `given` as an argument to these functions as well.

    Raises:
        NotSupported: as above.
    """
    _, edits = _as_argument(source, functions, name, given)
    return NewLock(name, tuple(edits), f"passed to {_named(functions)} as well")


def _as_argument(
    source: Source, functions: Sequence[ast.AST], name: str, given: str
) -> tuple[list[ast.Call], list[Edit]]:
    """The calls of Process for these functions; edits that give them one more argument."""
    calls: list[ast.Call] = []
    edits: list[Edit] = []
    for function in functions:
        is_global = scope_of(source, function) is source.tree
        if not isinstance(function, ast.FunctionDef) or not is_global:
            raise NotSupported("not a function of the module")
        own = _calls_of(source, function)
        edits.append(_parameter(source, function, name))
        edits += [_argument(source, call, given) for call in own]
        calls += own
    return calls, edits


def _named(functions: Sequence[ast.AST]) -> str:
    return ", ".join(each.name for each in functions if isinstance(each, ast.FunctionDef))


def of_module(source: Source) -> NewLock:
    """A lock that is a global of the module."""
    name = source.free_name(NAMES)
    maker, imports = constructor(source, None)
    line = newline_of(source)
    place, gap = after_imports(source)
    made = f"{line * gap}{name} = {maker}(){line}"
    if not imports or imports[0][0] != place:
        return NewLock(name, (*imports, (place, place, made)), "new, of the module")
    return NewLock(name, ((place, place, imports[0][2] + made),), "new, of the module")


def constructor(
    source: Source, call: ast.Call | None, kind: str = "Lock"
) -> tuple[str, tuple[Edit, ...]]:
    """How the program says Lock (or RLock), and what to add to its imports for that.

    Args:
        call: of Process: what it belongs to has a Lock too.
    """
    if call is not None and isinstance(call.func, ast.Attribute):
        return f"{source.segment(call.func.value)}.{kind}", ()
    for statement in source.tree.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.name == "multiprocessing":
                    return f"{alias.asname or alias.name}.{kind}", ()
    for statement in source.tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "multiprocessing":
            for alias in statement.names:
                if alias.name == kind:
                    return alias.asname or alias.name, ()
    is_free = kind == source.free_name((kind,))
    for statement in source.tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "multiprocessing":
            if is_free and statement.names[0].name != "*":
                return kind, (_imported(source, statement, kind),)
            break
    place, _ = after_imports(source)
    return f"multiprocessing.{kind}", (
        (place, place, f"import multiprocessing{newline_of(source)}"),
    )


def _imported(source: Source, statement: ast.ImportFrom, kind: str) -> Edit:
    """One more name in a `from … import …`, where it belongs by the alphabet."""
    for alias in statement.names:
        if alias.name > kind:
            start = source.offset(alias.lineno, alias.col_offset)
            return start, start, f"{kind}, "
    last = statement.names[-1]
    assert last.end_lineno is not None
    assert last.end_col_offset is not None
    end = source.offset(last.end_lineno, last.end_col_offset)
    return end, end, f", {kind}"


def after_imports(source: Source) -> tuple[int, int]:
    """The place behind the imports at the top, and how many empty lines belong before it."""
    last: ast.stmt | None = None
    for statement in source.tree.body:
        is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not isinstance(statement, ast.Import | ast.ImportFrom) and not is_docstring:
            break
        last = statement
    return (0, 0) if last is None else (source.after(last), 1)


def _calls_of(source: Source, function: ast.FunctionDef) -> list[ast.Call]:
    """The calls of Process that have the function as their target; it is named nowhere else."""
    calls = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name) and node.id == function.name:
            word = source.parents[node]
            call = source.parents[word]
            if not (isinstance(word, ast.keyword) and word.arg == "target"):
                raise NotSupported(f"{function.name} is not only the target of processes")
            assert isinstance(call, ast.Call)
            if any(each.arg in ("kwargs", None) for each in call.keywords):
                raise NotSupported(f"the arguments of {function.name} cannot be told")
            calls.append(call)
    if not calls:
        raise NotSupported(f"no process has the target {function.name}")
    return calls


def _parameter(source: Source, function: ast.FunctionDef, name: str) -> Edit:
    arguments = function.args
    if arguments.defaults or arguments.vararg:
        raise NotSupported(f"{function.name} has defaults")
    places = [*arguments.posonlyargs, *arguments.args]
    if not places:
        place = source.text.index("(", source.offset(function.lineno, function.col_offset)) + 1
        more = ", " if arguments.kwonlyargs or arguments.kwarg else ""
        return place, place, f"{name}{more}"
    end = _end(source, places[-1])
    return end, end, f", {name}"


def _argument(source: Source, call: ast.Call, name: str) -> Edit:
    given = next((each.value for each in call.keywords if each.arg == "args"), None)
    if given is None:
        target = next(each for each in call.keywords if each.arg == "target")
        end = _end(source, target)
        return end, end, f", args=({name},)"
    if not isinstance(given, ast.Tuple | ast.List):
        raise NotSupported("the arguments are no tuple")
    closing = _end(source, given) - 1
    if not given.elts:
        comma = "," if isinstance(given, ast.Tuple) else ""
        return closing, closing, f"{name}{comma}"
    if any(isinstance(each, ast.Starred) for each in given.elts):
        raise NotSupported("the arguments are spread")
    end = _end(source, given.elts[-1])
    rest = source.text[end:closing]
    return (end, closing, f", {name}") if rest.strip(" ,") == "" else (end, end, f", {name}")


def _end(source: Source, node: ast.expr | ast.arg | ast.keyword) -> int:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return source.offset(node.end_lineno, node.end_col_offset)


def _before(source: Source, calls: Sequence[ast.Call]) -> ast.stmt:
    """The statement before which a lock for all these calls is made: once, not in a loop."""
    scopes = {id(scope_of(source, call)): scope_of(source, call) for call in calls}
    if len(scopes) > 1:
        raise NotSupported("the processes are made in several functions")
    (scope,) = scopes.values()
    first = min(calls, key=lambda call: call.lineno)
    shared = [set(map(id, _ancestors(source, call, scope))) for call in calls]
    ancestors = list(_ancestors(source, first, scope))
    blocks = [node for node in ancestors if all(id(node) in each for each in shared)]
    inner = _outside_loops([*blocks, scope])
    below = [node for node in ancestors if source.parents[node] is inner]
    found = below[0] if below else ancestors[-1]
    if not isinstance(found, ast.stmt) or not source.stands_alone(found):
        raise NotSupported("there is no line before the processes are made")
    return found


def _ancestors(source: Source, node: ast.AST, scope: ast.AST) -> Iterator[ast.AST]:
    while node is not scope:
        yield node
        node = source.parents[node]


def _outside_loops(nodes: Sequence[ast.AST]) -> ast.AST:
    """The innermost statement, or scope, with a block that holds all and is in no loop."""
    last_loop = max((at for at, node in enumerate(nodes) if isinstance(node, _LOOPS)), default=-1)
    for node in nodes[last_loop + 1 :]:
        if isinstance(getattr(node, "body", None), list):
            return node
    return nodes[-1]
