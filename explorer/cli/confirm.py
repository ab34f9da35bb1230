"""`race-explorer confirm`: a saved case on real processes, beside what was predicted."""

from __future__ import annotations

import argparse
from typing import Any

from explorer.cli.screen import Screen
from explorer.cli.status import of_verdict
from explorer.confirming import Confirmation, confirm
from explorer.minimize.encode import complexity_of
from explorer.model.saved import SavedCase
from explorer.model.verdict import Coverage, Finding, Verdict
from explorer.report.casefile import load
from explorer.report.results import result, write
from explorer.report.wording import clean, title


def run(options: argparse.Namespace) -> int:
    """Run one case file on real processes."""
    screen = Screen(options.json)
    saved = load(options.case)
    both = options.gated == options.jitter
    found = confirm(
        saved,
        options.case,
        times=options.times,
        gated=both or options.gated,
        jitter=both or options.jitter,
    )
    verdict = verdict_of(found, saved, options.case)
    for line in lines(found, saved):
        screen.say(line)
    if options.json is not None:
        write({**result("confirm", verdict), "confirmation": numbers(found)}, options.json)
    return of_verdict(verdict)


def verdict_of(found: Confirmation, saved: SavedCase, file: str) -> Verdict:
    """Failed if real processes showed the finding; inconclusive if they did something else."""
    shown = found.symptom is not None and (
        found.holds or (found.jitter is not None and found.jitter.failed > 0)
    )
    runs = sum(part.times for part in (found.gated, found.jitter) if part is not None)
    findings: tuple[Finding, ...] = ()
    if shown and found.symptom is not None:
        size = complexity_of(found.trace, found.symptom, found.case.schedule, saved.shows.delays)
        findings = (
            Finding(found.symptom, found.case, found.trace, size, saved.shows.minimal, file),
        )
    matches = found.gated is None or found.holds
    word = "failed" if shown else "passed" if matches and found.symptom is None else "inconclusive"
    return Verdict(found.case.target, word, Coverage(runs, 1, int(shown)), findings)


def lines(found: Confirmation, saved: SavedCase) -> list[str]:
    """What people read: prediction, gated runs, free runs."""
    predicted = "nothing" if found.symptom is None else found.symptom.summary
    shown = [f"predicted  {clean(predicted)}"]
    gated, jitter = found.gated, found.jitter
    if gated is not None:
        rate = gated.times / gated.seconds if gated.seconds else 0.0
        shown.append(
            f"gated      {gated.confirmed} of {gated.times} real runs did what was predicted, "
            f"step by step ({rate:,.0f}/s)"
        )
        if gated.mismatch is not None:
            shown.append(f"           {clean(str(gated.mismatch))}")
    if jitter is not None and jitter.forcing is None:
        shown.append("jitter     no delays were found that force this order")
    elif jitter is not None:
        shown.append(
            f"jitter     {jitter.failed} of {jitter.times} free runs failed, with sleeps of "
            f"{jitter.tick} ms a tick (95 %: {jitter.low:.0%} to {jitter.high:.0%})"
        )
    for process, stack in found.stacks:
        rows = [row.strip() for row in stack.splitlines() if _is_of_the_program(row)]
        shown += ["", f"{clean(process)} waits for ever at", *(f"  {clean(row)}" for row in rows)]
    shown.append("")
    verdict = "is confirmed on" if found.symptom is not None and found.holds else "is not shown by"
    return [*shown, f"{title(saved.shows.kind)} {verdict} real processes"]


def _is_of_the_program(row: str) -> bool:
    """Whether a line of a stack is neither the library's nor ours."""
    ours = ("worlds/real/", "/multiprocessing/", '"<string>"')
    return "File " in row and not any(part in row for part in ours)


def numbers(found: Confirmation) -> dict[str, Any]:
    """The same for programs."""
    gated, jitter = found.gated, found.jitter
    return {
        "gated": None
        if gated is None
        else {"confirmed": gated.confirmed, "times": gated.times, "seconds": gated.seconds},
        "jitter": None
        if jitter is None
        else {
            "failed": jitter.failed,
            "times": jitter.times,
            "low": jitter.low,
            "high": jitter.high,
            "tick_ms": jitter.tick,
            "seconds": jitter.seconds,
        },
    }
