"""The search that a test asks for, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import product
from time import perf_counter
from typing import TYPE_CHECKING, Final

from explorer.errors import Interrupted
from explorer.model.verdict import Coverage, Finding, Kind, Verdict
from explorer.pytest_plugin.exhausting import Exhaustion
from explorer.pytest_plugin.marker import RaceOptions
from explorer.pytest_plugin.statistics import Statistics
from explorer.pytest_plugin.target import TestTarget
from explorer.report.wording import listed
from explorer.verifying import Limits, Verification
from explorer.worlds.watchdog import acknowledge, interruptible

if TYPE_CHECKING:
    from explorer.hunting import Budget

#: Examples of a hunt that is limited by time: more than there is time for.
ENDLESS: Final = 1_000_000
#: The part of the seconds of a hunt in which a program has to show that it is small.
TO_EXHAUST: Final = 0.25
#: A verification that takes more runs than this wants a time limit of its own.
MOST_RUNS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What the session says about a search. `seconds` and `examples` None: it does not say."""

    seed: int = 0
    examples: int | None = None
    seconds: float | None = None
    shard: int = 0
    shards: int = 1
    statistics: Statistics | None = None


@dataclass(slots=True)
class Explored:
    """What a search gave; `keys` are of the distinct traces, where they were kept.

    An `interrupted` search has what it found so far.
    """

    verdict: Verdict
    keys: set[bytes] = field(default_factory=set)
    interrupted: bool = False


def explore(target: TestTarget, options: RaceOptions, plan: Plan) -> Explored:
    """Hunt or verify, as the test says; a hunt in a small program runs everything there is."""
    with interruptible():
        if options.verify:
            return _verify(target, options, plan)
        if options.drawn:
            return _hunt(target, options, plan)
        return _exhaust(target, options, plan)


def _exhaust(target: TestTarget, options: RaceOptions, plan: Plan) -> Explored:
    """All that a small program can do; of any other a sample, in the time that is left."""
    seconds, statistics = _seconds(options, plan), plan.statistics
    began = perf_counter()
    tried = Exhaustion(
        target,
        None if seconds is None else seconds * TO_EXHAUST,
        None if statistics is None else statistics.add,
    )
    try:
        verdict = tried.run()
    except Interrupted:
        acknowledge()
        return Explored(Verdict(target.name, "inconclusive", Coverage(0, 0)), interrupted=True)
    if verdict is not None and plan.shard:
        # Every shard has seen everything, so one of them is enough to say it.
        verdict = Verdict(target.name, "passed", Coverage(0, 0, exhaustive=True))
        return Explored(verdict)
    if verdict is not None:
        return Explored(verdict, tried.keys)
    if statistics is not None:
        statistics.clear()
    hunted = _hunt(target, options, plan, perf_counter() - began)
    hunted.keys |= tried.keys
    coverage = replace(
        hunted.verdict.coverage,
        executions=hunted.verdict.coverage.executions + tried.done.executions,
        traces=len(hunted.keys),
    )
    hunted.verdict = replace(hunted.verdict, coverage=coverage, seconds=perf_counter() - began)
    return hunted


def _hunt(target: TestTarget, options: RaceOptions, plan: Plan, spent: float = 0.0) -> Explored:
    """A sample of the traces. `spent`: seconds of the budget that are gone."""
    from explorer.hunting import Hunt  # and with it Hypothesis, which small programs do without

    budget = _budget(options, plan)
    if budget.seconds is not None:
        budget.seconds = max(0.001, budget.seconds - spent)
    statistics = plan.statistics
    hunt = Hunt(target, budget, plan.seed, None if statistics is None else statistics.after)
    return Explored(hunt.run(), hunt.traces, hunt.interrupted)


def _budget(options: RaceOptions, plan: Plan) -> Budget:
    """The test's own word counts before the session's, an example budget before its default."""
    from explorer.hunting import DEFAULT_EXAMPLES, Budget

    seconds = _seconds(options, plan)
    examples = options.examples if options.examples is not None else plan.examples
    if examples is None:
        examples = DEFAULT_EXAMPLES if seconds is None else ENDLESS
    return Budget(max(1, -(-examples // plan.shards)), seconds)


def _seconds(options: RaceOptions, plan: Plan) -> float | None:
    return options.seconds if options.seconds is not None else plan.seconds


def _verify(target: TestTarget, options: RaceOptions, plan: Plan) -> Explored:
    """Every trace, with every combination of the parameters."""
    began = perf_counter()
    seconds = _seconds(options, plan)
    combinations = list(product(*(each.domain for each in options.drawn)))
    verdicts = []
    for values in combinations:
        fixed = dict(zip((each.name for each in options.drawn), values, strict=True))
        left = None if seconds is None else max(0.001, seconds - (perf_counter() - began))
        limits = Limits(MOST_RUNS if seconds is None else None, left)
        search = Verification(replace(target, fixed=fixed), limits)
        if plan.statistics is not None:
            plan.statistics.before = (0, 0, 0)
            search.progress = plan.statistics.during
        verdicts.append(search.run())
        if plan.statistics is not None:
            plan.statistics.during(search)  # the run that ended it, if one did
        if search.interrupted or verdicts[-1].verdict != "passed":
            break
    whole = _summed(target, verdicts, perf_counter() - began)
    if len(verdicts) < len(combinations) and whole.verdict == "passed":
        whole = replace(whole, verdict="inconclusive")
    return Explored(whole, interrupted=search.interrupted)


def _summed(target: TestTarget, verdicts: list[Verdict], seconds: float) -> Verdict:
    last = verdicts[-1]
    return Verdict(
        target=target.name,
        verdict=last.verdict,
        coverage=Coverage(
            executions=sum(each.coverage.executions for each in verdicts),
            traces=sum(each.coverage.traces for each in verdicts),
            failing_traces=sum(each.coverage.failing_traces for each in verdicts),
            exhaustive=all(each.coverage.exhaustive for each in verdicts),
            bound=last.coverage.bound,
        ),
        findings=last.findings,
        seconds=seconds,
    )


def unexpected(verdict: Verdict, expect: Iterable[Kind]) -> tuple[list[Finding], list[Kind]]:
    """The findings that were not expected, and the kinds that were and are not there."""
    wanted = set(expect)
    surprises = [finding for finding in verdict.findings if finding.kind not in wanted]
    found = {finding.kind for finding in verdict.findings}
    return surprises, [kind for kind in expect if kind not in found]


def missing_text(missing: list[Kind], verdict: Verdict) -> str:
    """What to say when an expected finding did not show."""
    kinds = listed([kind.value for kind in missing])
    return (
        f"expected {kinds}, but {verdict.coverage.executions:,} executions "
        f"({verdict.coverage.traces:,} distinct traces) did not show it"
    )
