"""A program of the user's own: the edits that could make it safe, each tried.

Where a program has several defects, no edit against one of them is enough. Then the search goes on
from the smallest edit that leaves only others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final

from explorer.api import Target
from explorer.engine.chooser import KeepRunning
from explorer.errors import Interrupted
from explorer.fixing.draft import Draft, text_of
from explorer.fixing.holds import try_once, try_with
from explorer.fixing.mends import try_mends
from explorer.fixing.sites import SiteRecorder
from explorer.fixing.stretches import Stretch, of_everything_shared, of_updates, unique
from explorer.fixing.trial import Trial
from explorer.fixing.updates import try_locks
from explorer.fixing.waits import cycle_stretches, try_orders
from explorer.frontend.modules import replaced
from explorer.model.placement import Placement
from explorer.model.schedule import Schedule
from explorer.model.verdict import Finding, Kind, Symptom
from explorer.search.replay import Replay
from explorer.verifying import Limits, Verification
from explorer.worlds.execute import execute, session

#: How many defects of one program are gone into, one after the other.
MOST_ROUNDS: Final = 3

#: Kinds that a lock over all that is shared may make safe; their cause is not known.
_UNKNOWN_CAUSE: Final = (Kind.ASSERTION, Kind.EXCEPTION, Kind.STARVATION, Kind.LIVELOCK)


def try_edits(target: Target, findings: Sequence[Finding], trial: Trial) -> Iterator[Placement]:
    """Try the program as it is, then every edit."""
    trial.absent = findings[0].case.absent
    as_it_is = trial.of(target, how="as it is")
    yield replace(as_it_is, symptom=as_it_is.symptom or findings[0].symptom)
    changed: Placement | None = None
    path = ""
    every: set[object] = set()
    for _ in range(MOST_ROUNDS):
        with ExitStack() as stack:
            if changed is not None:
                stack.enter_context(replaced(path, changed.text))
                findings = _found(target, trial)
            defects = [Defect.of(target, finding) for finding in findings]
        path = path or _file_of(defects)
        if not path or any(other != path for defect in defects for other in defect.files):
            return
        original = text_of(path)
        text, before = (original, "") if changed is None else (changed.text, changed.how)
        places = () if changed is None else changed.where
        draft = Draft(target, path, original, text, trial, before, places)
        tried = []
        for placement in _edits(draft, defects):
            tried.append(placement)
            yield placement
        if any(each.safe for each in tried):
            return
        every = every or {_key(finding.symptom) for finding in _found(target, trial, all=True)}
        changed = _next(tried, every - {_key(defect.finding.symptom) for defect in defects})
        if changed is None:
            return


def _found(target: Target, trial: Trial, *, all: bool = False) -> tuple[Finding, ...]:
    search = Verification(target, Limits(trial.executions_each, all=all), minimises=False)
    verdict = search.run()
    if search.interrupted:
        raise Interrupted
    return verdict.findings


def _key(symptom: Symptom) -> object:
    """What is still the same of a defect when lines have moved, and locks have come before."""
    is_of_locks = symptom.kind in (Kind.DEADLOCK, Kind.LEAK)
    return symptom.kind, len(symptom.objects) if is_of_locks else symptom.objects


def _next(tried: Sequence[Placement], others: set[object]) -> Placement | None:
    """The smallest edit that leaves only one of the other defects."""
    left = [each for each in tried if each.symptom is not None and _key(each.symptom) in others]
    return min(left, key=lambda each: each.changed, default=None)


@dataclass(frozen=True, slots=True)
class Defect:
    """A finding, where in the program its run passes by, and what should be one step.

    `wider` are the same stretches and more, to be tried if the first do not help; `cycle` are
    those in which locks are taken that others wait for.
    """

    finding: Finding
    run: SiteRecorder
    stretches: tuple[Stretch, ...]
    wider: tuple[Stretch, ...]
    cycle: tuple[Stretch, ...]

    @classmethod
    def of(cls, target: Target, finding: Finding) -> Defect:
        """Run the finding's case again, and look."""
        run, plain = survey(target, finding)
        found: list[Stretch] = []
        wider: list[Stretch] = []
        if finding.kind is Kind.LOST_UPDATE:
            for recorder in (run, plain):
                found += of_updates(recorder.sites, finding.symptom.objects)
        elif finding.kind in _UNKNOWN_CAUSE:
            sites = [*run.sites, *run.waiting]
            found = of_everything_shared(sites, main=False)
            wider = of_everything_shared(sites, main=True)
        cycle = cycle_stretches(run, finding.symptom) if finding.kind is Kind.DEADLOCK else []
        return cls(finding, run, tuple(found), tuple(wider), tuple(cycle))

    @property
    def files(self) -> list[str]:
        """The files that its edits are in."""
        return [stretch.first.file for stretch in (*self.stretches, *self.wider, *self.cycle)]


def survey(target: Target, finding: Finding) -> tuple[SiteRecorder, SiteRecorder]:
    """The sites of the finding's run, and of the program's plain one, in which all take part."""
    case = finding.case
    run, plain = (SiteRecorder(target.program.is_user_code) for _ in range(2))
    with session(target.program):
        execute(target.program, case, Replay(case.schedule), recorder=run)
        everybody = replace(case, absent=(), schedule=Schedule(), timed=False)
        execute(target.program, everybody, KeepRunning(), recorder=plain)
    return run, plain


def _file_of(defects: Sequence[Defect]) -> str:
    """The file that is to be edited: where the stretches are, or the locks of a leak."""
    for defect in defects:
        for file in defect.files:
            return file
        for site in (*defect.run.waiting, *defect.run.sites):
            if site.object in defect.finding.symptom.objects:
                return site.calls[0].spot.file
    return ""


def _edits(draft: Draft, defects: Sequence[Defect]) -> Iterator[Placement]:
    """Every edit against these defects."""
    for defect in defects:
        symptom = defect.finding.symptom
        if defect.finding.kind is Kind.DEADLOCK:
            if len(symptom.cycle) == 1:
                yield from try_once(draft, defect.run, symptom)
            yield from try_orders(draft, defect.run, symptom)
            yield from try_locks(draft, defect.cycle, narrow=False, only_new=True)
        elif defect.finding.kind is Kind.LEAK:
            yield from try_with(draft, defect.run, symptom)
    stretches = [each for defect in defects for each in defect.stretches]
    any_safe = False
    yield from try_mends(draft, unique(stretches))
    is_known = any(defect.finding.kind is Kind.LOST_UPDATE for defect in defects)
    for placement in try_locks(draft, unique(stretches), narrow=is_known):
        yield placement
        any_safe = any_safe or placement.safe
    wider = [each for defect in defects for each in defect.wider]
    if wider and not any_safe:
        yield from try_locks(draft, unique([*stretches, *wider]), narrow=False)
