"""From any finding to the smallest case of the same finding, with proof where the budget allows.

The failing run that is given only says what to look for. The minimiser then walks the programs
from the smallest up, and in each one the schedules from the fewest preemptions up, so the answer
is the same whatever run it began with. "Smaller" is `Complexity`: processes, operations,
preemptions, delays, length.

*Proven* means: every trace of every smaller program was run, and every trace of this one that fewer
preemptions lead to, and none showed the defect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

from explorer.engine.chooser import Chooser
from explorer.minimize.encode import finding_of
from explorer.minimize.jitter import fewer_delays
from explorer.minimize.sizes import Shrinker, smaller_programs
from explorer.model.actor import MAIN
from explorer.model.case import Case
from explorer.model.schedule import Schedule
from explorer.model.verdict import Finding, Symptom
from explorer.search.enumeration import schedules
from explorer.search.exploration import explore
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld

#: Whether two symptoms, perhaps of programs of different size, are the same defect.
SameDefect = Callable[[Symptom, Symptom], bool]


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one minimisation may cost, in executions: with one seed, and in one program.

    `events` of runs in one program, so that long ones do not take minutes. `until`: when to give up
    by the wall clock; None: never, and the answer depends on nothing but the program.
    """

    executions: int = 6_000
    per_program: int = 2_000
    events: int = 1_000_000
    until: float | None = None  # as of perf_counter

    @property
    def left(self) -> float | None:
        """Seconds until it is time to give up."""
        return None if self.until is None else self.until - perf_counter()

    @property
    def is_late(self) -> bool:
        """Whether it is."""
        return self.until is not None and perf_counter() >= self.until


#: Schedules that are run before it is asked whether any could show the finding.
_PATIENCE = 200
#: Findings of the same length whose delays are counted before the first is good enough.
_RIVALS = 8


class Minimiser:
    """Minimises findings of one target.

    Args:
        same: what counts as the same defect.
        shrink: a scenario's smaller parameters; None for a script.
    """

    def __init__(
        self,
        runner: Runner,
        same: SameDefect,
        shrink: Shrinker | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.runner = runner
        self.same = same
        self.shrink = shrink
        self.budget = budget or Budget()

    def minimise(self, found: Finding) -> Finding:
        """The smallest finding of the same defect, no larger than `found`.

        The simplest seed of the program's own `random` is 0, which shows most defects as well as
        the one that was drawn; so that one is tried only after it.
        """
        tried = 0
        for seed in dict.fromkeys((0, found.case.seed)):
            plain = replace(found.case, schedule=Schedule(), seed=seed)
            best, made, proven = self._smallest(plain, found)
            tried += made
            if best is not None:
                return replace(best, minimal=_claim(tried, proven=proven))
        if not self.budget.is_late:
            found = fewer_delays(self.runner, found, self.same)
        return replace(found, minimal=_claim(tried, proven=False))

    def _smallest(self, plain: Case, found: Finding) -> tuple[Finding | None, int, bool]:
        """The smallest finding with that seed, the runs made, and whether none was left out."""
        tried = 0
        proven = True
        children = [ending.process for ending in found.trace.endings if ending.process != MAIN]
        for case in smaller_programs(plain, children, self.shrink):
            search = _Search(self, case, found.symptom, self.budget.executions - tried)
            best = search.best()
            tried += search.made
            proven = proven and search.complete
            if best is not None or tried >= self.budget.executions or self.budget.is_late:
                return best, tried, proven
        return None, tried, proven


def _claim(tried: int, *, proven: bool) -> str:
    return "proven" if proven else f"up to {tried} smaller schedules tried"


class _Search:
    """The simplest failing schedule of one program."""

    def __init__(self, owner: Minimiser, case: Case, wanted: Symptom, budget: int) -> None:
        self.owner = owner
        self.runner = owner.runner
        self.case = case
        self.wanted = wanted
        self.budget = min(budget, owner.budget.per_program)
        self.made = 0
        self.events = 0
        self.complete = False  # all that could be smaller was run
        # A defect that every schedule shows may only show because somebody was left out.
        self.can_pass = wanted.firm or not case.absent
        self.best_found: Finding | None = None
        self.level = 0
        self.rivals = 0  # findings of this program compared so far

    def best(self) -> Finding | None:
        """The simplest failing schedule within the budget; None if there is none."""
        for preemptions, world in schedules(self._run):
            if self.best_found is not None and self.can_pass and preemptions > self.level:
                self.complete = True
                break
            if self._is_used_up():
                break
            if self.made == _PATIENCE and self._is_ruled_out():
                self.complete = True
                break
            self.made += 1
            self.events += len(world.log)
            self._consider(world, preemptions)
        else:
            self.complete = True
        return self.best_found if self.can_pass else None

    def _is_used_up(self) -> bool:
        """Whether the budget is."""
        whole = self.owner.budget
        return self.made >= self.budget or self.events >= whole.events or whole.is_late

    def _is_ruled_out(self) -> bool:
        """Whether no trace shows the finding: there are fewer of these than there are schedules.

        Time is taken as unknown, so whatever may happen under the clock is among them.
        """
        if self.best_found is not None:
            return False
        case = replace(self.case, timed=False)
        search = explore(
            lambda chooser: self.runner.run(case, chooser),
            lambda world: self._settles(case, world),
            max_executions=self.budget - self.made,
            seconds=self.owner.budget.left,
        )
        self.made += search.executions
        return search.exhaustive and not search.bounded

    def _settles(self, case: Case, world: VirtualWorld) -> bool:
        """Whether a run of the exhaustive search ends it: by the finding, or by its length."""
        self.events += len(world.log)
        return self._is_used_up() or self._shown_by(case, world) is not None

    def _shown_by(self, case: Case, world: VirtualWorld) -> Symptom | None:
        """The wanted symptom in a run, None if it does not show it."""
        if not self.runner.suspicious(case, world):
            return None
        trace = self.runner.again(case, world)
        symptoms = self.runner.diagnose(case, trace)
        return next((one for one in symptoms if self.owner.same(one, self.wanted)), None)

    def _run(self, chooser: Chooser) -> VirtualWorld:
        return self.runner.run(self.case, chooser)

    def _consider(self, world: VirtualWorld, preemptions: int) -> None:
        if not self.runner.suspicious(self.case, world):
            self.can_pass = True
            return
        if self.can_pass and self._cannot_win(world):
            return
        symptom = self._shown_by(self.case, world)
        if symptom is None:
            self.can_pass = True
        else:
            self._keep(finding_of(self.runner, self.case, world, symptom), preemptions)

    def _cannot_win(self, world: VirtualWorld) -> bool:
        """Whether this run is no simpler than the best, seen without diagnosing it."""
        best = self.best_found
        if best is None:
            return False
        length = best.complexity.length
        return len(world.log) > length or (len(world.log) == length and self.rivals >= _RIVALS)

    def _keep(self, found: Finding, preemptions: int) -> None:
        best = self.best_found
        self.rivals += 1
        if best is None or found.complexity.key < best.complexity.key:
            self.best_found = found
            self.level = preemptions
