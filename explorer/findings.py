"""Findings as exceptions, for test suites: one class for each kind of defect.

Test frameworks tell failures apart by their class: Hypothesis reports and shrinks each class on
its own, `pytest.raises(Deadlock)` lets nothing else through. The message is the report that the
terminal shows, so that whoever prints the exception prints the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from explorer.model.verdict import Finding, Kind, Verdict
from explorer.report.places import place_of
from explorer.report.terminal import plain_text
from explorer.report.wording import clean, count, title

#: Cells; the width of a terminal that nobody has widened, less what test frameworks indent by.
_WIDTH: Final = 96


class Race(AssertionError):
    """A defect was found. Base of one class for each kind; `finding` has the minimal case."""

    kind: Kind

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{headline(finding)}\n\n{plain_text(finding, _WIDTH)}")
        self.finding = finding


class LostUpdate(Race):
    """A write rests on a value that somebody else had overwritten by then."""

    kind = Kind.LOST_UPDATE


class Deadlock(Race):
    """Processes wait for each other in a circle, or one for itself."""

    kind = Kind.DEADLOCK


class Starvation(Race):
    """A process waits for ever, and nobody is left who could wake it."""

    kind = Kind.STARVATION


class Leak(Race):
    """A process ended holding a lock that others wait for."""

    kind = Kind.LEAK


class AssertionFailed(Race):
    """An assertion of the program failed, for no cause that is known."""

    kind = Kind.ASSERTION


class UncaughtError(Race):
    """A process was ended by an exception, or with an exit code other than 0."""

    kind = Kind.EXCEPTION


class Livelock(Race):
    """A run reached the limit of its steps: a loop waits for what never comes."""

    kind = Kind.LIVELOCK


class Inconclusive(AssertionError):
    """What was to be verified was not: the budget ran out, or no run was completed."""


CLASSES: Final[dict[Kind, type[Race]]] = {
    cls.kind: cls
    for cls in (
        LostUpdate,
        Deadlock,
        Starvation,
        Leak,
        AssertionFailed,
        UncaughtError,
        Livelock,
    )
}


def headline(finding: Finding) -> str:
    """A finding in one line, without its kind: what happened, and where."""
    where = ", ".join(dict.fromkeys(clean(place_of(line)) for line in finding.symptom.where))
    return clean(finding.symptom.summary) + (f" ({where})" if where else "")


def as_exception(findings: Sequence[Finding]) -> Race | ExceptionGroup[Race]:
    """The exception to raise: that of the only finding, or a group with one for each."""
    races = [CLASSES[finding.kind](finding) for finding in findings]
    if len(races) == 1:
        return races[0]
    kinds = ", ".join(title(race.kind) for race in races)
    return ExceptionGroup(f"{count(len(races), 'defect')} ({kinds})", races)


def require(verdict: Verdict, *, exhaustive: bool = False) -> None:
    """Return if a verdict says "passed", else raise what it says.

    Raises:
        Race, ExceptionGroup: its findings.
        Inconclusive: it has none, but does not say "passed" either.
    """
    if verdict.findings:
        raise as_exception(verdict.findings)
    if verdict.verdict != "passed" or (exhaustive and not verdict.coverage.exhaustive):
        coverage = verdict.coverage
        raise Inconclusive(
            f"{verdict.target}: nothing found, but nothing is proven either, after "
            f"{count(coverage.executions, 'execution')}: {coverage.bound}"
        )
