"""Strict replay: a saved case must do again, step by step, what it did when it was saved.

At every step the chosen actor, its operation and the set of those who could have gone on must be
the recorded ones, and the run must be exactly as long; otherwise the replay has diverged. Silently
running past a recording is how a replay that shows nothing passes for a bug that is gone. Only of a
run that has no end (a livelock) is the recording the beginning: it must reach the limit of steps.

The run is abandoned at the first difference and `finish` raises: an exception raised by a chooser
would surface inside the program under test, which may catch it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from explorer.errors import Diverged
from explorer.model.saved import Step
from explorer.model.schedule import Schedule, object_label
from explorer.search.replay import Replay

if TYPE_CHECKING:
    from explorer.engine.loop import LogEntry
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation
    from explorer.model.trace import SourceLine


class StrictReplay:
    """Plays `schedule` and holds each step of the run against `steps`; call `finish` after it.

    Args:
        file: the case file, for the message.
        endless: the recorded run was cut off at the limit of steps, and so must this one be.
        where: gives the line of the program that an actor has come to, for the message.
    """

    every_step = True

    def __init__(
        self,
        schedule: Schedule,
        steps: Sequence[Step],
        *,
        file: str = "CASE.json",
        endless: bool = False,
        where: Callable[[Actor], SourceLine | None] | None = None,
    ) -> None:
        self.replay = Replay(schedule)
        self.delay = self.replay.delay
        self.steps = steps
        self.file = file
        self.endless = endless
        self.where = where
        self.log: list[LogEntry] = []
        self.checked = 0
        self.divergence: Diverged | None = None

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins."""
        self.log = log
        self.checked = 0
        self.divergence = None
        self.replay.begin(log)

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """The actor that the schedule names, if that is what was recorded; else None."""
        self._check_performed()
        chosen = self.replay.choose(ready, last)
        if self.divergence is None and chosen is not None:
            self._check(ready, chosen)
        return chosen if self.divergence is None else None

    def finish(self, *, cut_off: bool = False) -> None:
        """Call when the run is over; `cut_off`: since it had reached its limit of steps.

        Raises:
            Diverged: at the first step that was not as recorded, or missing, or too many.
        """
        self._check_performed()
        if self.divergence is None and len(self.log) < len(self.steps):
            step = self.steps[len(self.log)]
            self._diverge(f"the case expects {step}, but the run is over")
        if self.divergence is None and self.endless and not cut_off:
            self._diverge("the case has no end, but the run is over")
        if self.divergence is not None:
            raise self.divergence

    def _check_performed(self) -> None:
        """Check the events since the last decision, the eager ones among them."""
        while self.divergence is None and self.checked < len(self.log):
            actor, operation, _ = self.log[self.checked]
            if self.checked >= len(self.steps):
                if self.endless:
                    return
                self._diverge(f"the case ends here, but {_did(actor, operation)}")
            elif _differs(actor, operation, self.steps[self.checked]):
                step = self.steps[self.checked]
                self._diverge(f"the case expects {step}, but {_did(actor, operation)}")
            else:
                self.checked += 1

    def _check(self, ready: list[Actor], chosen: Actor) -> None:
        """Check the decision that is being made."""
        if self.checked >= len(self.steps):
            if self.endless:
                return
            self._diverge(f"the case ends here, but {self._about(chosen)}")
            return
        step = self.steps[self.checked]
        names = [actor.name for actor in ready]
        expected = next((actor for actor in ready if actor.name == step.process), None)
        if expected is None:
            only = "only " if len(names) < len(step.enabled) else ""
            self._diverge(f"the case expects {step}, but {only}{_listed(names)} can go on")
        elif expected.pending is None or _differs(expected, expected.pending, step):
            self._diverge(f"the case expects {step}, but {self._about(expected)}")
        elif tuple(names) != step.enabled:
            self._diverge(
                f"{step}, as the case expects, but {_listed(names)} could go on, "
                f"where the case has {_listed(step.enabled)}"
            )
        elif chosen is not expected:
            self._diverge(
                f"the case expects {step}, but {self._about(chosen)} "
                "and the schedule does not leave it there"
            )

    def _about(self, actor: Actor) -> str:
        pending = actor.pending
        if pending is None:
            return f"{actor.name} is about to do nothing"
        line = None if self.where is None else self.where(actor)
        at = "" if line is None else f" ({line})"
        return f"{actor.name} is about to {pending.kind.name} {object_label(pending)}{at}"

    def _diverge(self, what: str) -> None:
        self.divergence = Diverged(
            f"Step {self.checked + 1} of {len(self.steps)}: {what}. Most likely the program was "
            'changed since the case was saved. If that was the fix, set "expect": "passes" in '
            f"{self.file}: it then guards against the defect. If not, `race-explorer hunt` makes "
            "a new case of the program as it is now. If nothing was changed, the program reads "
            "something outside its schedule (clock, urandom, environment, a file): "
            f"`race-explorer replay --twice {self.file}` shows whether two runs of it differ.",
            self.checked,
        )


def _differs(actor: Actor, operation: Operation, step: Step) -> bool:
    found = (actor.name, operation.kind.name, object_label(operation))
    return found != (step.process, step.operation, step.object)


def _did(actor: Actor, operation: Operation) -> str:
    return f"{actor.name} did {operation.kind.name} {object_label(operation)}"


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "nobody"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
