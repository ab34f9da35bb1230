"""The search that a test asks for, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import product
from time import perf_counter
from typing import Final

from explorer.hunting import DEFAULT_EXAMPLES, Budget, Hunt
from explorer.model.verdict import Coverage, Finding, Kind, Verdict
from explorer.pytest_plugin.marker import RaceOptions
from explorer.pytest_plugin.target import TestTarget
from explorer.report.wording import listed
from explorer.verifying import Limits, Verification
from explorer.worlds.watchdog import interruptible

#: Examples of a hunt that is limited by time: more than there is time for.
ENDLESS: Final = 1_000_000
#: A verification that takes more runs than this wants a time limit of its own.
MOST_RUNS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What the session says about a search. `seconds` and `examples` None: it does not say."""

    seed: int = 0
    examples: int | None = None
    seconds: float | None = None
    shards: int = 1
    observe: Callable[[Hunt], None] | None = None


@dataclass(slots=True)
class Explored:
    """What a search gave; `keys` are of the distinct traces, where they were kept.

    An `interrupted` search has what it found so far.
    """

    verdict: Verdict
    keys: set[bytes] = field(default_factory=set)
    interrupted: bool = False


def explore(target: TestTarget, options: RaceOptions, plan: Plan) -> Explored:
    """Hunt or verify, as the test says."""
    with interruptible():
        return _verify(target, options, plan) if options.verify else _hunt(target, options, plan)


def _hunt(target: TestTarget, options: RaceOptions, plan: Plan) -> Explored:
    hunt = Hunt(target, _budget(options, plan), plan.seed, plan.observe)
    return Explored(hunt.run(), hunt.traces, hunt.interrupted)


def _budget(options: RaceOptions, plan: Plan) -> Budget:
    """The test's own word counts before the session's, an example budget before its default."""
    seconds = options.seconds if options.seconds is not None else plan.seconds
    examples = options.examples if options.examples is not None else plan.examples
    if examples is None:
        examples = DEFAULT_EXAMPLES if seconds is None else ENDLESS
    return Budget(max(1, -(-examples // plan.shards)), seconds)


def _verify(target: TestTarget, options: RaceOptions, plan: Plan) -> Explored:
    """Every trace, with every combination of the parameters."""
    began = perf_counter()
    seconds = options.seconds if options.seconds is not None else plan.seconds
    combinations = list(product(*(each.domain for each in options.drawn)))
    verdicts = []
    for values in combinations:
        fixed = dict(zip((each.name for each in options.drawn), values, strict=True))
        left = None if seconds is None else max(0.001, seconds - (perf_counter() - began))
        limits = Limits(MOST_RUNS if seconds is None else None, left)
        search = Verification(replace(target, fixed=fixed), limits)
        verdicts.append(search.run())
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
