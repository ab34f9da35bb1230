"""Schedules with few preemptions, all of them: what can be said where there are too many traces.

Iterative context bounding (Musuvathi and Qadeer, PLDI 2007): most defects need one preemption or
two, and "every schedule with up to two" is a statement, which a share of all traces is not. See
`enumeration` for the schedules, and for the one kind of them that is left out since nobody could
tell it from another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.causality import trace_key
from explorer.search.enumeration import schedules
from explorer.search.stint import OnRun, Run

if TYPE_CHECKING:
    from explorer.search.account import Exploration

#: Why the search has to stop here; empty if it has not.
Reason = Callable[[], str]


class Deepening:
    """Runs schedules, those with the fewest preemptions first, and counts in `done`.

    Args:
        bound: preemptions at most; None: as many as there can be.
    """

    def __init__(
        self, run: Run, on_run: OnRun | None, done: Exploration, bound: int | None
    ) -> None:
        self.run = run
        self.on_run = on_run
        self.done = done
        self.bound = bound
        self.keys: set[bytes] = set()
        self.executions = 0
        self.cut = False  # some schedules have more preemptions than the bound allows
        self.long = False  # some runs were so long that nobody chose any more in the end

    def go(self, reason: Reason, progress: Callable[[], None]) -> None:
        """Work until nothing is left within the bound, or there is a reason to stop."""
        done = self.done
        for level, world in schedules(self.run, bound=self.bound, on_cut=self._note_cut):
            done.preemptions = level - 1
            is_new = self._count(world)
            self.long = self.long or world.fair_from is not None
            if is_new and self.on_run is not None and self.on_run(world):
                done.stopped = "stopped at a finding"
                return
            progress()
            if why := reason():
                done.stopped = why
                return
        if self.bound is not None and self.cut:
            done.preemptions = self.bound
        else:
            done.complete = not self.long
            done.preemptions = level
        done.bounded = done.bounded or self.long

    def _count(self, world: Any) -> bool:
        """Count a run; whether its trace is a new one."""
        before = len(self.keys)
        self.executions += 1
        self.keys.add(trace_key(world.log))
        self.done.executions += 1
        self.done.traces = max(self.done.traces, len(self.keys))
        return len(self.keys) > before

    def _note_cut(self) -> None:
        self.cut = True
