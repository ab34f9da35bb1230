"""Condition: give the lock up and sleep; be notified; have the lock again.

A wait is two events: `wait` lets go of the lock, `wake` has it back. Waking and taking the lock
are one event, because nobody can tell them apart: a process that was notified does nothing
before it has the lock. Which of several sleepers a `notify` wakes is left open, as it is on a
semaphore; but it is one of those who slept by then, never one who lay down later: a permit is
good for sleepers older than itself.

After Lib/multiprocessing/synchronize.py. Not modelled there: a time-out that expires in the very
moment of a notification, and swallows it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind, Refused
from explorer.objects.base import SharedObject
from explorer.objects.lock import Lock
from explorer.objects.sleepers import HANGS, Hangs, Sleepers, hanging


class Condition(Sleepers):
    """`lock` may be a Lock or an RLock; `permits` are notifications not yet used, oldest first."""

    __slots__ = ("born", "clock", "counts", "lock", "permits")
    kind: ClassVar[str] = "condition"
    label: ClassVar[str] = "Condition"
    error: ClassVar[type[Exception]] = AssertionError
    wait_refused: ClassVar[str] = "must acquire() condition before using wait()"
    notify_refused: ClassVar[str] = "lock is not owned"

    def __init__(self, name: str, lock: Lock) -> None:
        super().__init__(name)
        self.lock = lock
        self.clock = 0
        self.permits: list[int] = []  # when each was given
        self.born: dict[Actor, int] = {}  # when each sleeper lay down
        self.counts: dict[Actor, int] = {}  # how often each had taken the lock

    def affected(self) -> list[SharedObject]:
        """Waiting and waking change the lock."""
        return [self.lock]

    def owned(self, actor: Actor) -> bool:
        """Whether `actor` may wait and notify."""
        return self.lock.owner is actor

    def wait(self, actor: Actor, operation: Operation) -> None:
        """Let go of the lock, however often it was taken, and sleep."""
        if not self.owned(actor):
            raise Refused(self.error(self.wait_refused))
        self.counts[actor] = self.lock.give_up()
        self.clock += 1
        self.born[actor] = self.clock
        self.lie_down(actor)

    def permit(self, actor: Actor) -> int | None:
        """The oldest notification that is good for `actor`.

        The oldest, because it is good for the fewest others.
        """
        born = self.born[actor]
        return next((given for given in self.permits if given >= born), None)

    def is_notified(self, actor: Actor) -> bool:
        """Whether there is a notification for `actor`."""
        return self.permit(actor) is not None

    def use_permit(self, actor: Actor) -> None:
        """`actor` goes on, and its notification is used up."""
        permit = self.permit(actor)
        assert permit is not None
        self.permits.remove(permit)

    def can_wake(self, actor: Actor, operation: Operation) -> bool:
        """Notified, and the lock can be had."""
        return self.lock.is_open_to(actor) and self.is_notified(actor)

    def wake(self, actor: Actor, operation: Operation) -> bool | Awake:
        """Have the lock again; False if nobody notified it in time.

        `Awake`, if the time is up or it was notified, but the lock is not to be had: then
        taking it is an operation of its own.
        """
        notified = self.is_notified(actor)
        if notified:
            self.use_permit(actor)
        self.get_up(actor)
        del self.born[actor]
        count = self.counts.pop(actor)
        if not self.lock.is_open_to(actor):
            return Awake(notified, count)
        self.lock.take(actor, count)
        return notified

    def notify(self, actor: Actor, operation: Operation) -> Hangs | None:
        """Wake as many sleepers as `operation.value` says; hangs if only dead ones are left.

        Nobody can go on before the lock is released, so nobody is roused here.
        """
        if not self.owned(actor):
            raise Refused(self.error(self.notify_refused))
        asleep = len(self.sleepers) - len(self.permits)
        wanted = min(operation.value, asleep + len(self.dead))
        self.permits.extend([self.clock] * min(wanted, asleep))
        if wanted <= asleep:
            return None
        self.stuck = actor
        return HANGS

    def bury(self, actor: Actor) -> None:
        """A sleeper is dead, unless it must have been one of those who had been notified."""
        del self.born[actor]
        del self.counts[actor]
        surplus = next((given for given in self.permits if self.surplus(given)), None)
        if surplus is None:
            super().bury(actor)
        else:
            self.permits.remove(surplus)

    def surplus(self, given: int) -> bool:
        """Whether more permits were given up to then than there are sleepers to take them."""
        old_enough = sum(born <= given for born in self.born.values())
        return sum(other <= given for other in self.permits) > old_enough

    def holders(self, actor: Actor, operation: Operation) -> list[Actor | Any]:
        """Who was notified waits for the lock; who was not, for nobody in particular."""
        if actor is self.stuck:
            return list(self.dead)
        if actor in self.born and not self.is_notified(actor):
            return []
        return self.lock.holders(actor, operation)

    def check(self) -> None:
        """No more permits than sleepers they are good for."""
        super().check()
        self.lock.check()
        assert set(self.born) == set(self.counts) == set(self.sleepers)
        assert not any(self.surplus(given) for given in self.permits)


class Awake:
    """The result of a wake that found the lock taken."""

    __slots__ = ("count", "notified")

    def __init__(self, notified: bool, count: int) -> None:
        self.notified = notified
        self.count = count

    def __repr__(self) -> str:
        return f"{self.notified}, but the lock is taken"


WAIT = OperationKind("wait", Condition.wait, wide=True)
WAKE = OperationKind("wake", Condition.wake, Condition.can_wake, wide=True)
#: The same with a time-out of zero.
WAKE_NOW = OperationKind("wake", Condition.wake, wide=True)
NOTIFY = OperationKind("notify", Condition.notify)
HANG = hanging("notify")
