"""`race-explorer confirm`: a saved case on real processes, beside what was predicted."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from time import perf_counter
from typing import Any, Final

from explorer.cli.screen import Screen
from explorer.cli.status import of_verdict
from explorer.confirming import Confirmation, Gated, Jittered, confirm
from explorer.frontend.place import shown as shown_path
from explorer.minimize.encode import complexity_of
from explorer.model.saved import SavedCase
from explorer.model.verdict import Coverage, Finding, Verdict
from explorer.report.casefile import load
from explorer.report.results import result, write
from explorer.report.wording import clean, title

_OURS: Final = "worlds/real/"
_FRAME: Final = re.compile(r'File "([^"]+)", line (\d+) in (.+)')


def run(options: argparse.Namespace) -> int:
    """Run one case file on real processes."""
    began = perf_counter()
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
    verdict = replace(verdict, seconds=perf_counter() - began)
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
    """What people read: the prediction, and beside it what real processes did."""
    predicted = "nothing" if found.symptom is None else found.symptom.summary
    shown = [f"predicted  {clean(predicted)}"]
    if found.gated is not None:
        shown += _of_gated(found.gated)
    elif found.refused:
        shown.append(f"gated      not possible: {clean(found.refused)}")
    if found.jitter is not None:
        shown += _of_jitter(found.jitter)
    for process, stack in found.stacks:
        rows = _own_lines(stack)
        shown += ["", f"{clean(process)} waits for ever at", *(f"  {clean(row)}" for row in rows)]
    return [*shown, "", _conclusion(found, saved)]


def _of_gated(gated: Gated) -> list[str]:
    rate = gated.times / gated.seconds if gated.seconds else 0.0
    shown = [
        f"gated      {gated.confirmed} of {gated.times} real runs did what was predicted, "
        f"step by step ({rate:,.0f}/s)"
    ]
    if gated.mismatch is not None:
        shown.append(f"           {clean(str(gated.mismatch))}")
    return shown


def _of_jitter(jitter: Jittered) -> list[str]:
    if jitter.forcing is None:
        return ["jitter     not tried: no sleeps were found that force this order"]
    sleeps = f"sleeps of {jitter.tick} ms a tick" if jitter.tick else "no sleeps at all"
    shown = [
        f"jitter     {jitter.failed} of {jitter.times} free runs showed it, with {sleeps} "
        f"(95 %: {jitter.low:.0%} to {jitter.high:.0%}; {jitter.seconds:.1f} s)"
    ]
    shown += [
        f"           {clean(delay.at.process)} sleeps {delay.ticks * jitter.tick} ms before "
        f"{delay.at.operation} {clean(delay.at.object)}{_which(delay.at.occurrence)}"
        for delay in jitter.forcing.schedule.delays
    ]
    if not jitter.forcing.sure:
        shown.append("           sleeps alone do not decide all of it: some runs may not show it")
    return shown


def _which(occurrence: int) -> str:
    return "" if occurrence == 1 else f", time {occurrence}"


def _conclusion(found: Confirmation, saved: SavedCase) -> str:
    what = title(saved.shows.kind)
    if found.symptom is None:
        return f"{what} is not what the case leads to any more"
    if found.holds:
        return f"{what} is confirmed on real processes"
    if found.jitter is not None and found.jitter.failed:
        return f"{what} was seen on real processes"
    return f"{what} is not shown by real processes"


def _own_lines(stack: str) -> list[str]:
    """The lines of a stack that are the program's, innermost first: "counter.py:6 in add".

    A forked process has its parent's frames below its own.
    """
    found = []
    for file, line, function in _FRAME.findall(stack):
        if function == "bootstrap" and file.endswith(f"{_OURS}lives.py"):
            break
        if not (_OURS in file or "/multiprocessing/" in file or file == "<string>"):
            found.append(f"{shown_path(file)}:{line} in {function}")
    return found


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
