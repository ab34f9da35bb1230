"""Which statements a lock can be put round: ranges of statements in one block, narrow to wide.

Invariant: what `wrapped` gives is the same program with the statements of some ranges inside of
`with` statements; lines inside of texts keep their place, and so do comments.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from explorer.errors import NotSupported
from explorer.report.insertion import Source
from explorer.report.spots import Spot

Edit = tuple[int, int, str]
Block = list[ast.stmt]

_BLOCKS: Final = ("body", "orelse", "finalbody")
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module, ast.Lambda)


@dataclass(frozen=True, slots=True)
class Range:
    """Statements that follow each other in one block, and what they are in words."""

    statements: tuple[ast.stmt, ...]
    how: str

    @property
    def first(self) -> int:
        """Its first line, decorators included."""
        statement = self.statements[0]
        decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
        return min([statement.lineno, *(each.lineno for each in decorators)])

    @property
    def last(self) -> int:
        """Its last line."""
        return self.statements[-1].end_lineno or self.first

    @property
    def lines(self) -> tuple[int, int]:
        """Its first and its last line."""
        return self.first, self.last

    @property
    def column(self) -> int:
        """Where its first statement begins in its line, which it may share with a header."""
        return self.statements[0].col_offset

    def stored(self) -> set[str]:
        """The names that are bound in it."""
        nodes = [node for statement in self.statements for node in ast.walk(statement)]
        names = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        return names | {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}


def ranges(source: Source, first: Spot, last: Spot) -> list[Range]:
    """All the ranges round two places, the narrowest first; none that cannot be wrapped."""
    found: dict[tuple[int, int, int], Range] = {}
    for each in _around(source, first, last):
        if can_be_wrapped(source, each):
            found.setdefault((*each.lines, each.column), each)
    return list(found.values())


def statement_range(source: Source, spot: Spot, how: str) -> Range | None:
    """The statement that a place is in, if a lock can be put round it."""
    found = Range((source.statement_at(spot),), how)
    return found if can_be_wrapped(source, found) else None


def _around(source: Source, first: Spot, last: Spot) -> Iterator[Range]:
    inner = list(_chain(source, source.statement_at(first)))
    others = list(_chain(source, source.statement_at(last)))
    for level, (block, place) in enumerate(inner):
        ends = [other for candidate, other in others if candidate is block]
        if not ends:
            continue
        start, end = sorted((place, ends[0]))
        yield Range(tuple(block[start : end + 1]), _words(block[start : end + 1]))
        for wider, at in inner[level + 1 :]:
            if not _starts_or_joins(wider[at]):
                yield Range((wider[at],), _words([wider[at]]))
        break
    scope = scope_of(source, source.statement_at(first))
    if isinstance(scope, ast.FunctionDef) and not any(map(_starts_or_joins, scope.body)):
        body = scope.body[int(ast.get_docstring(scope) is not None) :]
        yield Range(tuple(body), f"the whole of {scope.name}")


def _chain(source: Source, statement: ast.stmt) -> Iterator[tuple[Block, int]]:
    """The blocks that a statement is in, and where, from the inside out to its function."""
    node: ast.AST = statement
    while not isinstance(node, ast.Module):
        parent = source.parents[node]
        for name in _BLOCKS:
            block = getattr(parent, name, None)
            if isinstance(block, list) and any(each is node for each in block):
                yield block, next(at for at, each in enumerate(block) if each is node)
        if isinstance(parent, _SCOPES):
            return
        node = parent


def scope_of(source: Source, node: ast.AST) -> ast.AST:
    """The function, class or module that a node is directly in; a module is in itself."""
    while not isinstance(node, ast.Module):
        node = source.parents[node]
        if isinstance(node, _SCOPES):
            break
    return node


def _words(statements: Sequence[ast.stmt]) -> str:
    if len(statements) > 1:
        return f"{len(statements)} statements"
    match statements[0]:
        case ast.For() | ast.While():
            return "the loop"
        case ast.If():
            return "the if"
        case ast.With():
            return "the with"
        case ast.Try():
            return "the try"
    return "the statement"


def _starts_or_joins(statement: ast.stmt) -> bool:
    """Whether processes may be started or joined in it: not with a lock held."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr == "start" or (node.func.attr == "join" and not node.args))
        for node in ast.walk(statement)
    )


def can_be_wrapped(source: Source, found: Range) -> bool:
    """Whether its lines hold nothing but its statements, or these are all behind a header."""
    if not found.statements:
        return False
    if not source.stands_alone(found.statements[0]) and not _is_behind_header(source, found):
        return False
    last = found.statements[-1]
    assert last.end_lineno is not None
    assert last.end_col_offset is not None
    end = source.offset(last.end_lineno, last.end_col_offset)
    rest = source.text[end : source.after(last)].strip()
    return not rest or rest.startswith("#")


def _is_behind_header(source: Source, found: Range) -> bool:
    """Whether it is all that a header has on its own line: `def add(v): v.value += 1`."""
    first, last = found.statements[0], found.statements[-1]
    parent = source.parents.get(first)
    blocks = (getattr(parent, name, None) for name in _BLOCKS)
    block = next((each for each in blocks if isinstance(each, list) and first in each), None)
    if block is None or block[0] is not first or block[-1] is not last:
        return False
    return _header(source, first).endswith(":")


def _header(source: Source, statement: ast.stmt) -> str:
    """What is on a statement's line before it, without the space between."""
    start = source.offset(statement.lineno, 0)
    return source.text[start : source.offset(statement.lineno, statement.col_offset)].rstrip()


def merged(found: Sequence[Range]) -> list[Range]:
    """Those that lie in no other one.

    Raises:
        NotSupported: two of them overlap.
    """
    kept: list[Range] = []
    for each in sorted(found, key=lambda one: (one.first, -one.last, one.column)):
        if kept and each.first <= kept[-1].last:
            if each.last > kept[-1].last:
                raise NotSupported("two stretches overlap")
            continue
        kept.append(each)
    return kept


def wrapped(source: Source, found: Range, lock: str) -> Iterator[Edit]:
    """The edits that put `with lock:` round a range."""
    indent = source.indent_of(found.statements[0])
    unit = unit_of(source)
    header = _header(source, found.statements[0])
    if header:
        yield _split(source, found.statements[0], header, lock)
        return
    inside = _inside_texts(found)
    for line in range(found.first, found.last + 1):
        start = source.offset(line, 0)
        if line == found.first:
            yield start, start, f"{indent}with {lock}:{newline_of(source)}{unit}"
        elif line not in inside and source.lines[line - 1].strip():
            yield start, start, unit


def _split(source: Source, first: ast.stmt, header: str, lock: str) -> Edit:
    """The edit that puts what is behind a header on lines of its own, in `with lock:`."""
    inner = source.indent_of(first) + unit_of(source)
    new = f"{newline_of(source)}{inner}"
    start = source.offset(first.lineno, 0) + len(header)
    end = source.offset(first.lineno, first.col_offset)
    return start, end, f"{new}with {lock}:{new}{unit_of(source)}"


def extent(source: Source, node: ast.expr) -> tuple[int, int]:
    """From where to where an expression goes."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    start = source.offset(node.lineno, node.col_offset)
    return start, source.offset(node.end_lineno, node.end_col_offset)


def without(source: Source, statement: ast.stmt) -> Edit:
    """The edit that takes the lines of a statement out."""
    return source.offset(statement.lineno, 0), source.after(statement), ""


def _inside_texts(found: Range) -> set[int]:
    """Lines that begin inside of a text, where white space would count."""
    return {
        line
        for statement in found.statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    }


def unit_of(source: Source) -> str:
    """What the program indents by."""
    for node in ast.walk(source.tree):
        body = getattr(node, "body", None)
        if not isinstance(node, ast.stmt) or not isinstance(body, list):
            continue
        outer, inner = source.indent_of(node), source.indent_of(body[0])
        if len(inner) > len(outer) and inner.startswith(outer):
            return inner[len(outer) :]
    return "    "


def newline_of(source: Source) -> str:
    """How the program's lines end."""
    return "\r\n" if source.lines and source.lines[0].endswith("\r\n") else "\n"
