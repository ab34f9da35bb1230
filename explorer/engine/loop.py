"""The one loop: which enabled actor goes next, and what its operation does.

Every world runs this loop, and every search is a `Chooser` it consults. Invariants: `ready` is
sorted by creation order and holds exactly the actors whose pending operation can go on; virtual
time moves only when it is empty, or in a run that is long (`fairness`); an object is changed only
by `advance`, or by `perform_now` for the eager operations, which commute with everything the other
actors can do.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, Protocol

from explorer.engine.clock import TICK
from explorer.engine.fairness import Turns
from explorer.model.actor import Actor, new_actor
from explorer.model.operation import Operation, Raised, Refused

if TYPE_CHECKING:
    from explorer.engine.chooser import Chooser
    from explorer.objects.base import SharedObject

#: One thing that happened: who, what, and what it returned (or `Raised`).
LogEntry = tuple[Actor, Operation, Any]


class Recorder(Protocol):
    """Who wants to know about every step of a run."""

    def __call__(self, engine: Any, actor: Actor, operation: Operation) -> None:
        """`actor` is about to perform `operation`."""
        ...

    def finish(self, world: Any) -> None:
        """The run is over; nobody is unwound yet."""
        ...


class Engine:
    """The state of one run and the loop that drives it.

    Args:
        chooser: decides at every point where more than one actor can go on.
        limit: operations after which the run is cut off (`livelock`). From half of it on all take
            turns, whatever the chooser would say (`fairness`).
        timed: False treats time as unknown: sleeps order nothing, and a timed wait may time out
            whenever it would have to wait.
        recorder: told before each event, to keep what the fast path throws away: enabled sets,
            clock, source lines.
        hub: who has the turn while no actor has it; may be the same in many runs.
    """

    # Slots, and all of them set: an attribute that may stand on the class is looked up slowly.
    __slots__ = (
        "abandoned",
        "actors",
        "choose",
        "cut_off",
        "delay",
        "ended",
        "every_step",
        "fair_from",
        "hub",
        "last",
        "limit",
        "log",
        "most",
        "now",
        "ready",
        "recorder",
        "timed",
        "timers",
        "timers_set",
        "urgent",
        "wakes",
    )

    def __init__(
        self,
        chooser: Chooser,
        limit: int = 10_000,
        timed: bool = True,
        recorder: Recorder | None = None,
        hub: Actor | None = None,
    ) -> None:
        self.choose = chooser.choose
        self.every_step = chooser.every_step
        self.delay = chooser.delay
        self.limit = (limit + 1) // 2  # operations until all take turns, then `most`
        self.most = limit
        self.fair_from: int | None = None  # how many operations there were before that
        self.timed = timed
        self.recorder = recorder
        self.actors: list[Actor] = []
        self.ready: list[Actor] = []
        self.log: list[LogEntry] = []
        self.timers: list[tuple[int, int, Actor, Operation, bool]] = []
        #: Who of the hidden actors and threads was woken (or made) after how many events.
        self.wakes: list[tuple[int, Actor]] = []
        self.hub = self.last = new_actor(-1, "hub", None) if hub is None else hub
        self.now = 0  # virtual nanoseconds
        self.timers_set = 0  # breaks ties: first set, first due
        self.urgent: Actor | None = None  # to be resumed at once, without a decision
        self.cut_off = False  # the step limit was reached
        self.abandoned = False  # the chooser gave the run up
        self.ended = 0  # actors that have ended or were killed
        begin = getattr(chooser, "begin", None)  # see `Reading`
        if begin is not None:
            begin(self.log)

    def advance(self) -> Actor:
        """Make decisions and apply operations until some actor's own code has to go on.

        Returns that actor, its operation's result in `actor.result`; `hub` when the run is over.
        """
        ready, log = self.ready, self.log
        while True:
            if self.urgent is not None:
                actor, self.urgent = self.urgent, None
                return actor
            if len(ready) > 1 or (self.every_step and ready):
                # What stands in a slot is loaded before it is called: CPython 3.11 is slow to
                # look it up as a method, which it is not (0.05 µs a call).
                choose = self.choose
                chosen = choose(ready, self.last)
                if chosen is None:
                    self.abandoned = True
                    return self.hub
                actor = chosen
            elif ready:
                actor = ready[0]
            elif self.elapse():
                continue
            else:
                return self.hub
            if len(log) >= self.limit:
                if self.take_turns():
                    continue
                return self.hub
            self.last = actor
            operation: Operation = actor.pending  # type: ignore[assignment]  # who is ready has one
            kind = operation.kind
            if kind.ready is not None or self.recorder is not None:
                self.apply(actor)
            else:  # what `apply` does to it, without the call: 5 % of a run
                changed = operation.object
                try:
                    apply = kind.apply
                    result = actor.result = apply(changed, actor, operation)
                except Refused as refused:
                    result = actor.result = Raised(refused.error)
                log.append((actor, operation, result))
                if changed.waiting:
                    self.rouse(changed)
                if kind.wide:
                    for other in changed.affected():
                        self.rouse(other)
            if actor.greenlet is not None:
                return actor
            if actor.job is not None:
                actor.job()  # a hidden actor: posts its next operation, or retires
            else:  # what `retire` does to one that waits for nothing
                actor.ready = False
                ready.remove(actor)
                actor.ended = True
                self.ended += 1

    def take_turns(self) -> bool:
        """Let everybody have a turn from now on; False if they had, and the run is cut off."""
        if self.fair_from is not None:
            self.cut_off = True
            return False
        self.fair_from = len(self.log)
        self.limit = self.most
        self.choose = Turns(self).choose
        self.every_step = True
        return True

    def apply(self, actor: Actor) -> None:
        """Perform `actor`'s pending operation and wake whom it enables."""
        operation: Operation = actor.pending  # type: ignore[assignment]  # who is ready has one
        if self.recorder is not None:
            self.recorder(self, actor, operation)
        kind = operation.kind
        changed = operation.object
        if kind.ready is not None:
            operation.gate.waiting.remove(actor)
        try:
            apply = kind.apply
            result = actor.result = apply(changed, actor, operation)
        except Refused as refused:
            result = actor.result = Raised(refused.error)
        self.log.append((actor, operation, result))
        if changed.waiting:
            self.rouse(changed)
        if kind.wide:
            for other in changed.affected():
                self.rouse(other)

    def perform_now(self, actor: Actor, operation: Operation) -> Any:
        """Perform an eager operation of the running actor: recorded, but no decision."""
        self.last = actor
        actor.pending = operation
        kind = operation.kind
        if kind.eager and self.recorder is None:  # it enables nobody, and none is refused
            apply = kind.apply
            result = actor.result = apply(operation.object, actor, operation)
            self.log.append((actor, operation, result))
            return result
        if kind.ready is not None:
            operation.gate.waiting.append(actor)
        self.apply(actor)
        return actor.result

    def post(self, actor: Actor, operation: Operation) -> None:
        """Make `operation` what `actor` is about to do, after its jitter if it has any."""
        actor.pending = operation
        actor.expired = False
        if actor.greenlet is None:
            self.wakes.append((len(self.log), actor))
        if self.delay is not None and not (actor.eager and operation.kind.eager):
            ticks = self.delay(actor, operation)
            if ticks:
                self.suspend(actor)
                self.set_timer(ticks * TICK, actor, operation, delayed=True)
                return
        self.offer(actor, operation)

    def offer(self, actor: Actor, operation: Operation) -> None:
        """Enable `actor` if its operation can go on now, else let it wait at the gate."""
        is_ready = operation.kind.ready
        if is_ready is None:
            self.enable(actor)
            return
        operation.gate.waiting.append(actor)
        if is_ready(operation.object, actor, operation):
            self.enable(actor)
            return
        self.block(actor, operation)

    def block(self, actor: Actor, operation: Operation) -> None:
        """Let `actor` wait; with a time-out not for ever, with unknown time not at all."""
        self.suspend(actor)
        if operation.timeout is None:
            return
        if self.timed:
            self.set_timer(operation.timeout, actor, operation, delayed=False)
        else:
            actor.expired = True
            self.enable(actor)

    def enable(self, actor: Actor) -> None:
        """Put `actor` into the ready list, at its place by creation order."""
        if actor.ready:
            return
        actor.ready = True
        ready = self.ready
        place = len(ready)
        while place and ready[place - 1].index > actor.index:
            place -= 1
        ready.insert(place, actor)

    def suspend(self, actor: Actor) -> None:
        """Take `actor` out of the ready list."""
        if actor.ready:
            actor.ready = False
            self.ready.remove(actor)

    def rouse(self, changed: SharedObject) -> None:
        """Look again at everybody who waits at an object that has just changed."""
        for actor in tuple(changed.waiting):
            operation: Operation = actor.pending  # type: ignore[assignment]  # they all have one
            is_ready = operation.kind.ready
            if actor.expired or is_ready is None or is_ready(operation.object, actor, operation):
                if actor.eager and operation.kind.eager and operation.timeout is None:
                    # Not `enable`: only the main process is eager, and it comes first.
                    actor.ready = True
                    self.ready.insert(0, actor)
                    self.apply(actor)
                    self.urgent = actor
                else:
                    self.enable(actor)
            elif actor.ready:
                self.block(actor, operation)  # it could go on when it came, and now cannot

    def retire(self, actor: Actor) -> None:
        """Take an actor that has ended, or was killed, out of the game."""
        if actor.ready:
            actor.ready = False
            self.ready.remove(actor)
        waiting = () if actor.pending is None else actor.pending.gate.waiting
        if waiting and actor in waiting:
            waiting.remove(actor)
        actor.ended = True
        self.ended += 1

    def set_timer(self, after: int, actor: Actor, operation: Operation, *, delayed: bool) -> None:
        """Wake `actor` `after` nanoseconds from now, if it is still at `operation` then."""
        self.timers_set += 1
        heappush(self.timers, (self.now + after, self.timers_set, actor, operation, delayed))

    def elapse(self) -> bool:
        """Move the clock to the next timer and wake all that are due; False if there is none."""
        woke = False
        timers = self.timers
        while timers and not (woke and timers[0][0] > self.now):
            when, _, actor, operation, delayed = heappop(timers)
            if actor.ended or actor.pending is not operation:
                continue
            self.now = max(self.now, when)
            woke = True
            if delayed:
                self.offer(actor, operation)
            else:
                actor.expired = True
                self.enable(actor)
        return woke
