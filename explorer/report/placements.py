"""Lock placements on the terminal and in JSON: safe or not, how concurrent, the smallest as a diff.

The table says for each what it covers and what it leaves of concurrency; the words under it say
what its columns mean, so that nobody has to look them up.
"""

from __future__ import annotations

from typing import Any, Final

from rich.table import Table
from rich.text import Text

from explorer.model.placement import Concurrency, Placement, Repair
from explorer.report.ink import BAD, QUIET, STRONG
from explorer.report.wording import clean, count, listed, title

LEGEND: Final = (
    "traces    run to judge it; + if there are more",
    "locked    operations on shared data with a lock held / all of them",
    "held      longest time without a break that a lock is held, in ticks",
    "at once   processes at work at the same time, on average; an operation takes a tick",
)
_GOOD: Final = "green"


def table(repair: Repair) -> Table:
    """One row for each placement that was tried."""
    found = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=QUIET)
    found.add_column("", width=1)  # points at the smallest
    found.add_column("placement", overflow="fold", min_width=12)
    with_lock = any(each.lock for each in repair.placements)
    if with_lock:
        found.add_column("lock", overflow="fold", min_width=12)
    found.add_column("result", no_wrap=True)
    for name in ("traces", "locked", "held", "at once"):
        found.add_column(name, justify="right", no_wrap=True)
    for each in repair.placements:
        mark = each is repair.best
        how = Text(clean(each.how), STRONG if mark else "")
        result = Text("safe" if each.safe else _result(each), _GOOD if each.safe else BAD)
        lock = [Text(clean(each.lock))] if with_lock else []
        figures = [Text(text, QUIET) for text in (_traces(each), *_figures(each.concurrency))]
        found.add_row("→" if mark else "", how, *lock, result, *figures)
    return found


def _result(placement: Placement) -> str:
    return "not run" if placement.symptom is None else title(placement.symptom.kind)


def _traces(placement: Placement) -> str:
    coverage = placement.coverage
    return f"{coverage.traces:,}" + ("" if coverage.exhaustive else "+")


def _figures(found: Concurrency | None) -> tuple[str, str, str]:
    if found is None:
        return ("–", "–", "–")
    average = f"{found.average:.2f}" if found.operations else "–"
    return (f"{found.locked}/{found.operations}", f"{found.longest:g}", average)


def sentences(repair: Repair) -> list[str]:
    """What came of it, in words."""
    best = repair.best
    if not repair.placements:
        return [repair.advice] if repair.advice else []
    if best is None:
        tried = len(repair.placements) - 1
        said = f"None of {count(tried, 'lock placement')} that were tried is safe."
        if not tried:
            said = "There is no lock placement that could be tried."
        return [said, f"next  {repair.advice}"]
    origin = f" ({best.origin})" if best.origin else ""
    under = f", under {best.lock}{origin}" if best.lock else origin
    where = f" ({listed(best.where)})" if best.where else ""
    found = [f"→ smallest safe placement: {best.how}{where}{under}", f"  {basis(best)}"]
    freest = _freest(repair)
    if freest is not None:
        found.append(f"  more concurrent, but larger: {freest.how}")
    return [clean(line) for line in [*found, *([repair.advice] if repair.advice else [])]]


def basis(placement: Placement) -> str:
    """What "safe" rests on."""
    coverage = placement.coverage
    if coverage.exhaustive:
        return f"verified: {coverage.bound}"
    return f"not verified, but nothing found: {coverage.bound}"


def _freest(repair: Repair) -> Placement | None:
    """A safe one that lets more go on at once than the smallest does."""
    best = repair.best
    if best is None or best.concurrency is None:
        return None
    average = best.concurrency.average
    others = [
        (each.concurrency.average, each)
        for each in repair.placements
        if each.safe and each.concurrency is not None
    ]
    top = max(others, key=lambda pair: pair[0])
    return top[1] if top[0] > average else None


def placements_result(repair: Repair) -> dict[str, Any]:
    """What `fix` adds to the one JSON object."""
    return {
        "placements": [_row(each, smallest=each is repair.best) for each in repair.placements],
        "diff": repair.best.diff if repair.best is not None and repair.best.diff else None,
        "advice": clean(repair.advice),
    }


def _row(placement: Placement, *, smallest: bool) -> dict[str, Any]:
    coverage, symptom, found = placement.coverage, placement.symptom, placement.concurrency
    return {
        "how": clean(placement.how),
        "lock": clean(placement.lock),
        "origin": clean(placement.origin),
        "where": list(placement.where),
        "parameters": dict(placement.parameters),
        "verdict": placement.verdict,
        "safe": placement.safe,
        "smallest": smallest,
        "executions": coverage.executions,
        "traces": coverage.traces,
        "exhaustive": coverage.exhaustive,
        "coverage": clean(coverage.bound),
        "kind": None if symptom is None else symptom.kind.value,
        "summary": None if symptom is None else clean(symptom.summary),
        "operations": None if found is None else found.operations,
        "locked": None if found is None else found.locked,
        "acquired": None if found is None else found.acquired,
        "longest": None if found is None else found.longest,
        "concurrency": None if found is None else round(found.average, 4),
        "diff": placement.diff or None,
    }
