"""All detectors over one trace, causes before symptoms.

When one run shows a cause and what it led to (a lost update and the assertion that noticed it, a
leaked lock and the deadlock), that is one symptom: `kind` is the cause, `also` the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from explorer.detect.blocking import blocking
from explorer.detect.failures import failures
from explorer.detect.livelock import livelocks
from explorer.detect.lost_update import SerialOutcomes, lost_updates
from explorer.model.trace import Trace
from explorer.model.verdict import Kind, Symptom


def diagnose(
    trace: Trace,
    serial: Callable[[], SerialOutcomes | None] = lambda: None,
    broken: tuple[Symptom, ...] = (),
) -> tuple[Symptom, ...]:
    """What is wrong with a trace; () if nothing is.

    Args:
        serial: see `lost_updates`.
        broken: what the program's own check of its outcome says.
    """
    failed = [*failures(trace), *broken]
    stuck = blocking(trace)
    endless = livelocks(trace)
    consequences = [*failed, *stuck, *endless]
    updates = lost_updates(trace, serial)
    certain = [update for update in updates if not update.possible]
    if certain:
        return tuple(_with_symptoms(update, consequences) for update in certain)
    leaks = [symptom for symptom in stuck if symptom.kind is Kind.LEAK]
    if leaks:
        return tuple(_with_symptoms(leak, failed) for leak in leaks)
    cycles = [symptom for symptom in stuck if symptom.kind is Kind.DEADLOCK]
    starved = [symptom for symptom in stuck if symptom.kind is Kind.STARVATION]
    if failed and starved:
        failed = [_with_symptoms(failure, starved) for failure in failed[:1]] + failed[1:]
        starved = []
    return tuple(_distinct([*cycles, *failed, *starved, *endless, *updates]))


def _with_symptoms(cause: Symptom, symptoms: Iterable[Symptom]) -> Symptom:
    kinds = [*cause.also]
    for symptom in symptoms:
        kinds.extend((symptom.kind, *symptom.also))
    return replace(cause, also=tuple(kind for kind in dict.fromkeys(kinds) if kind != cause.kind))


def _distinct(symptoms: Iterable[Symptom]) -> list[Symptom]:
    found: dict[object, Symptom] = {}
    for symptom in symptoms:
        found.setdefault(symptom.defect, symptom)
    return list(found.values())
