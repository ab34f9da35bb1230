"""An exhaustive search from beginning to end, within a budget, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from explorer.search.estimate import estimate
from explorer.search.exhaustive import Exhaustive
from explorer.search.spinning import ROUNDS

if TYPE_CHECKING:
    from explorer.engine.chooser import Chooser

#: Makes one run under a chooser, with unknown time (`Case.timed=False`), and returns its world.
Run = Callable[["Chooser"], Any]
#: Looks at a run that was made, before the next is; True ends the search.
OnRun = Callable[[Any], bool]


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
) -> Exploration:
    """Run every trace of a program once.

    Args:
        run: see `Run`. Must be a function of the chooser's decisions.
        on_run: see `OnRun`; called for every trace, those that were cut off too.
        max_executions: runs to make at most.
        seconds: of real time, at most.
        progress: called after each run with the counts so far.
        done: filled in as the search goes on, for who wants to look at it from outside.

    Raises:
        Nondeterministic: a run did not repeat what an earlier one did.
    """
    done = Exploration() if done is None else done
    search = Exhaustive(run)
    began = perf_counter()
    while not done.stopped:
        world = run(search)
        _count(done, world)
        if on_run is not None and not world.abandoned and on_run(world):
            done.stopped = "stopped at a finding"
            break
        more = search.learn(world)
        done.probes = search.probes.made
        done.bounded = search.bounded
        done.executions = done.traces + done.redundant + done.probes
        done.seconds = perf_counter() - began
        if progress is not None:
            done.estimate = estimate(search.nodes, done.traces)
            progress(done)
        if not more:
            done.complete = True
            break
        done.stopped = _reason(done, max_executions, seconds)
    done.estimate = estimate(search.nodes, done.traces)
    return done


def _count(done: Exploration, world: Any) -> None:
    done.executions += 1
    if world.abandoned:
        done.redundant += 1
    else:
        done.traces += 1
        done.cut_off += world.cut_off


def _reason(done: Exploration, max_executions: int | None, seconds: float | None) -> str:
    """Why the search has to stop here; empty if it has not."""
    if max_executions is not None and done.executions >= max_executions:
        return f"{max_executions} executions"
    if seconds is not None and done.seconds >= seconds:
        return f"{seconds:.3g} seconds"
    return ""
