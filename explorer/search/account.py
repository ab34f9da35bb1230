"""What a search did, and what a pass rests on, in words."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.search.spinning import ROUNDS


@dataclass(slots=True)
class Exploration:
    """What a search did.

    `executions`: all runs made. Of these, `traces` led to the end, each along another trace;
    `redundant` were given up because all that they could still do had been done, and `probes`
    only tried whether somebody could go on. `cut_off` traces were so
    long that everybody took turns in the end, and no other order of that was tried.
    `estimate`: how many traces there will have been in the end.
    `complete`: there is nothing left to run; `stopped` says why, if not. `bounded`: a loop that
    waits was not followed further than `spinning.ROUNDS` fruitless rounds, but where nobody else
    could go on. `preemptions`: every schedule with up to so many was run (-1: that is not known).
    """

    executions: int = 0
    traces: int = 0
    redundant: int = 0
    probes: int = 0
    cut_off: int = 0
    estimate: float = 1.0
    complete: bool = False
    bounded: bool = False
    preemptions: int = -1
    stopped: str = ""
    seconds: float = 0.0

    @property
    def exhaustive(self) -> bool:
        """Whether every trace was run to its end; see `coverage` for what that means."""
        return self.complete and not self.cut_off

    @property
    def coverage(self) -> str:
        """What a pass rests on, in words."""
        if not self.complete:
            within = "" if self.preemptions < 0 else f"all schedules with {up_to(self.preemptions)}"
            if within and not self.stopped:
                return f"bounded: {within}"
            figure = about(self.estimate)
            traces = "trace" if figure == "1" else "traces"
            share = f"{self.traces} of about {figure} {traces} ({self.stopped})"
            return f"{within}, and {share}" if within else share
        fair = f", loops that wait up to {ROUNDS} rounds" if self.bounded else ""
        cut = f", {self.cut_off} of them cut off at the limit of steps" if self.cut_off else ""
        every = "the only trace" if self.traces == 1 else f"all {self.traces} traces"
        return f"{every}{fair}{cut}"


def up_to(preemptions: int) -> str:
    """A bound in words."""
    if preemptions == 0:
        return "no preemption"
    return f"up to {preemptions} preemption{'' if preemptions == 1 else 's'}"


def about(number: float) -> str:
    """An estimate in figures: "120", "3.1e9"."""
    return (
        f"{number:.0f}" if number < 1e6 else f"{number:.1e}".replace("e+0", "e").replace("e+", "e")
    )
