"""Lock placements for a lock that is held too often, or too long.

Of a lock that is taken twice: an RLock, or not the second time. Of one that was never given back:
`with` in the place of `acquire` and `release`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from explorer.errors import NotSupported
from explorer.fixing.draft import Draft
from explorer.fixing.new_lock import constructor
from explorer.fixing.ranges import Edit, Range, extent, without, wrapped
from explorer.fixing.sites import SiteRecorder
from explorer.fixing.waits import lock_at, waits
from explorer.model.placement import Placement
from explorer.model.verdict import Symptom
from explorer.report.insertion import Source


def try_once(draft: Draft, recorder: SiteRecorder, symptom: Symptom) -> Iterator[Placement]:
    """An RLock, which its holder may take again; or not to take it again."""
    source = draft.source
    for wait in waits(draft, recorder, symptom):
        lock = wait.locks[1]
        makers = _makers(source, lock)
        if makers and wait.waiting.kind == "lock":
            edits = _as_rlock(source, makers)
            lines = [(call.lineno, call.end_lineno or call.lineno) for call in makers]
            yield from draft.attempt("an RLock", edits, lines)
        if wait.taken.calls[0].number == wait.waiting.calls[0].number:
            yield from _not_again(
                draft, source, source.statement_at(wait.waiting.calls[0].spot), lock
            )


def _makers(source: Source, lock: ast.expr) -> list[ast.Call]:
    """Where the program makes locks; if some are given the name of this one, only these."""
    calls = [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and not node.args
        and ast.unparse(node.func).rpartition(".")[2] == "Lock"
    ]
    named = [call for call in calls if _last_name(lock) in _given_names(source, call)]
    return named or calls


def _last_name(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _given_names(source: Source, call: ast.Call) -> set[str]:
    parent = source.parents[call]
    return (
        {_last_name(each) for each in parent.targets} if isinstance(parent, ast.Assign) else set()
    )


def _as_rlock(source: Source, makers: Sequence[ast.Call]) -> list[Edit]:
    """`RLock()` in the place of these calls of `Lock()`."""
    edits: list[Edit] = []
    for call in makers:
        if isinstance(call.func, ast.Attribute):
            edits.append((*extent(source, call.func), f"{source.segment(call.func.value)}.RLock"))
        else:
            name, imports = constructor(source, None, "RLock")
            edits.append((*extent(source, call.func), name))
            edits += [edit for edit in imports if edit not in edits]
    return edits


def _not_again(
    draft: Draft, source: Source, statement: ast.stmt, lock: ast.expr
) -> Iterator[Placement]:
    """Leave the second acquire out, and the release that belongs to it."""
    words, lines = "do not take it again", [(statement.lineno, statement.lineno)]
    if isinstance(statement, ast.With) and len(statement.items) == 1:
        yield from draft.attempt(words, _unwrapped(source, statement), lines)
    elif isinstance(statement, ast.Expr):
        block = _block(source, statement)
        later = block[block.index(statement) + 1 :]
        release = next((each for each in later if is_call(source, each, lock, "release")), None)
        edits = [without(source, each) for each in (statement, release) if each is not None]
        yield from draft.attempt(words, edits, lines)


def _block(source: Source, statement: ast.stmt) -> list[ast.stmt]:
    parent = source.parents[statement]
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and statement in block:
            return block
    raise NotSupported("a statement in no block")


def is_call(source: Source, statement: ast.stmt, lock: ast.expr, method: str) -> bool:
    """Whether a statement is `lock.method()`."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    called = statement.value.func
    return (
        isinstance(called, ast.Attribute)
        and called.attr == method
        and source.segment(called.value) == source.segment(lock)
    )


def _unwrapped(source: Source, statement: ast.With) -> list[Edit]:
    """The body of a `with` without it."""
    start = source.offset(statement.lineno, 0)
    body = source.offset(statement.body[0].lineno, 0)
    outer, inner = source.indent_of(statement), source.indent_of(statement.body[0])
    edits: list[Edit] = [(start, body, "")]
    for line in range(statement.body[0].lineno, (statement.end_lineno or 0) + 1):
        if source.lines[line - 1].startswith(inner):
            at = source.offset(line, 0)
            edits.append((at, at + len(inner) - len(outer), ""))
    return edits


def try_with(draft: Draft, recorder: SiteRecorder, symptom: Symptom) -> Iterator[Placement]:
    """`with lock:` in the place of `lock.acquire()` and what follows it, as far as the release."""
    source = draft.source
    edits: list[Edit] = []
    lines: list[tuple[int, int]] = []
    for statement, lock in _acquired(draft, source, recorder, symptom):
        found = _as_with(source, statement, lock)
        if found is not None:
            inner, more = found
            edits += more
            lines.append((statement.lineno, inner.last))
    if edits:
        yield from draft.attempt("with, not acquire and release", edits, lines)


def _acquired(
    draft: Draft, source: Source, recorder: SiteRecorder, symptom: Symptom
) -> list[tuple[ast.stmt, ast.expr]]:
    """The statements `lock.acquire()` of the locks that were not given back."""
    found: dict[int, tuple[ast.stmt, ast.expr]] = {}
    for site in recorder.sites:
        if site.operation == "acquire" and site.object in symptom.objects:
            lock = lock_at(draft, recorder, site)
            statement = source.statement_at(site.calls[0].spot)
            if lock is not None and is_call(source, statement, lock, "acquire"):
                found[statement.lineno] = (statement, lock)
    return [found[line] for line in sorted(found)]


def _as_with(
    source: Source, statement: ast.stmt, lock: ast.expr
) -> tuple[Range, list[Edit]] | None:
    block = _block(source, statement)
    rest = block[block.index(statement) + 1 :]
    ends = [at for at, each in enumerate(rest) if is_call(source, each, lock, "release")]
    inside = rest[: ends[0]] if ends else rest
    if not inside:
        return None
    found = Range(tuple(inside), "")
    edits = list(wrapped(source, found, source.segment(lock)))
    edits.append(without(source, statement))
    if ends:
        edits.append(without(source, rest[ends[0]]))
    return found, edits
