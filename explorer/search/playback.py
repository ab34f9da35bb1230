"""Play a run again, decision by decision: the exact repetition that recording needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from explorer.engine.loop import LogEntry
from explorer.errors import Nondeterministic
from explorer.model.actor import Actor
from explorer.model.operation import Operation


def decisions(log: Iterable[LogEntry]) -> list[str]:
    """Who performed each event of a run that was a decision (eager ones are not)."""
    return [actor.name for actor, operation, _ in log if not is_eager(actor, operation)]


def is_eager(actor: Actor, operation: Operation) -> bool:
    """Whether an event was performed without a decision (see `OperationKind.eager`)."""
    return actor.eager and operation.kind.eager and operation.timeout is None


class Playback:
    """Chooses the recorded actor at every step, and then goes on with `after`.

    If that actor cannot go on, the program is not a function of its case: the run is abandoned,
    and `finish`, to be called after it, raises. (What is raised in `choose` would surface in the
    program under test, which may catch it.)
    """

    every_step = True

    def __init__(
        self,
        order: Sequence[str],
        delay: Callable[[Actor, Operation], int] | None = None,
        after: Callable[[list[Actor], Actor], Actor | None] | None = None,
    ) -> None:
        self.order = order
        self.delay = delay
        self.after = after
        self.step = 0
        self.failure: Nondeterministic | None = None

    def finish(self) -> None:
        """Call when the run is over.

        Raises:
            Nondeterministic: it was not the recorded run.
        """
        if self.failure is not None:
            raise self.failure

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins: jitter that counts what has happened counts anew."""
        begin = getattr(self.delay, "begin", None)
        if begin is not None:
            begin(log)

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """The next recorded actor."""
        if self.step >= len(self.order):
            return ready[0] if self.after is None else self.after(ready, last)
        wanted = self.order[self.step]
        self.step += 1
        for actor in ready:
            if actor.name == wanted:
                return actor
        names = ", ".join(actor.name for actor in ready)
        self.failure = Nondeterministic(
            f"Decision {self.step}: the same run was made again, and {wanted} should go next, "
            f"but only {names} can. The program reads something outside its case: the clock, "
            "urandom, the environment, the order of a set of strings, or state that an earlier "
            "run left in a module."
        )
        return None
