"""Putting sleeps into a program's source, in front of single operations, changing nothing else.

An operation that a statement begins with gets its sleep on a line before; one that stores, at the
end of a statement, gets it between two halves; one in the middle of an expression, inside of it;
the end of a `with`, as the last line of its body. The text is edited, not printed anew, so that
all formatting stays.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any, Final

from explorer.errors import NotSupported
from explorer.report.comments import comment, commented
from explorer.report.spots import Spot

#: Operations that end a `with`, or happen where it ends.
_LEAVING: Final = frozenset({"release", "close", "shutdown", "write", "append"})
_X: Final = ast.Name("x")
_NAMES: Final = ("value", "seen", "found", "new_value", "value_to_store")
#: Lines as `ast` counts them; `splitlines` ends one at a form feed too.
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Sleep:
    """A sleep before the operation at `spot`.

    `earlier` are the operations that the same process has just done from the same statement.
    `process`: as `current_process().name` says it; None if no other process comes by. `passing`
    counts how often the process comes to it, from 1; None if it does only once. `of_item`: it is
    not the process that sleeps but what it puts into a queue, while that is pickled. `in_send`: the
    sleep is to be between the length and the bytes of a long message.
    """

    spot: Spot
    operation: str
    seconds: float
    comment: str
    process: str | None = None
    passing: int | None = None
    earlier: tuple[tuple[str, Spot], ...] = ()
    of_item: bool = False
    in_send: bool = False


@dataclass(slots=True)
class _Change:
    """What is done to one statement: lines before it, lines between its halves, …"""

    statement: ast.stmt
    before: list[Sleep] = field(default_factory=list)
    between: list[Sleep] = field(default_factory=list)
    inside: list[tuple[ast.expr, Sleep]] = field(default_factory=list)
    at_end: list[Sleep] = field(default_factory=list)


class Source:
    """The text of a module, and the statements in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[str] = _LINE.findall(text)
        self.tree = ast.parse(text)
        self.parents: dict[ast.AST, ast.AST] = {
            child: parent
            for parent in ast.walk(self.tree)
            for child in ast.iter_child_nodes(parent)
        }
        self.counted = 0  # places whose passings are counted
        self.module = _alias(self.tree)

    def sleep_edits(self, sleeps: Sequence[Sleep]) -> Iterator[tuple[int, int, str]]:
        """The edits that put these sleeps in; see `edited`.

        Raises:
            NotSupported: one of them has no place.
        """
        changes: dict[ast.stmt, _Change] = {}
        for sleep in sleeps:
            self._place(sleep, changes)
        for change in changes.values():
            yield from self._edits(change)

    def has_place(self, sleep: Sleep) -> bool:
        """Whether there is a place for a sleep."""
        try:
            self._place(sleep, {})
        except NotSupported:
            return False
        return True

    def edited(self, edits: Iterable[tuple[int, int, str]]) -> str:
        """The text with pieces replaced: (from, to, new text), offsets in characters."""
        text = self.text
        for start, end, new in sorted(edits, key=lambda edit: edit[:2], reverse=True):
            text = text[:start] + new + text[end:]
        return text

    # Finding the place

    def statement_at(self, spot: Spot) -> ast.stmt:
        """The innermost statement that a spot is in."""
        found: ast.stmt | None = None
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.stmt) or not _covers(node, spot):
                continue
            if found is None or _covers(found, _spot_of(node)):
                found = node
        if found is None:
            raise NotSupported(f"no statement of the program is at line {spot.line}")
        return found

    def _place(self, sleep: Sleep, changes: dict[ast.stmt, _Change]) -> None:
        statement = self.statement_at(sleep.spot)
        change = changes.setdefault(statement, _Change(statement))
        earlier = [each for each in sleep.earlier if self.statement_at(each[1]) is statement]
        if sleep.of_item:
            change.inside.append((self._item_put_at(statement, sleep.spot), sleep))
            return
        if sleep.in_send:
            change.inside.append((self.expression_at(statement, sleep.spot), sleep))
            return
        match statement:
            case ast.With() if sleep.operation in _LEAVING:
                change.at_end.append(sleep)
            case ast.With() if earlier:
                place = min(len(earlier), len(statement.items) - 1)
                change.inside.append((statement.items[place].context_expr, sleep))
            case ast.Assign() | ast.AugAssign() if _is_store(statement, sleep, earlier):
                change.between.append(sleep)
            case ast.While():
                change.inside.append((statement.test, sleep))
            case ast.Expr(value=value) if _is_at(value, sleep.spot) and self.stands_alone(
                statement
            ):
                change.before.append(sleep)
            case _ if earlier or not self.stands_alone(statement):
                change.inside.append((self.expression_at(statement, sleep.spot), sleep))
            case _:
                change.before.append(sleep)

    def stands_alone(self, statement: ast.stmt) -> bool:
        """Whether a line can be put before it: it begins its own, and is no `elif`."""
        line = self.lines[statement.lineno - 1]
        begins = not line[: _characters(line, statement.col_offset)].strip()
        return begins and not line.lstrip().startswith("elif")

    def _item_put_at(self, statement: ast.stmt, spot: Spot) -> ast.expr:
        call = self.expression_at(statement, spot)
        if isinstance(call, ast.Call):
            named = [word.value for word in call.keywords if word.arg == "obj"]
            if call.args or named:
                return (call.args or named)[0]
        raise NotSupported(f"the item that line {spot.line} puts into a queue cannot be told")

    def expression_at(self, statement: ast.stmt, spot: Spot) -> ast.expr:
        """The expression that a spot is. Raises NotSupported."""
        for node in ast.walk(statement):
            if isinstance(node, ast.expr) and _is_at(node, spot):
                return node
        raise NotSupported(f"the operation at line {spot.line} cannot be told from its neighbours")

    # Writing it down

    def offset(self, line: int, column: int) -> int:
        """Where in the text a place is; the column in bytes."""
        before = sum(len(each) for each in self.lines[: line - 1])
        return before + _characters(self.lines[line - 1], column)

    def indent_of(self, statement: ast.stmt) -> str:
        """The white space that a statement's line begins with."""
        line = self.lines[statement.lineno - 1]
        return line[: len(line) - len(line.lstrip())]

    def _edits(self, change: _Change) -> Iterator[tuple[int, int, str]]:
        statement = change.statement
        indent = self.indent_of(statement)
        start = self.offset(statement.lineno, 0)
        told = "".join(self._told(sleep, indent) for _, sleep in change.inside)
        if change.before or told:
            yield start, start, self._lines(change.before, indent) + told
        for expression, sleep in change.inside:
            yield from self._wrapped(expression, sleep)
        if change.at_end:
            assert isinstance(statement, ast.With)
            last = statement.body[-1]
            after = self.after(last)
            if isinstance(last, ast.Return | ast.Raise | ast.Continue | ast.Break):
                after = self.offset(last.lineno, 0)
            yield after, after, self._lines(change.at_end, self.indent_of(last))
        if change.between:
            yield from self._split(change, indent)

    def after(self, statement: ast.stmt) -> int:
        """The beginning of the line after a statement."""
        assert statement.end_lineno is not None
        return sum(len(each) for each in self.lines[: statement.end_lineno])

    def _split(self, change: _Change, indent: str) -> Iterator[tuple[int, int, str]]:
        """`target += 1` as two statements, with time in between."""
        statement = change.statement
        assert isinstance(statement, ast.Assign | ast.AugAssign)
        name = self.free_name(_NAMES)
        target = statement.target if isinstance(statement, ast.AugAssign) else statement.targets[-1]
        old = self.segment(target)
        new = self.segment(statement.value)
        if isinstance(statement, ast.AugAssign):
            operator = ast.unparse(ast.BinOp(_X, statement.op, _X)).strip("x ")
            if isinstance(statement.value, ast.BinOp | ast.BoolOp | ast.IfExp | ast.Compare):
                new = f"({new})"
            new = f"{old} {operator} {new}"
        elif len(statement.targets) > 1:
            before = " = ".join(map(self.segment, statement.targets[:-1]))
            new = f"{before} = {new}"
        sleeps = self._lines(change.between, indent)
        start = self.offset(statement.lineno, statement.col_offset)
        assert statement.end_lineno is not None
        assert statement.end_col_offset is not None
        end = self.offset(statement.end_lineno, statement.end_col_offset)
        yield start, end, f"{name} = {new}\n{sleeps}{indent}{old} = {name}"

    def _wrapped(self, expression: ast.expr, sleep: Sleep) -> Iterator[tuple[int, int, str]]:
        """An expression that sleeps first."""
        start = self.offset(expression.lineno, expression.col_offset)
        assert expression.end_lineno is not None
        assert expression.end_col_offset is not None
        end = self.offset(expression.end_lineno, expression.end_col_offset)
        seconds = f"{sleep.seconds:g}"
        if sleep.passing is not None:
            self.counted += 1
            seconds = f"{seconds} if passing({self.counted}) == {sleep.passing} else 0"
        process = "" if sleep.process is None else f", {quoted(sleep.process)}"
        if sleep.in_send:
            yield start, end, self._in_two_steps(expression, f"{seconds}{process}")
        elif sleep.of_item:
            yield start, start, "slow("
            yield end, end, f", {seconds}{process})"
        else:
            yield start, start, f"(pause({seconds}{process}), "
            yield end, end, ")[1]"

    def _in_two_steps(self, call: ast.expr, pause: str) -> str:
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            raise NotSupported("a message is sent in a way that cannot be taken apart")
        connection, item = self.segment(call.func.value), self.segment(call.args[0])
        if call.func.attr == "send":
            item = f"ForkingPickler.dumps({item})"
        return f"send_in_two_steps({connection}, {item}, {pause})"

    def _told(self, sleep: Sleep, indent: str) -> str:
        """The comment on a sleep inside of a statement, for the line before."""
        who = "" if sleep.process is None else f"in {sleep.process} "
        what = "this item takes its time" if sleep.of_item else "there is a pause"
        return comment(indent, f"{who}{what} ({sleep.seconds:g} s): {sleep.comment}")

    def _lines(self, sleeps: Sequence[Sleep], indent: str) -> str:
        return "".join(self._sleep_lines(sleep, indent) for sleep in sleeps)

    def _sleep_lines(self, sleep: Sleep, indent: str) -> str:
        conditions = []
        if sleep.process is not None:
            name = f"{self.module}.current_process().name"
            conditions.append(f"{name} == {quoted(sleep.process)}")
        if sleep.passing is not None:
            self.counted += 1
            conditions.append(f"passing({self.counted}) == {sleep.passing}")
        if not conditions:
            return commented(f"{indent}time.sleep({sleep.seconds:g})", sleep.comment)
        head = f"{indent}if {' and '.join(conditions)}:\n"
        return head + commented(f"{indent}    time.sleep({sleep.seconds:g})", sleep.comment)

    def segment(self, node: ast.expr) -> str:
        """The text of an expression."""
        found = ast.get_source_segment(self.text, node)
        assert found is not None
        return found

    def free_name(self, names: Sequence[str]) -> str:
        """The first of some names that the program does not use."""
        used = {_bound_by(node) for node in ast.walk(self.tree)}
        numbered = (f"{names[-1]}_{number}" for number in count(2))
        return next(name for name in chain(names, numbered) if name not in used)


def _bound_by(node: ast.AST) -> str | None:
    """The name that a node mentions or binds."""
    parts = () if isinstance(node, ast.keyword) else ("asname", "id", "arg", "name")
    names = (getattr(node, part, None) for part in parts)
    return next((name for name in names if isinstance(name, str)), None)


def quoted(text: str) -> str:
    """A text as source, in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def _alias(tree: ast.Module) -> str:
    """What the program calls the multiprocessing module, if it has it as a whole."""
    for statement in tree.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.name == "multiprocessing":
                    return alias.asname or alias.name
    return "multiprocessing"


def _is_store(statement: ast.Assign | ast.AugAssign, sleep: Sleep, earlier: Sequence[Any]) -> bool:
    """Whether the operation is the one that stores, after others of the same statement."""
    targets = [statement.target] if isinstance(statement, ast.AugAssign) else statement.targets
    at_target = any(_is_at(target, sleep.spot) for target in targets)
    return bool(earlier) and at_target and sleep.operation in ("write", "write slice", "update")


def _is_all(statement: ast.stmt, sleep: Sleep) -> bool:
    """Whether the operation is all that a statement does."""
    return isinstance(statement, ast.Expr) and _is_at(statement.value, sleep.spot)


def _characters(line: str, column: int) -> int:
    """A column in bytes as one in characters."""
    return len(line.encode()[:column].decode(errors="replace"))


def _spot_of(node: ast.stmt) -> Spot:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return Spot("", node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def _covers(node: ast.stmt, spot: Spot) -> bool:
    whole = _spot_of(node)
    begins = (whole.line, whole.column) <= (spot.line, spot.column)
    return begins and (spot.end_line, spot.end_column) <= (whole.end_line, whole.end_column)


def _is_at(node: ast.expr, spot: Spot) -> bool:
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset) == (
        spot.line,
        spot.column,
        spot.end_line,
        spot.end_column,
    )
