"""An exhaustive search from beginning to end, within a budget, and what came of it.

The search is cut into parcels (see `frontier`), whether they are worked on here, one after the
other, or by an executor's workers: so its counts do not depend on who does the work.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Final

from explorer.search.frontier import Frontier, Taken
from explorer.search.parcels import Parcel, Receipt
from explorer.search.spinning import ROUNDS
from explorer.search.stint import EVENTS, OnRun, Quota, Run, Stint, work_off

#: Works on parcels in another process (`work_off`). Executors have to be able to pickle it.
Task = Callable[[Sequence[Parcel], Quota], Sequence[Receipt]]
Receipts = Sequence[Receipt]
#: Takes note of what came of a parcel.
OnReceipt = Callable[[Receipt], None]

#: Lots of parcels that are on their way at any time. The order in which they are cut and come back
#: decides which branch of a decision is searched first, so this does not depend on the workers.
AHEAD: Final = 32
#: The first parcel is so much smaller than the others.
FIRST: Final = 6
#: Seconds between two looks at whether the time is up, while somebody else works.
LOOK: Final = 0.05


@dataclass(slots=True)
class Exploration:
    """What a search did.

    `executions`: all runs made. Of these, `traces` led to the end, each along another trace;
    `redundant` were given up because all that they could still do had been done, and `probes`
    only tried whether somebody could go on. `cut_off` traces reached the step limit.
    `estimate`: how many traces there will have been in the end.
    `complete`: there is nothing left to run; `stopped` says why, if not. `bounded`: a loop that
    waits was not followed further than `spinning.ROUNDS` fruitless rounds, but where nobody else
    could go on.
    """

    executions: int = 0
    traces: int = 0
    redundant: int = 0
    probes: int = 0
    cut_off: int = 0
    estimate: float = 1.0
    complete: bool = False
    bounded: bool = False
    stopped: str = ""
    seconds: float = 0.0

    @property
    def exhaustive(self) -> bool:
        """Whether every trace was run; see `coverage` for what that means."""
        return self.complete

    @property
    def coverage(self) -> str:
        """What a pass rests on, in words."""
        if not self.complete:
            return f"{self.traces} of about {self.estimate:.0f} traces ({self.stopped})"
        fair = f", loops that wait up to {ROUNDS} rounds" if self.bounded else ""
        return f"all {self.traces} traces{fair}"


def explore(
    run: Run,
    on_run: OnRun | None = None,
    *,
    max_executions: int | None = None,
    seconds: float | None = None,
    progress: Callable[[Exploration], None] | None = None,
    done: Exploration | None = None,
    notes: list[Any] | None = None,
    on_receipt: OnReceipt | None = None,
    executor: Executor | None = None,
    task: Task | None = None,
    events: int | None = None,
) -> Exploration:
    """Run every trace of a program once.

    Args:
        run: see `Run`. Must be a function of the chooser's decisions.
        on_run: see `OnRun`; called for every trace that is run here, those that were cut off too.
            Where a search is so large that it is cut, a run may be made (and not counted) again.
        max_executions: runs to make at most.
        seconds: of real time, at most.
        progress: called after each run, or each parcel, with the counts so far.
        done: filled in as the search goes on, for who wants to look at it from outside.
        notes: what `on_run` puts there is taken from there, and goes with the receipt.
        on_receipt: told what came of each parcel, in an order that is always the same.
        executor: whose workers are to work on `task`; None: everything is done here.
        task: see `Task`: `work_off` with a run of its own making.
        events: the size of a parcel. The traces are the same whatever it is.

    Raises:
        Nondeterministic: a run did not repeat what an earlier one did.
    """
    search = _Search(
        run,
        on_run,
        Quota(events or EVENTS, max_executions, seconds),
        progress,
        Exploration() if done is None else done,
        [] if notes is None else notes,
        on_receipt,
    )
    if executor is None:
        search.go(search.here)
    else:
        assert task is not None
        with _Sent(search, executor, task) as sent:
            search.go(sent.receipts, sent.send)
    return search.done


class _Search:
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
        self.ahead: deque[list[Taken]] = deque()
        self.began = perf_counter()

    def quota(self, taken: list[Taken], executions: int | None = None) -> Quota:
        """How much work on these parcels may be done at once: what the budget has left, at most.

        Less on the first of all, so that others have something to do soon.
        """
        events, seconds = self.budget.events, self.budget.seconds
        if not taken[0].parcel.nodes:
            events = 1 + events // FIRST
        if seconds is not None:
            seconds -= perf_counter() - self.began
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
        self.note_seconds()
        done.estimate = float(done.traces)
        if not done.complete and self.share:
            done.estimate /= self.share

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
        done.executions = done.traces + done.redundant + done.probes

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
        budget = self.budget
        if budget.executions is not None and self.done.executions >= budget.executions:
            return f"{budget.executions} executions"
        if budget.seconds is not None and perf_counter() - self.began >= budget.seconds:
            return f"{budget.seconds:.3g} seconds"
        return ""


class _Sent:
    """The parcels that workers have, in the order in which they were cut."""

    def __init__(self, search: _Search, executor: Executor, task: Task) -> None:
        self.search = search
        self.executor = executor
        self.task = task
        self.futures: deque[Future[Receipts]] = deque()

    def __enter__(self) -> _Sent:
        return self

    def __exit__(self, *error: object) -> None:
        for future in self.futures:
            future.cancel()

    def send(self, taken: list[Taken]) -> None:
        """Give parcels to the workers."""
        self.futures.append(self.submit(taken))

    def submit(self, taken: list[Taken], executions: int | None = None) -> Future[Receipts]:
        """Ask for parcels to be worked on."""
        quota = self.search.quota(taken, executions)
        try:
            return self.executor.submit(self.task, [each.parcel for each in taken], quota)
        except BrokenExecutor as error:
            broken: Future[Receipts] = Future()
            broken.set_exception(error)
            return broken

    def receipts(self, taken: list[Taken]) -> Receipts:
        """What came of the first of them, as soon as it is there; nothing if the time is up."""
        search = self.search
        receipts = self.wait(self.futures.popleft())
        left = search.executions_left
        if left is not None and sum(each.executions for each in receipts) > left:
            receipts = self.wait(self.submit(taken, left))  # what can be paid for
        search.tell(search.share)
        return receipts

    def wait(self, future: Future[Receipts]) -> Receipts:
        """What came of parcels; nothing if that will not be known in time."""
        search = self.search
        while True:
            try:
                return future.result(LOOK)
            except BrokenExecutor:
                search.done.stopped = "a worker process was lost"
                return ()
            except TimeoutError:
                if future.done():
                    raise
                search.tell(search.share)
                search.done.stopped = search.reason()
                if search.done.stopped:
                    return ()
