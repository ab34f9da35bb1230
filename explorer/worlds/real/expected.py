"""What the virtual world predicts of one run, in the form in which the gated world checks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from explorer.model.text import show
from explorer.model.trace import Trace
from explorer.objects.channel import PARKED, UNFINISHED
from explorer.objects.sleepers import HANGS

#: The result of an operation that got half way and then waits for ever.
HANGING: Final = show(HANGS)
#: Results of operations whose second half is an operation of its own: (operation, result).
HALVES: Final = frozenset(
    {
        ("get", show(PARKED)),
        ("flush", show(UNFINISHED)),
        ("put", show(UNFINISHED)),
        ("send", show(False)),
    }
)


@dataclass(frozen=True, slots=True)
class ExpectedStep:
    """One event: who did what, and what came of it."""

    actor: str
    process: str
    operation: str
    label: str
    value: str | None
    result: str | None
    raised: bool
    time: int

    def __str__(self) -> str:
        return f"{self.actor} to {self.operation} {self.label}"

    @property
    def hangs(self) -> bool:
        """Whether the real operation does not come back from here."""
        return self.result == HANGING

    @property
    def is_half(self) -> bool:
        """Whether the rest of it is a step of its own."""
        return (self.operation, self.result) in HALVES


@dataclass(frozen=True, slots=True)
class Prediction:
    """All of a run: its steps, who waits for ever in the end, and how each process ended."""

    steps: tuple[ExpectedStep, ...]
    end: str
    blocked: tuple[tuple[str, str, str], ...] = ()  # actor, operation, object
    exit_codes: tuple[tuple[str, int | None], ...] = ()
    output: str = ""

    def is_over_after(self, number: int) -> bool:
        """Whether with step `number` (from 1) the main process ends, as the last of all."""
        last = number == len(self.steps) and self.end == "finished"
        return last and self.steps[-1].process == "MainProcess"


def prediction_of(trace: Trace) -> Prediction:
    """The prediction that a recorded virtual run makes."""
    return Prediction(
        steps=tuple(
            ExpectedStep(
                event.actor,
                event.process,
                event.operation,
                event.label,
                event.value,
                event.result,
                event.error,
                event.time,
            )
            for event in trace.events
        ),
        end=trace.end,
        blocked=tuple(
            (
                blocked.actor,
                blocked.operation,
                blocked.object if blocked.key is None else f"{blocked.object}[{blocked.key}]",
            )
            for blocked in trace.blocked
        ),
        exit_codes=tuple((ending.process, ending.exitcode) for ending in trace.endings),
        output=trace.output,
    )
