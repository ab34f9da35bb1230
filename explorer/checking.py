"""Checking what Hypothesis draws: for tests that are written with `@given(cases(…))`.

    @given(cases("counter-value"))
    def test_counter(case):
        check(case)

Hypothesis shrinks what it drew, as ever. What `check` raises is about the minimal case of the
defect, which our own minimiser finds once for each defect and which does not depend on the
example: so the message is the same for every example that Hypothesis tries while it shrinks.
"""

from __future__ import annotations

from typing import Final

from hypothesis import currently_in_test_context, event, target

from explorer.api import Target, open_target
from explorer.causality import trace_key
from explorer.events import Example, events_of
from explorer.findings import as_exception
from explorer.minimize.encode import finding_of
from explorer.minimize.minimise import Minimiser
from explorer.model.case import Case
from explorer.model.plan import SchedulePlan
from explorer.model.verdict import Finding, Symptom
from explorer.search.portfolio import choosers
from explorer.worlds.execute import session
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld

#: The score that Hypothesis is to raise: see `near_misses`.
NEAR: Final = "updates that were broken into"


def check(drawn: tuple[Case, SchedulePlan]) -> None:
    """Run every schedule of an example; return if nothing is found.

    Raises:
        Race: the first defect that shows.
        UsageError: the case's target cannot be opened.
    """
    __tracebackhide__ = True  # pytest shows the line that calls it, and the message
    case, plan = drawn
    checked = _Checked.of(case.target)
    with session(checked.target.program):
        finding, example, nearest = checked.run(case, plan)
        if currently_in_test_context():
            event("outcome", "passed" if finding is None else finding.kind.value)
            for label, value in events_of(example, checked.runner):
                event(label, value)
            target(float(nearest), label=NEAR)
    if finding is not None:
        raise as_exception([finding])


class _Checked:
    """A target that was opened, with the defects that are known of it."""

    known: Final[dict[str, _Checked]] = {}

    def __init__(self, target: Target) -> None:
        self.target = target
        self.runner = Runner(target.program)
        self.traces: set[bytes] = set()
        self.minimal: list[tuple[Symptom, Finding]] = []

    @classmethod
    def of(cls, name: str) -> _Checked:
        """The target of that name, opened once."""
        if name not in cls.known:
            cls.known[name] = cls(open_target(name))
        return cls.known[name]

    def run(self, case: Case, plan: SchedulePlan) -> tuple[Finding | None, Example, int]:
        """Run the schedules up to the first that shows a defect."""
        before = len(self.traces)
        runs = failing = nearest = 0
        finding = None
        world = None
        for chooser in choosers(plan):
            world = self.runner.run(case, chooser)
            runs += 1
            self.traces.add(trace_key(world.log))
            nearest = max(nearest, near_misses(world))
            if self.runner.suspicious(case, world):
                failing += 1
                finding = finding or self._diagnosed(case, world)
        assert world is not None
        example = Example(case, plan.tag.value, runs, failing, len(self.traces) - before, world)
        return finding, example, nearest

    def _diagnosed(self, case: Case, world: VirtualWorld) -> Finding | None:
        """The minimal finding of the first defect that a run shows."""
        symptoms = self.runner.diagnose(case, self.runner.again(case, world))
        for symptom in symptoms:
            for known, minimal in self.minimal:
                if self.target.same(symptom, known):
                    return minimal
            minimiser = Minimiser(self.runner, self.target.same, self.target.shrink())
            found = minimiser.minimise(finding_of(self.runner, case, world, symptom))
            self.minimal.append((symptom, found))
            return found
        return None


def near_misses(world: VirtualWorld) -> int:
    """How often somebody else came to an object between a process's two visits to it."""
    last: dict[object, int] = {}
    mine: dict[tuple[int, object], int] = {}
    found = 0
    for step, (actor, operation, _) in enumerate(world.log):
        place = (operation.object, operation.key)
        visited = mine.get((actor.index, place))
        if visited is not None and last[place] != visited:
            found += 1
        last[place] = mine[actor.index, place] = step
    return found
