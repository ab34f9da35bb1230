"""Barrier: parties that wait for each other, round after round.

After Lib/threading.py (`Barrier`), which multiprocessing runs on its own Condition: a round
fills, drains when the last party has come, and only when the last has left does the next begin.
An action runs under the barrier's lock, in the process of the last party to come.
"""

from __future__ import annotations

from threading import BrokenBarrierError
from typing import Any, ClassVar, Final

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind, Refused
from explorer.objects.event import ASLEEP, Asleep
from explorer.objects.sleepers import HANGS, Hangs, Sleepers, hanging

FILLING: Final = 0
DRAINING: Final = 1
RESETTING: Final = -1
BROKEN: Final = -2


class Act:
    """The result for the last party to come where there is an action: it is to run it."""

    def __repr__(self) -> str:
        return "runs the action"


ACT: Final = Act()


class Barrier(Sleepers):
    """`count` parties are inside; `acting` runs the action."""

    __slots__ = ("acting", "acts", "count", "index", "parties", "state")
    kind: ClassVar[str] = "barrier"
    label: ClassVar[str] = "Barrier"

    def __init__(self, name: str, parties: int, *, acts: bool = False) -> None:
        super().__init__(name)
        self.parties = parties
        self.acts = acts
        self.state = FILLING
        self.count = 0
        self.acting: Actor | None = None
        self.index: dict[Actor, int] = {}  # of those who are inside

    def is_free(self, actor: Actor, operation: Operation) -> bool:
        """Whether the lock inside can be had."""
        return self.acting is None and self.stuck is None

    def can_enter(self, actor: Actor, operation: Operation) -> bool:
        """Not while the last round is leaving."""
        return self.is_free(actor, operation) and self.state in (FILLING, BROKEN)

    def wait(self, actor: Actor, operation: Operation) -> int | Asleep | Act | Hangs:
        """Come in: the index of the last party to come, `ASLEEP` for the others."""
        if self.state == BROKEN:
            raise Refused(BrokenBarrierError())
        index = self.index[actor] = self.count
        self.count += 1
        if index + 1 != self.parties:
            self.lie_down(actor)
            return ASLEEP
        if self.acts:
            self.acting = actor
            return ACT
        return self.release(actor, operation)

    def release(self, actor: Actor, operation: Operation) -> int | Hangs:
        """The last party lets everybody go, and is the first to leave."""
        self.acting = None
        self.state = DRAINING
        if self.hangs(actor):
            return HANGS
        return self._leave(actor)

    def give_up(self, actor: Actor, operation: Operation) -> Hangs | None:
        """The action has raised: the barrier is broken."""
        self.acting = None
        self.state = BROKEN
        if self.hangs(actor):
            return HANGS
        self._leave(actor)
        return None

    def can_leave(self, actor: Actor, operation: Operation) -> bool:
        """The round is over, one way or the other."""
        return self.state != FILLING and self.is_free(actor, operation)

    def leave(self, actor: Actor, operation: Operation) -> int | Asleep | Hangs:
        """The index of a party that slept; breaks the barrier if its time is up.

        `ASLEEP` if its time is up while the action runs: it waits for the lock, and looks again.
        """
        if self.stuck is not None:
            return HANGS
        if self.acting is not None:
            return ASLEEP
        self.get_up(actor)
        if self.state == FILLING:
            self.state = BROKEN
            if self.hangs(actor):
                return HANGS
        broken = self.state < 0
        index = self._leave(actor)
        if broken:
            raise Refused(BrokenBarrierError())
        return index

    def _leave(self, actor: Actor) -> int:
        self.count -= 1
        if self.count == 0 and self.state in (RESETTING, DRAINING):
            self.state = FILLING
        return self.index.pop(actor)

    def abort(self, actor: Actor, operation: Operation) -> Hangs | None:
        """Break it."""
        self.state = BROKEN
        return HANGS if self.hangs(actor) else None

    def reset(self, actor: Actor, operation: Operation) -> Hangs | None:
        """Begin anew; who waits now is told that it is broken."""
        if self.count == 0:
            self.state = FILLING
        elif self.state in (FILLING, BROKEN):
            self.state = RESETTING
        return HANGS if self.hangs(actor) else None

    def hangs(self, actor: Actor) -> bool:
        """Whether notifying everybody hangs on one who is dead."""
        if self.dead:
            self.stuck = actor
        return self.stuck is not None

    def n_waiting(self, actor: Actor, operation: Operation) -> int:
        """How many wait for the others to come."""
        return self.count if self.state == FILLING else 0

    def broken(self, actor: Actor, operation: Operation) -> bool:
        """Whether it is broken."""
        return self.state == BROKEN

    def holders(self, actor: Actor, operation: Operation) -> list[Actor | Any]:
        """Who runs the action."""
        if self.acting is not None and self.acting is not actor:
            return [self.acting]
        return super().holders(actor, operation)

    def check(self) -> None:
        """Everybody inside has an index; nobody is left inside of an empty round."""
        super().check()
        assert self.count == len(self.index)
        assert self.count or self.state in (FILLING, BROKEN)


WAIT: OperationKind = OperationKind("wait", Barrier.wait, Barrier.can_enter)
LEAVE = OperationKind("leave", Barrier.leave, Barrier.can_leave)
LEAVE_IN_TIME = OperationKind("leave in time", Barrier.leave, Barrier.can_leave)
#: With a time-out of zero.
LEAVE_NOW = OperationKind("leave in time", Barrier.leave)
RELEASE = OperationKind("release", Barrier.release)
GIVE_UP = OperationKind("give up", Barrier.give_up)
ABORT = OperationKind("abort", Barrier.abort, Barrier.is_free)
RESET = OperationKind("reset", Barrier.reset, Barrier.is_free)
N_WAITING = OperationKind("n_waiting", Barrier.n_waiting)
BROKEN_NOW = OperationKind("broken", Barrier.broken)
HANG = hanging("wait")
