"""Confirming a case on real processes: CPython's own multiprocessing, not ours.

*Gated*: every operation is granted in the order of the case and compared with the prediction, so
a true finding shows in every run. *Jitter*: the processes run free, with a few real sleeps in the
place of the schedule; how often it shows is observed. The first proves, the second illustrates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Final

from explorer.api import Target, open_target
from explorer.errands import check_of, gated_task, task_of
from explorer.errors import Mismatch, NotSupported
from explorer.model.case import Case
from explorer.model.saved import SavedCase
from explorer.model.schedule import Schedule
from explorer.model.trace import Trace
from explorer.model.verdict import Finding, Symptom
from explorer.report.places import find_target
from explorer.search.replay import Replay
from explorer.worlds.execute import session
from explorer.worlds.real.evidence import Evidence, wilson
from explorer.worlds.real.forcing import Forcing
from explorer.worlds.real.gate import Sleeps
from explorer.worlds.real.host import Wardens
from explorer.worlds.real.plan import Plan
from explorer.worlds.real.warden import Result
from explorer.worlds.runner import Runner

#: Milliseconds that a tick of delay may take.
TICKS: Final = (5, 10, 20, 50, 100, 200)
#: Free runs that all have to show it before a tick is taken for long enough.
TRIALS: Final = 8
#: How often each way is tried by default.
TIMES: Final = 20
_WARDENS: Final = 2

#: Told how many runs are done, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Gated:
    """`confirmed` of `times` gated runs did all that was predicted; else the first mismatch."""

    confirmed: int
    times: int
    seconds: float
    mismatch: Mismatch | None = None


@dataclass(frozen=True, slots=True)
class Jittered:
    """`failed` of `times` free runs showed it, with ticks of `tick` milliseconds.

    `low` and `high` bound the rate (Wilson, 95 %). `tick` is 0 if it needs no delays. `forcing` is
    None if none were found that would force it: then nothing was run.
    """

    failed: int
    times: int
    low: float
    high: float
    tick: int
    seconds: float
    forcing: Forcing | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A case, what the virtual world predicts of it, and what real processes did.

    `trace` is the predicted run, `symptom` what it shows (None: nothing, for a guard). `stacks`
    are the Python stacks of the real processes that wait for ever, in one gated run. `refused`
    says why gated runs were left out, if they were wanted: free ones do not need to be granted.
    """

    case: Case
    trace: Trace
    symptom: Symptom | None
    gated: Gated | None = None
    jitter: Jittered | None = None
    refused: str = ""
    stacks: tuple[tuple[str, str], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every gated run did what was predicted."""
        return self.gated is not None and self.gated.confirmed == self.gated.times


def confirm(
    saved: SavedCase,
    file: str,
    *,
    times: int = TIMES,
    gated: bool = True,
    jitter: bool = True,
    progress: Progress | None = None,
) -> Confirmation:
    """Run a saved case on real processes, `times` times gated and as often free.

    Raises:
        BadCase, UsageError: its target cannot be opened.
        NotSupported: it uses what cannot be gated, or this is not Linux.
    """
    name = find_target(saved, file)
    target = open_target(name, saved.case.arguments)
    case = replace(saved.case, target=name)
    wanted = saved.shows.kind
    return _confirm(
        target, case, lambda symptom: symptom.kind is wanted, times, gated, jitter, progress
    )


def confirm_finding(
    target: Target,
    finding: Finding,
    *,
    times: int = TIMES,
    gated: bool = True,
    jitter: bool = True,
    progress: Progress | None = None,
) -> Confirmation:
    """The same for a finding that was not saved."""
    return _confirm(
        target,
        finding.case,
        lambda symptom: target.same(symptom, finding.symptom),
        times,
        gated,
        jitter,
        progress,
    )


def _confirm(
    target: Target,
    case: Case,
    wanted: Callable[[Symptom], bool],
    times: int,
    gated: bool,
    jitter: bool,
    progress: Progress | None,
) -> Confirmation:
    runner = Runner(target.program)
    with session(target.program):
        world = runner.run(case, Replay(case.schedule))
        trace = runner.again(case, world)
        symptom = next(filter(wanted, runner.diagnose(case, trace)), None)
        seen = wanted if symptom is None or not _leaves_a_mark(symptom) else _marked(wanted)
        plan = Plan(runner, case, world, seen) if jitter and symptom is not None else None
        forcing = None if plan is None else plan.forcing
    found = Confirmation(case, trace, symptom)
    if gated:
        try:
            found = _run_gated(target, found, times, progress)
        except NotSupported as refused:
            if plan is None:
                raise
            found = replace(found, refused=str(refused))
    if plan is not None and symptom is not None:
        evidence = Evidence(symptom, trace, check_of(target, case))
        found = replace(
            found, jitter=_Jitter(target, case, plan, evidence, times, progress).run(forcing)
        )
    return found


def _leaves_a_mark(symptom: Symptom) -> bool:
    """Whether a lost update leaves a value that no serial execution does: a free run shows that."""
    return bool(symptom.serial) and symptom.left not in symptom.serial


def _marked(wanted: Callable[[Symptom], bool]) -> Callable[[Symptom], bool]:
    return lambda symptom: wanted(symptom) and _leaves_a_mark(symptom)


def _run_gated(
    target: Target, found: Confirmation, times: int, progress: Progress | None
) -> Confirmation:
    began = perf_counter()
    share = [times // _WARDENS + (number < times % _WARDENS) for number in range(_WARDENS)]
    tasks = [
        replace(
            gated_task(target, found.case, found.trace),
            times=number,
            stacks=bool(found.trace.blocked) and place == 0,
        )
        for place, number in enumerate(share)
        if number
    ]
    results = []
    with Wardens(len(tasks)) as wardens:
        for _, result in wardens.run(tasks):
            results.append(result)
            if progress is not None:
                progress(len(results), times)
    failed = [result for result in results if result.difference is not None]
    return replace(
        found,
        gated=Gated(
            confirmed=times - len(failed),
            times=times,
            seconds=perf_counter() - began,
            mismatch=_mismatch(failed[0]) if failed else None,
        ),
        stacks=next((result.stacks for result in results if result.stacks), ()),
    )


def _mismatch(result: Result) -> Mismatch:
    assert result.difference is not None
    step, text = result.difference
    where = f"Step {step}" if step else "At the end of the run"
    told = "".join(f"\n{stack.rstrip()}" for _, stack in result.stacks)
    return Mismatch(
        f"{where}: {text}. The virtual world and CPython's multiprocessing disagree, which is a "
        f"defect of the explorer: please report it, with the case file.{told}",
        step,
    )


class _Jitter:
    """Free runs under longer and longer ticks, until the order holds."""

    def __init__(
        self,
        target: Target,
        case: Case,
        plan: Plan,
        evidence: Evidence,
        times: int,
        progress: Progress | None,
    ) -> None:
        self.target = target
        self.case = case
        self.plan = plan
        self.evidence = evidence
        self.times = times
        self.progress = progress

    def run(self, forcing: Forcing | None) -> Jittered:
        """Choose the tick, then make the runs."""
        began = perf_counter()
        if forcing is None:
            return Jittered(0, 0, 0.0, 1.0, 0, 0.0, None)
        with Wardens(1, free=True) as wardens:
            chosen = self._tick(wardens, forcing)
            shown = list(self._shown(wardens, forcing, chosen, self.times, self.progress))
        low, high = wilson(sum(shown), len(shown))
        seconds = perf_counter() - began
        return Jittered(sum(shown), len(shown), low, high, chosen, seconds, forcing)

    def _tick(self, wardens: Wardens, forcing: Forcing) -> int:
        """One step longer than the first that the order holds with, since others use the machine.

        Trials are not counted: the runs that are reported do not choose their own tick.
        """
        if not forcing.schedule.delays:
            return 0
        ticks = list(self._usable(forcing))
        for place, tick in enumerate(ticks):
            if all(self._shown(wardens, forcing, tick, TRIALS)):
                return ticks[min(place + 1, len(ticks) - 1)]
        return ticks[-1]

    def _usable(self, forcing: Forcing) -> Iterator[int]:
        if not forcing.timed:
            yield from TICKS
            return
        with session(self.target.program):
            usable = [tick for tick in TICKS if self.plan.lasts(forcing.schedule, tick)]
        yield from usable or (1,)

    def _shown(
        self,
        wardens: Wardens,
        forcing: Forcing,
        tick: int,
        times: int,
        progress: Progress | None = None,
    ) -> Iterator[bool]:
        """Whether it shows in each of so many runs."""
        sleeps = sleeps_of(forcing.schedule, tick)
        task = replace(task_of(self.target, self.case), sleeps=sleeps, deadline=_deadline(sleeps))
        for number in range(times):
            ((_, result),) = wardens.run([task])
            assert result.observed is not None
            yield self.evidence.shows(result.observed, result.output)
            if progress is not None:
                progress(number + 1, times)


def sleeps_of(schedule: Schedule, tick: int) -> Sleeps:
    """The delays of a schedule in seconds, a tick taking so many milliseconds."""
    return {
        (delay.at.process, delay.at.operation, delay.at.object, delay.at.occurrence): (
            delay.ticks * tick / 1000
        )
        for delay in schedule.delays
    }


def _deadline(sleeps: Sleeps) -> float:
    return 10.0 + 2 * sum(sleeps.values())
