"""One search, cut into parcels: the next ones, the budget, and what came of those that are done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from time import perf_counter
from typing import Any, Final

from explorer.search.account import Exploration
from explorer.search.deepening import Deepening
from explorer.search.frontier import Frontier, Taken
from explorer.search.parcels import Receipt
from explorer.search.stint import OnRun, Quota, Run, Stint, work_off

#: Takes note of what came of a parcel.
OnReceipt = Callable[[Receipt], None]

#: Lots of parcels that are on their way at any time. The order in which they are cut and come back
#: decides which branch of a decision is searched first, so this does not depend on the workers.
AHEAD: Final = 32
#: The first parcel is so much smaller than the others.
FIRST: Final = 2
#: The share of the budget after which it is clear whether that will be enough.
TRIAL: Final = 0.1
#: The share of the budget that goes to schedules with few preemptions if it will not.
FEW: Final = 0.25


class Division:
    """The parcels of one search, and what came of them so far."""

    def __init__(
        self,
        run: Run,
        on_run: OnRun | None,
        budget: Quota,
        progress: Callable[[Exploration], None] | None,
        done: Exploration,
        notes: list[Any],
        on_receipt: OnReceipt | None,
        *,
        deepens: bool,
    ) -> None:
        self.run = run
        self.on_run = on_run
        self.budget = budget
        self.progress = progress
        self.done = done
        self.notes = notes
        self.on_receipt = on_receipt
        self.frontier = Frontier()
        self.counted = replace(self.done)  # up to the last receipt
        self.deepens = deepens
        self.beside = 0  # executions that belong to no parcel
        self.ahead: deque[list[Taken]] = deque()
        self.began = perf_counter()

    def quota(self, taken: list[Taken], executions: int | None = None) -> Quota:
        """How much work on these parcels may be done at once: what the budget has left, at most.

        Less on the first of all, so that others have something to do soon.
        """
        events, seconds = self.budget.events, self.budget.seconds
        if seconds is not None:
            seconds -= perf_counter() - self.began
        if not taken[0].parcel.nodes:
            events = 1 + events // FIRST
            if self.deepens and self.budget.executions is not None:
                executions = max(1, int(self.budget.executions * TRIAL))
            if self.deepens and seconds is not None:
                seconds *= TRIAL
        return Quota(events, executions, seconds)

    @property
    def executions_left(self) -> int | None:
        """How many the budget has left; None if there is no limit."""
        most = self.budget.executions
        return None if most is None else most - self.done.executions

    @property
    def share(self) -> float:
        """How much of the search seems to be done."""
        return self.frontier.done / self.frontier.whole

    def go(
        self,
        receive: Callable[[list[Taken]], Iterable[Receipt]],
        send: Callable[[list[Taken]], None] | None = None,
    ) -> None:
        """Work until nothing is left, or the budget is.

        Args:
            receive: what came of parcels, as far as somebody worked on them.
            send: told of parcels when they are cut.
        """
        done, frontier = self.done, self.frontier
        while not done.stopped:
            while frontier.waiting and len(self.ahead) < AHEAD:
                taken = frontier.take()
                self.ahead.append(taken)
                if send is not None:
                    send(taken)
            if not self.ahead:
                done.complete = True
                break
            taken = self.ahead.popleft()
            received = 0
            for receipt in receive(taken):
                self.note(taken[received], receipt)
                received += 1
            frontier.give_back(taken[received:])
            self.stop_if_due()
            self.deepen_if_hopeless()
        done.estimate = float(done.traces)
        if not done.complete and self.share:
            done.estimate = max(done.estimate, self.counted.traces / self.share)

    def deepen_if_hopeless(self) -> None:
        """Where the budget will not be enough, spend a part on schedules with few preemptions.

        Early estimates are rough. So it is a small part: what is left for the search of everything
        is enough for a program that needs three quarters of the budget.
        """
        used = self.used()
        if self.deepens and not self.done.stopped and used >= TRIAL and self.share < used:
            self.deepens = False
            self.deepen_for_a_while()

    def used(self) -> float:
        """How much of the budget is used up."""
        parts = [0.0]
        if self.budget.executions is not None:
            parts.append(self.done.executions / self.budget.executions)
        if self.budget.seconds is not None:
            parts.append((perf_counter() - self.began) / max(self.budget.seconds, 1e-9))
        return max(parts)

    def deepen_for_a_while(self) -> None:
        """Spend a part of the budget on schedules with few preemptions."""
        done, budget = self.done, self.budget
        executions, seconds = budget.executions, budget.seconds
        if executions is not None:
            executions = done.executions + int(executions * FEW)
        if seconds is not None:
            seconds = seconds * FEW + perf_counter() - self.began
        before = replace(done)
        deepening = self.deepen(None, Quota(budget.events, executions, seconds))
        if done.stopped != "stopped at a finding":
            done.stopped = ""
        done.traces, done.bounded = before.traces, before.bounded
        self.beside = deepening.executions

    def deepen(self, bound: int | None, quota: Quota) -> Deepening:
        """Run schedules with few preemptions, up to a bound or the quota."""
        deepening = Deepening(self.run, self.look_beside, self.done, bound)

        def reason() -> str:
            return _reason(quota, self.done.executions, perf_counter() - self.began)

        deepening.go(reason, lambda: self.tell(self.share))
        self.done.estimate = float(self.done.traces)
        return deepening

    def look_beside(self, world: Any) -> bool:
        """Look at a run that belongs to no parcel."""
        traces = 0 if self.counted.executions else 1  # the same trace will be run again
        self.notes.clear()
        enough = self.on_run is not None and self.on_run(world)
        if self.notes and self.on_receipt is not None:
            self.on_receipt(Receipt(traces, 0, 0, 0, False, notes=tuple(self.notes)))
        return enough

    def note(self, taken: Taken, receipt: Receipt) -> None:
        """Take note of what came of a parcel, unless it has to be done again."""
        if not self.frontier.receive(taken, receipt):
            self.set_counts(self.counted)
            return
        self.set_counts(self.counted, receipt, bounded=receipt.bounded)
        self.counted = replace(self.done)
        if receipt.stopped:
            self.done.stopped = "stopped at a finding"
        if self.on_receipt is not None:
            self.on_receipt(receipt)

    def here(self, taken: list[Taken]) -> Iterable[Receipt]:
        """Work on parcels in this process."""
        shares = {id(each.parcel): each.work.share for each in taken}

        def after(stint: Stint) -> None:
            self.set_counts(self.counted, stint, bounded=stint.search.bounded)
            if self.progress is not None:
                share = shares[id(stint.parcel)] * stint.fraction
                self.tell((self.frontier.done + share) / self.frontier.whole)

        return work_off(
            self.run,
            [each.parcel for each in taken],
            self.quota(taken, self.executions_left),
            self.on_run,
            notes=self.notes,
            footprints=self.frontier.footprints,
            after=after,
        )

    def set_counts(
        self, before: Exploration, more: Stint | Receipt | None = None, *, bounded: bool = False
    ) -> None:
        """Set the counts to what they were, and what was done then."""
        done = self.done
        done.traces, done.redundant = before.traces, before.redundant
        done.probes, done.cut_off = before.probes, before.cut_off
        done.bounded = before.bounded or bounded
        if more is not None:
            done.traces += more.traces
            done.redundant += more.redundant
            done.probes += more.probes
            done.cut_off += more.cut_off
        done.executions = done.traces + done.redundant + done.probes + self.beside

    def tell(self, share: float) -> None:
        """Tell how far the search is; `share` of it seems to be done."""
        self.note_seconds()
        if self.progress is not None:
            self.done.estimate = self.done.traces / share if share else float(self.done.traces)
            self.progress(self.done)

    def note_seconds(self) -> None:
        """Note how long it has taken."""
        self.done.seconds = perf_counter() - self.began

    def stop_if_due(self) -> None:
        """Stop if the budget is used up and something is left to do."""
        if not self.done.stopped and (self.ahead or self.frontier.waiting):
            self.done.stopped = self.reason()

    def reason(self) -> str:
        """Why the search has to stop here; empty if it has not."""
        return _reason(self.budget, self.done.executions, perf_counter() - self.began)


def _reason(budget: Quota, executions: int, seconds: float) -> str:
    if budget.executions is not None and executions >= budget.executions:
        return f"{budget.executions} executions"
    if budget.seconds is not None and seconds >= budget.seconds:
        return f"{budget.seconds:.3g} seconds"
    return ""
