"""An exhaustive search from beginning to end, within a budget, and what came of it.

The search is cut into parcels (see `frontier`), whether they are worked on here, one after the
other, or by an executor's workers: so its counts do not depend on who does the work.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from explorer.search.account import Exploration
from explorer.search.division import Division, OnReceipt
from explorer.search.sent import Sent, Task
from explorer.search.stint import EVENTS, OnRun, Quota, Run

__all__ = ["Exploration", "Task", "explore"]


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
    preemptions: int | None = None,
    deepens: bool = False,
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
        preemptions: run every schedule with up to so many instead; here, by nobody else.
        deepens: where the budget seems not to be enough, spend a quarter of it on the schedules
            with the fewest preemptions.
        events: the size of a parcel. The traces are the same whatever it is.

    Raises:
        Nondeterministic: a run did not repeat what an earlier one did.
    """
    search = Division(
        run,
        on_run,
        Quota(events or EVENTS, max_executions, seconds),
        progress,
        Exploration() if done is None else done,
        [] if notes is None else notes,
        on_receipt,
        deepens=deepens,
    )
    if preemptions is not None:
        search.deepen(preemptions, search.budget)
    elif executor is None:
        search.go(search.here)
    else:
        assert task is not None
        with Sent(search, executor, task) as sent:
            search.go(sent.receipts, sent.send)
    search.note_seconds()
    return search.done
