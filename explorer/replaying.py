"""Replaying a saved case: does the program still do what the file says?

A reproduction (`expect: fails`) is replayed strictly: the same operations in the same order, or
an error that says where they part. A guard (`expect: passes`) is of a program that was fixed, so
its operations may differ from the recorded ones: the schedules around the case are explored, and
none of them may show the defect again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from explorer.api import Target, open_target
from explorer.errors import Nondeterministic
from explorer.minimize.encode import complexity_of, finding_of
from explorer.model.case import Case
from explorer.model.saved import SavedCase, Shown
from explorer.model.trace import Trace
from explorer.model.verdict import Complexity, Coverage, Finding, Kind, Symptom, Verdict
from explorer.report.casefile import fingerprint
from explorer.report.places import find_target
from explorer.search.enumeration import schedules
from explorer.search.replay import Replay
from explorer.search.strict import StrictReplay
from explorer.worlds.execute import session
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld

#: Schedules that are tried around a guard.
AROUND: Final = 2_000
#: Operations after which no more of them are, so that long runs do not take minutes; …
OPERATIONS: Final = 300_000
#: … and what an operation counts more in a run that is looked at.
LOOK: Final = 10


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay gave: the recorded run, and the finding if it still shows one."""

    saved: SavedCase
    target: Target
    trace: Trace
    verdict: Verdict

    @property
    def finding(self) -> Finding | None:
        """What it still shows, or None."""
        return self.verdict.findings[0] if self.verdict.findings else None


def replay(
    saved: SavedCase, file: str, *, twice: bool = False, target: Target | None = None
) -> Replayed:
    """Replay a saved case once; a guard, over the schedules around it.

    Args:
        twice: make the run twice and compare, instead of holding it against the file.
        target: its target, if that was opened already; else the one that it names.

    Raises:
        Diverged: the program no longer does what a reproduction recorded.
        Nondeterministic: `twice`, and the two runs differ.
        BadCase, UsageError: its target cannot be opened.
    """
    if target is None:
        target = open_target(find_target(saved, file), saved.case.arguments)
    case = replace(saved.case, target=target.name)
    with session(target.program):
        return _replay(saved, target, case, file, twice=twice)


def _replay(saved: SavedCase, target: Target, case: Case, file: str, *, twice: bool) -> Replayed:
    runner = Runner(target.program)
    if twice:
        trace = _compared(runner, case)
    elif saved.expect == "fails":
        trace = _strictly(runner, case, saved, file)
    else:
        return _around(runner, target, case, saved)
    symptoms = runner.diagnose(case, trace)
    findings = [_finding(case, trace, symptom, saved) for symptom in symptoms]
    findings.sort(key=lambda finding: _unlike(finding, saved.shows))
    return Replayed(saved, target, trace, _verdict(target, findings[:1], runner.executions))


def _strictly(runner: Runner, case: Case, saved: SavedCase, file: str) -> Trace:
    endless = saved.shows.kind is Kind.LIVELOCK or len(saved.steps) >= runner.limit
    chooser = StrictReplay(case.schedule, saved.steps, file=file, endless=endless)
    trace = runner.record(case, chooser)
    chooser.finish(cut_off=trace.end == "cut off")
    return trace


def _compared(runner: Runner, case: Case) -> Trace:
    first, second = (runner.record(case, Replay(case.schedule)) for _ in range(2))
    for one, other in zip(first.events, second.events, strict=False):
        if one != other:
            raise Nondeterministic(
                f"Two runs of the same case differ at step {one.step + 1}: "
                f"{one.actor} {one.operation} {one.label} ({one.where}) gave {one.result}, "
                f"then {other.actor} {other.operation} {other.label} ({other.where}) "
                f"gave {other.result}. The program reads something outside its case."
            )
    if len(first.events) != len(second.events):
        raise Nondeterministic(
            f"Two runs of the same case differ in length: {len(first.events)} steps, "
            f"then {len(second.events)}. The program reads something outside its case."
        )
    return first


def _around(runner: Runner, target: Target, case: Case, saved: SavedCase) -> Replayed:
    """Explore the schedules near a guard's, the saved one first."""
    trace = runner.record(case, Replay(case.schedule))
    findings: list[Finding] = []
    spent = 0  # operations, of runs that are looked at and of others
    for world in _neighbours(runner, case, saved):
        spent += len(world.log)
        if runner.suspicious(case, world):
            spent += len(world.log) * LOOK
            findings += _of_its_kind(runner, case, world, saved)
        if findings:
            trace = findings[0].trace
        if findings or spent > OPERATIONS:
            break
    return Replayed(saved, target, trace, _verdict(target, findings, runner.executions))


def _of_its_kind(
    runner: Runner, case: Case, world: VirtualWorld, saved: SavedCase
) -> list[Finding]:
    """What a run shows of the kind that a guard is for."""
    symptoms = runner.diagnose(case, runner.again(case, world))
    wanted = [symptom for symptom in symptoms if symptom.kind is saved.shows.kind]
    return [finding_of(runner, case, world, symptom) for symptom in wanted[:1]]


def _neighbours(runner: Runner, case: Case, saved: SavedCase) -> Iterator[VirtualWorld]:
    plain = replace(case, schedule=replace(case.schedule, switches=()))
    delay = Replay(case.schedule).delay
    yield runner.run(case, Replay(case.schedule))
    bound = saved.shows.preemptions + 1
    every = schedules(lambda chooser: runner.run(plain, chooser), bound=bound, delay=delay)
    for _, world in islice(every, AROUND):
        yield world


def _finding(case: Case, trace: Trace, symptom: Symptom, saved: SavedCase) -> Finding:
    size: Complexity = complexity_of(trace, symptom, case.schedule, saved.shows.delays)
    return Finding(symptom, case, trace, size, minimal=saved.shows.minimal)


def _unlike(finding: Finding, shown: Shown) -> tuple[bool, bool]:
    """For sorting: the very defect that was saved, then one of its kind, then the others."""
    return finding.kind is not shown.kind, fingerprint(finding) != shown.fingerprint


def _verdict(target: Target, findings: list[Finding], executions: int) -> Verdict:
    return Verdict(
        target=target.name,
        verdict="failed" if findings else "passed",
        coverage=Coverage(executions=executions, traces=1, failing_traces=len(findings)),
        findings=tuple(findings),
    )
