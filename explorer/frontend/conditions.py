"""`multiprocessing.Condition`, `Event` and `Barrier`: handles of the state machines.

PYTEST_DONT_REWRITE: these assertions are CPython's, to the letter.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from explorer.engine.clock import NANOSECONDS, nanoseconds
from explorer.frontend.counts import compared, exact
from explorer.frontend.current import new_name, slot, world
from explorer.frontend.locks import RLock, wait_of
from explorer.frontend.pickling import Inherited, assert_spawning
from explorer.model.operation import Operation
from explorer.objects import barrier as barriers
from explorer.objects import condition as conditions
from explorer.objects import event as events
from explorer.objects import lock as locks
from explorer.objects.sleepers import HANGS


class Condition(Inherited):
    """A virtual `multiprocessing.Condition`."""

    def __init__(self, lock: Any = None, *, ctx: Any = None) -> None:
        name = new_name("Condition")
        self._lock = lock or RLock.of(locks.RLock(f"{name}.lock"))
        self._object: Any = self._machine(name)
        self._perform = world().perform
        self.acquire = self._lock.acquire
        self.release = self._lock.release

    def _machine(self, name: str) -> conditions.Condition:
        return conditions.Condition(name, self._lock._object)

    def __enter__(self) -> bool:
        return bool(self._lock.__enter__())

    def __exit__(self, *exc: object) -> None:
        self._lock.__exit__(*exc)

    def wait(self, timeout: float | None = None) -> bool:
        """Give the lock up and sleep until notified; False if that took longer than `timeout`."""
        wait = None if timeout is None else wait_of(timeout)
        found = self._object
        self._perform(Operation(conditions.WAIT, found))
        kind = conditions.WAKE_NOW if wait == 0 else conditions.WAKE
        result = self._perform(Operation(kind, found, None, None, wait, found.lock))
        if type(result) is conditions.Awake:
            self._perform(Operation(locks.RETAKE, found.lock, None, result.count))
            return result.notified
        return bool(result)

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """Wait until `predicate()` is true; its last value."""
        return wait_for(self.wait, predicate, timeout)

    def notify(self, n: int = 1) -> None:
        """Wake `n` sleepers."""
        found = self._object
        n = compared(n)
        if self._perform(Operation(conditions.NOTIFY, found, None, n, gate=found.lock)) is HANGS:
            self._perform(Operation(conditions.HANG, found))

    def notify_all(self) -> None:
        """Wake all sleepers."""
        self.notify(sys.maxsize)

    def __repr__(self) -> str:
        found = self._object
        return f"<{type(self).__name__}({self._lock}, {len(found.sleepers) - len(found.permits)})>"


def wait_for(
    wait: Callable[[float | None], Any], predicate: Callable[[], Any], timeout: float | None
) -> Any:
    """What CPython's three versions of `wait_for` do, on the virtual clock."""
    result = predicate()
    if result:
        return result
    end = None if timeout is None else slot.world.now + nanoseconds(timeout)
    while not result:
        left = None
        if end is not None:
            left = (end - slot.world.now) / NANOSECONDS
            if left <= 0:
                break
        if not wait(left) and not slot.world.timed:
            end = 0  # with unknown time, a wait that timed out was the whole time-out
        result = predicate()
    return result


class Event(Inherited):
    """A virtual `multiprocessing.Event`."""

    def __init__(self, *, ctx: Any = None) -> None:
        self._perform = world().perform
        self._object: Any = events.Event(new_name("Event"))
        self._look = Operation(events.IS_SET, self._object)

    def is_set(self) -> bool:
        """What the flag is."""
        return bool(self._perform(self._look))

    def set(self) -> None:
        """Set it, and wake who waits."""
        if self._perform(Operation(events.SET, self._object)) is HANGS:
            self._perform(Operation(events.HANG, self._object))

    def clear(self) -> None:
        """Clear it."""
        self._perform(Operation(events.CLEAR, self._object))

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set; what it is when the waiting is over."""
        wait = None if timeout is None else wait_of(timeout)
        found = self._object
        if wait == 0:
            return bool(self._perform(Operation(events.LOOK, found)))
        result = self._perform(Operation(events.WAIT, found))
        if result is events.ASLEEP:
            result = self._perform(Operation(events.WAKE, found, timeout=wait))
            if result is HANGS:
                self._perform(Operation(events.SHUT_OUT, found))
        return bool(result)

    def __reduce__(self) -> Any:
        assert_spawning(_Pickled())
        return super().__reduce__()

    def __repr__(self) -> str:
        state = "set" if self._object.flag else "unset"
        return f"<{type(self).__qualname__} at {self._object.name} {state}>"


_Pickled = type("Condition", (), {})  # what CPython names when an Event is pickled


class Barrier(Inherited):
    """A virtual `multiprocessing.Barrier`."""

    def __init__(
        self,
        parties: int,
        action: Callable[[], Any] | None = None,
        timeout: float | None = None,
        *,
        ctx: Any = None,
    ) -> None:
        self._perform = world().perform
        self._action = action
        self._timeout = timeout
        self._object: Any = barriers.Barrier(
            new_name("Barrier"), exact(parties), acts=action is not None
        )

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the other parties; the number of those that had come before."""
        timeout = self._timeout if timeout is None else timeout
        wait = None if timeout is None else wait_of(timeout)
        result = self._perform(Operation(barriers.WAIT, self._object))
        if result is barriers.ACT:
            result = self._act()
        elif result is events.ASLEEP:
            result = self._sleep(wait)
        return int(self._finish(result))

    def _sleep(self, wait: int | None) -> Any:
        found = self._object
        if wait is None:
            return self._perform(Operation(barriers.LEAVE, found))
        kind = barriers.LEAVE_IN_TIME if wait else barriers.LEAVE_NOW
        result = self._perform(Operation(kind, found, timeout=wait))
        while result is events.ASLEEP:
            result = self._perform(Operation(barriers.LEAVE, found))
        return result

    def _act(self) -> Any:
        assert self._action is not None
        try:
            self._action()
        except BaseException:
            self._finish(self._perform(Operation(barriers.GIVE_UP, self._object)))
            raise
        return self._perform(Operation(barriers.RELEASE, self._object))

    def _finish(self, result: Any) -> Any:
        if result is HANGS:
            self._perform(Operation(barriers.HANG, self._object))
        return result

    def reset(self) -> None:
        """Begin anew; who waits now gets BrokenBarrierError."""
        self._finish(self._perform(Operation(barriers.RESET, self._object)))

    def abort(self) -> None:
        """Break it."""
        self._finish(self._perform(Operation(barriers.ABORT, self._object)))

    @property
    def parties(self) -> int:
        """How many it takes."""
        return int(self._object.parties)

    @property
    def n_waiting(self) -> int:
        """How many wait."""
        return int(self._perform(Operation(barriers.N_WAITING, self._object)))

    @property
    def broken(self) -> bool:
        """Whether it is broken."""
        return bool(self._perform(Operation(barriers.BROKEN_NOW, self._object)))

    def __repr__(self) -> str:
        found = self._object
        state = "broken"
        if found.state != barriers.BROKEN:
            state = f"waiters={found.count if found.state == 0 else 0}/{found.parties}"
        return f"<multiprocessing.synchronize.Barrier at {found.name}: {state}>"
