"""What the virtual world predicts of one run, in the form in which the gated world checks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from explorer.model.actor import MAIN
from explorer.model.text import show
from explorer.model.trace import Blocked, Event, Trace
from explorer.objects.barrier import ACT
from explorer.objects.channel import PARKED, UNFINISHED
from explorer.objects.event import ASLEEP
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
#: What is gated of pools and executors; and what is not, of their workers.
_OF_TASKS: Final = frozenset({"submit", "take", "done", "send", "get", "next", "next of any"})
_OF_LIVES: Final = frozenset({"start", "exit", "die", "join", "terminate", "poll"})
#: The operations of sleepers that were notified, or whose time is up.
WAKING: Final = frozenset({"wake", "leave", "leave in time"})
#: Operations that notify sleepers, and what a waiting one results in that does not.
_NOTIFYING: Final = frozenset({"notify", "set", "release", "give up", "abort", "reset"})
_LYING_DOWN: Final = frozenset({None, show(ASLEEP), show(ACT)})


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
    number: int = 0  # in the trace, from 1; 0: as it stands here

    def __str__(self) -> str:
        return f"{self.actor} to {self.operation} {self.label}"

    @property
    def hangs(self) -> bool:
        """Whether the real operation does not come back from here."""
        return self.result == HANGING

    def notifies(self, notified: bool) -> bool:
        """Whether it wakes sleepers of its object.

        Args:
            notified: whoever does it was notified itself; a party of a barrier that was not, and
                leaves, breaks the barrier.
        """
        if self.raised and self.operation != "leave in time":
            return False
        if self.operation == "wait":
            return self.label.rpartition(".")[2].startswith("Barrier") and (
                self.result not in _LYING_DOWN
            )
        if self.operation == "leave in time":
            return not notified
        return self.operation in _NOTIFYING

    @property
    def lies_down(self) -> bool:
        """Whether whoever does it sleeps from then on."""
        on = self.label.rpartition(".")[2].partition("#")[0]
        if self.operation != "wait" or self.raised:
            return False
        return on == "Condition" or (on in ("Event", "Barrier") and self.result == show(ASLEEP))

    @property
    def is_woken(self) -> bool:
        """Whether it is the waking of somebody who was notified."""
        return self.operation in WAKING and not (self.result or "").startswith("False")

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
    raised: tuple[tuple[str, str], ...] = ()  # process, type of the exception that ended it
    output: str = ""
    threaded: tuple[str, ...] = ()  # processes with threads that the program has started

    @property
    def killed(self) -> tuple[str, ...]:
        """Who dies of a signal: perhaps in the middle of failing."""
        return tuple(process for process, code in self.exit_codes if _is_killed(code))

    def is_over_after(self, number: int) -> bool:
        """Whether with step `number` (from 1) the main process ends, as the last of all."""
        last = number == len(self.steps) and self.end == "finished"
        return last and self.steps[-1].process == MAIN


def _is_killed(code: int | None) -> bool:
    return code is not None and code < 0


def prediction_of(trace: Trace) -> Prediction:
    """The prediction that a recorded virtual run makes."""
    workers = {ending.process for ending in trace.endings if ending.works}
    return Prediction(
        steps=tuple(
            ExpectedStep(
                event.actor,
                event.process,
                "done" if _is_pool(event.object) and event.operation == "send" else event.operation,
                event.object if _is_pool(event.object) else event.label,
                event.value,
                event.result,
                event.error,
                event.time,
                event.step + 1,
            )
            for event in trace.events
            if not _is_left_to_the_library(event, workers)
        ),
        end=trace.end,
        blocked=tuple(
            (blocked.actor, blocked.operation, label_of(blocked)) for blocked in trace.blocked
        ),
        exit_codes=tuple(
            (ending.process, ending.exitcode) for ending in trace.endings if not ending.works
        ),
        raised=tuple(
            (ending.process, ending.error_type)
            for ending in trace.endings
            if ending.error_type and not _is_killed(ending.exitcode)
        ),
        output=trace.output,
        threaded=tuple(sorted({e.process for e in trace.events if "/Thread-" in e.actor})),
    )


def label_of(blocked: Blocked) -> str:
    """What somebody waits for, as real processes name it."""
    if blocked.key is None or _is_pool(blocked.object):
        return blocked.object
    return f"{blocked.object}[{blocked.key}]"


def _is_pool(name: str) -> bool:
    """Whether an object is a Pool or an Executor."""
    return name.rpartition(".")[2].partition("#")[0] in ("Pool", "Executor")


def _is_left_to_the_library(event: Event, workers: set[str]) -> bool:
    """Whether an event is one of what goes on around the workers of a pool (see `pools`)."""
    if "/keeper of " in event.actor:
        return True
    if _is_pool(event.object):
        return event.operation not in _OF_TASKS
    return event.object in workers and event.operation in _OF_LIVES
