"""Lock placements for processes that wait for each other in a circle.

The locks in another order, at one place or for one process; or all of them under one more lock.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from explorer.errors import NotSupported
from explorer.fixing.calls import arguments_of, parameter_names, processes
from explorer.fixing.draft import Draft
from explorer.fixing.ranges import Edit, extent, scope_of
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
