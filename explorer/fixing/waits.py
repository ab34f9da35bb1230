"""Lock placements for processes that wait for each other, or for themselves.

Of a cycle of lock holders: take the locks in another order, or all of them under one more lock. Of
a lock taken twice: an RLock, or not the second time. Of a lock that was never given back: `with` in
the place of `acquire` and `release`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from explorer.errors import NotSupported
from explorer.fixing.calls import arguments_of, parameter_names, processes
from explorer.fixing.draft import Draft
from explorer.fixing.new_lock import constructor
from explorer.fixing.ranges import Edit, Range, extent, scope_of, without, wrapped
from explorer.fixing.sites import Site, SiteRecorder
from explorer.fixing.stretches import Stretch, stretch_of, unique
from explorer.model.placement import Placement
from explorer.model.verdict import Symptom
from explorer.report.insertion import Source

_MOST_SWAPS: Final = 6


@dataclass(frozen=True, slots=True)
class Wait:
    """A process in a cycle: where it took what others want, and where it waits itself.

    `locks` are the expressions for the two in the source.
    """

    taken: Site
    waiting: Site
    locks: tuple[ast.expr, ast.expr]

    @property
    def lines(self) -> tuple[int, int]:
        """From where to where that is."""
        return self.taken.calls[0].spot.line, self.waiting.calls[0].spot.line


def cycle_stretches(recorder: SiteRecorder, symptom: Symptom) -> list[Stretch]:
    """Of each process in a cycle of several: from where it took a lock to where it waits."""
    pairs = _pairs(recorder, symptom) if len(symptom.cycle) > 1 else []
    found = (stretch_of(taken, waiting) for taken, waiting in pairs)
    return unique(stretch for stretch in found if stretch is not None)


def _pairs(recorder: SiteRecorder, symptom: Symptom) -> list[tuple[Site, Site]]:
    """Of each process in a cycle: where it took the first that is wanted, where it waits."""
    found = []
    for waiting in recorder.waiting:
        if waiting.actor in symptom.cycle and waiting.operation == "acquire":
            taken = _taken(recorder, waiting, symptom.objects)
            if taken is not None:
                found.append((taken, waiting))
    return found


def _taken(recorder: SiteRecorder, waiting: Site, wanted: Iterable[str]) -> Site | None:
    for site in recorder.sites:
        is_acquire = site.actor == waiting.actor and site.operation == "acquire"
        is_held = site.object in waiting.held or site.kind == "semaphore"
        if is_acquire and is_held and site.object in wanted:
            return site
    return None


def waits(draft: Draft, recorder: SiteRecorder, symptom: Symptom) -> list[Wait]:
    """The processes of a cycle, those at the same lines once, if what they lock can be told."""
    found: dict[tuple[int, int], Wait] = {}
    for taken, waiting in _pairs(recorder, symptom):
        locks = [lock_at(draft, recorder, site) for site in (taken, waiting)]
        if locks[0] is not None and locks[1] is not None:
            wait = Wait(taken, waiting, (locks[0], locks[1]))
            found.setdefault(wait.lines, wait)
    return [found[lines] for lines in sorted(found)]


def lock_at(draft: Draft, recorder: SiteRecorder, site: Site) -> ast.expr | None:
    """What is acquired at a site: of `with lock:`, or of `lock.acquire()`."""
    source, spot = draft.source, site.calls[0].spot
    if spot.file != draft.path:
        return None
    statement = source.statement_at(spot)
    try:
        node = source.expression_at(statement, spot)
    except NotSupported:  # CPython 3.11 says of `with a, b:` no more than that it is in there
        if not isinstance(statement, ast.With):
            return None
        return statement.items[min(_entered(recorder, site), len(statement.items) - 1)].context_expr
    if isinstance(node, ast.Call):
        is_acquire = isinstance(node.func, ast.Attribute) and node.func.attr == "acquire"
        return node.func.value if isinstance(node.func, ast.Attribute) and is_acquire else None
    return node


def _entered(recorder: SiteRecorder, site: Site) -> int:
    """How many locks it holds from the same place in the same call already."""
    return sum(
        other.actor == site.actor
        and other.operation == "acquire"
        and other.calls[0] == site.calls[0]
        and other.object in site.held
        for other in recorder.sites
        if other is not site
    )


def try_orders(draft: Draft, recorder: SiteRecorder, symptom: Symptom) -> Iterator[Placement]:
    """Take the locks in another order: at one place, or in what one process is given."""
    source = draft.source
    for wait in waits(draft, recorder, symptom):
        first, last = wait.locks
        if source.segment(first) == source.segment(last):
            continue
        edits = _swapped(source, first, last)
        words = f"the other order in line {draft.original_line(first.lineno)}"
        yield from draft.attempt(words, edits, [wait.lines])
        for call, swap in _arguments(source, wait):
            lines = [(call.lineno, call.end_lineno or call.lineno)]
            words = f"the other order for the process of line {draft.original_line(call.lineno)}"
            yield from draft.attempt(words, swap, lines)


def _swapped(source: Source, first: ast.expr, last: ast.expr) -> list[Edit]:
    return [
        (*extent(source, first), source.segment(last)),
        (*extent(source, last), source.segment(first)),
    ]


def _arguments(source: Source, wait: Wait) -> Iterator[tuple[ast.Call, list[Edit]]]:
    """Swap two arguments of one process, if its function does nothing with them but lock."""
    first, last = wait.locks
    scope = scope_of(source, first)
    if not (isinstance(scope, ast.FunctionDef) and isinstance(first, ast.Name)):
        return
    names = parameter_names(scope)
    if not isinstance(last, ast.Name) or not {first.id, last.id} <= set(names):
        return
    if not all(_only_locks(source, scope, name) for name in (first.id, last.id)):
        return
    places = names.index(first.id), names.index(last.id)
    for call in processes(source, scope.name)[:_MOST_SWAPS]:
        given = arguments_of(call)
        if len(given) > max(places):
            yield call, _swapped(source, *(given[place] for place in places))


def _only_locks(source: Source, scope: ast.FunctionDef, name: str) -> bool:
    """Whether a function uses a name for nothing but to lock and unlock it."""
    for node in ast.walk(scope):
        if isinstance(node, ast.Name) and node.id == name:
            parent = source.parents[node]
            is_method = isinstance(parent, ast.Attribute) and parent.attr in ("acquire", "release")
            if not isinstance(parent, ast.withitem) and not is_method:
                return False
    return True


# A lock that is taken twice


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


# A lock that is not given back


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
