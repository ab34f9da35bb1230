"""Lock placements for stretches that should be one step: which lock, and how much under it.

Locks, those that need no change elsewhere first: the one that comes with the value, one that the
program has already, a new one. Under it: only the read, only the write, each of them, both and
what is between, the statements round them, the whole function. Once a placement is safe, the other
locks are tried at that size alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from explorer.errors import NotSupported
from explorer.fixing.calls import arguments_of, parameter_names, processes
from explorer.fixing.draft import Draft
from explorer.fixing.new_lock import NAMES, NewLock, handed_on, of_module, passed
from explorer.fixing.ranges import Edit, Range, merged, ranges, scope_of, statement_range, wrapped
from explorer.fixing.stretches import Stretch
from explorer.model.placement import Placement
from explorer.report.insertion import Source

#: Placements that differ in nothing but their lock are many; of each size these are tried.
MOST_LOCKS: Final = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """A lock: the expression for it in each stretch (None: it is held there), and what makes it."""

    words: str
    locks: tuple[str | None, ...]
    edits: tuple[Edit, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much comes under the lock: the ranges of each stretch; `how`, if not as they say."""

    ranges: tuple[tuple[Range, ...], ...]
    how: str = ""


def try_locks(
    draft: Draft, stretches: Sequence[Stretch], *, narrow: bool = True, only_new: bool = False
) -> Iterator[Placement]:
    """Try every lock, at every size.

    Args:
        narrow: also locks that do not cover a whole stretch.
        only_new: only locks that the program does not have yet.
    """
    if not stretches:
        return
    source = draft.source
    every = plans(source, stretches, narrow=narrow)
    safe: Plan | None = None
    for choice in () if only_new else existing(source, stretches):
        for plan in every if safe is None else [safe]:
            for placement in _attempt(draft, stretches, choice, plan):
                yield placement
                safe = plan if safe is None and placement.safe else safe
    yield from _try_new(draft, stretches, every if safe is None else [safe])


def _try_new(
    draft: Draft, stretches: Sequence[Stretch], every: Sequence[Plan]
) -> Iterator[Placement]:
    """Try a new lock, passed to the functions; else one of the module, the widest size first.

    Where processes are forked, and from one place, the two do not differ.
    """
    source = draft.source
    with suppress(NotSupported):
        choice = _new(passed(source, _functions(source, stretches)), stretches)
        any_safe = False
        for plan in every:
            for placement in _attempt(draft, stretches, choice, plan):
                yield placement
                any_safe = any_safe or placement.safe
        if any_safe:
            return
    choice = _new(of_module(source), stretches)
    for plan in reversed(every):
        placements = list(_attempt(draft, stretches, choice, plan))
        yield from placements
        if placements and not any(each.safe for each in placements):
            return


def _attempt(
    draft: Draft, stretches: Sequence[Stretch], choice: Choice, plan: Plan
) -> Iterator[Placement]:
    """Try one lock at one size, if that can be written down."""
    source = draft.source
    locked: list[tuple[Range, str]] = []
    for lock, parts in zip(choice.locks, plan.ranges, strict=True):
        if lock is not None:
            if not choice.edits and any(_root(lock) in part.stored() for part in parts):
                return  # there is no such lock yet where the range begins
            locked += [(part, lock) for part in parts]
    try:
        kept = merged([part for part, _ in locked])
    except NotSupported:
        return
    edits = list(choice.edits)
    for part in kept:
        edits += wrapped(source, part, next(lock for other, lock in locked if other is part))
    how = plan.how or " and ".join(dict.fromkeys(part.how for part in kept))
    lines = [part.lines for part in kept]
    yield from draft.attempt(how, edits, lines, choice.words, choice.origin)


def _root(lock: str) -> str:
    return lock.partition(".")[0].partition("[")[0]


def plans(source: Source, stretches: Sequence[Stretch], *, narrow: bool = True) -> list[Plan]:
    """Every size, the smallest first."""
    wide = [ranges(source, each.first, each.last) for each in stretches]
    found = list(_narrow(source, stretches)) if narrow else []
    for level in range(max(map(len, wide), default=0)):
        chosen = [levels[min(level, len(levels) - 1)] for levels in wide if levels]
        if len(chosen) == len(wide):
            found.append(Plan(tuple((each,) for each in chosen)))
    return found


def _narrow(source: Source, stretches: Sequence[Stretch]) -> Iterator[Plan]:
    """The read, the write, each: where they are two statements, neither inside of the other."""
    pairs = []
    for each in stretches:
        first = statement_range(source, each.first, "")
        last = statement_range(source, each.last, "")
        if first is None or last is None or first.last >= last.first:
            return
        pairs.append((first, last))
    if pairs:
        yield Plan(tuple((first,) for first, _ in pairs), "only the read")
        yield Plan(tuple((last,) for _, last in pairs), "only the write")
        yield Plan(tuple(pairs), "read and write, each")


def existing(source: Source, stretches: Sequence[Stretch]) -> Iterator[Choice]:
    """The locks that there are: the values' own, then those that everybody can reach."""
    own = [_own(source, each) for each in stretches]
    if all(own):
        yield Choice(_words(own), tuple(own))
    gates = {each.gate for each in stretches}
    names = dict.fromkeys(name for each in stretches for name in sorted({*each.locks, *each.held}))
    for name in [name for name in names if name not in gates][:MOST_LOCKS]:
        if not all(name in each.held or name in each.locks for each in stretches):
            continue
        locks = tuple(None if name in each.held else each.locks[name] for each in stretches)
        pairs = zip(stretches, locks, strict=True)
        if any(locks) and all(_is_at_hand(source, each, lock) for each, lock in pairs if lock):
            yield Choice(_words(locks), locks)
    for name in sorted({name for each in stretches for name in each.held} - gates):
        with suppress(NotSupported):
            yield _handed_on(source, stretches, name)


def _handed_on(source: Source, stretches: Sequence[Stretch], lock: str) -> Choice:
    """A lock that some stretches hold, given to the functions of the others too.

    Raises:
        NotSupported: they all hold it, or it cannot be told how the ones get it.
    """
    others = [each for each in stretches if lock not in each.held]
    functions = _functions(source, others)
    for holder in stretches:
        scope = scope_of(source, source.statement_at(holder.first))
        name = holder.locks.get(lock, "")
        if lock in holder.held and isinstance(scope, ast.FunctionDef) and others:
            given = _given(source, scope, name)
            if given is not None and all(scope is not each for each in functions):
                nodes = [node for each in functions for node in ast.walk(each)]
                known = {node.arg for node in nodes if isinstance(node, ast.arg)}
                known |= {node.id for node in nodes if isinstance(node, ast.Name)}
                free = source.free_name(NAMES) if name in known else name
                made = handed_on(source, functions, free, given)
                locks = tuple(None if lock in each.held else free for each in stretches)
                return Choice(free, locks, made.edits, made.origin)
    raise NotSupported("nobody is given that lock")


def _given(source: Source, function: ast.FunctionDef, name: str) -> str | None:
    """What all the processes of a function are given for one of its parameters."""
    names = parameter_names(function)
    given = [arguments_of(call) for call in processes(source, function.name)]
    if name not in names or not given or any(len(each) < len(names) for each in given):
        return None
    texts = {source.segment(each[names.index(name)]) for each in given}
    return texts.pop() if len(texts) == 1 else None


def _is_at_hand(source: Source, stretch: Stretch, lock: str) -> bool:
    """Whether a lock is a local of the function, or a global wherever the module is executed.

    What a script binds under `if __name__ == "__main__"` is a global too, but only of its own.
    """
    scope = scope_of(source, source.statement_at(stretch.first))
    everywhere = {name for statement in source.tree.body for name in _bound(statement)}
    local = {arg.arg for arg in ast.walk(scope) if isinstance(arg, ast.arg)}
    local |= {name for statement in ast.walk(scope) for name in _bound(statement)}
    return scope is source.tree or _root(lock) in local | everywhere


def _bound(node: ast.AST) -> set[str]:
    """The names that one assignment, `for` or `with` binds."""
    match node:
        case ast.Assign(targets=targets):
            return {each.id for each in targets if isinstance(each, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.For(target=ast.Name(id=name)):
            return {name}
        case ast.With(items=items):
            names = (each.optional_vars for each in items)
            return {each.id for each in names if isinstance(each, ast.Name)}
    return set()


def _words(locks: Sequence[str | None]) -> str:
    return ", ".join(dict.fromkeys(lock for lock in locks if lock))


def _new(lock: NewLock, stretches: Sequence[Stretch]) -> Choice:
    return Choice(lock.name, (lock.name,) * len(stretches), lock.edits, lock.origin)


def _own(source: Source, stretch: Stretch) -> str | None:
    """The expression for the lock that comes with the object of a stretch."""
    if stretch.gate is None or stretch.gate in stretch.held:
        return None
    try:
        node = source.expression_at(source.statement_at(stretch.access), stretch.access)
    except NotSupported:
        return None
    if not isinstance(node, ast.Attribute | ast.Subscript):
        return None
    value = node.value
    is_plain = all(
        isinstance(part, ast.Name | ast.Attribute | ast.expr_context) for part in ast.walk(value)
    )
    same_call = stretch.access.first_line == stretch.first.first_line
    return f"{source.segment(value)}.get_lock()" if is_plain and same_call else None


def _functions(source: Source, stretches: Sequence[Stretch]) -> list[ast.AST]:
    """The functions that the stretches are in, each once."""
    found: dict[int, ast.AST] = {}
    for each in stretches:
        scope = scope_of(source, source.statement_at(each.first))
        found.setdefault(id(scope), scope)
    return list(found.values())
