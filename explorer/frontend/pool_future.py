"""`concurrent.futures.Future` of a task in a virtual pool.

CPython's own, whose lock guards nothing here, since nothing comes in between two operations;
looking at a Future and waiting for it are operations on the pool. So is taking that lock, where
`wait` and `as_completed` do: what they read of a Future then has its place among the events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

from explorer.frontend.current import slot
from explorer.frontend.locks import wait_of
from explorer.model.operation import Operation, OperationKind
from explorer.objects import tasks as machines


class Unlocked:
    """Stands for the lock of a Future; `known`: the next to take it has looked at the pool."""

    __slots__ = ("known", "look")

    def __init__(self, look: Callable[[], Any]) -> None:
        self.look = look
        self.known = False

    def __enter__(self) -> None:
        """Nothing comes in between."""
        if not self.known:
            self.look()
        self.known = False

    def __exit__(self, *exc: object) -> None:
        """Nothing to free."""

    def notify_all(self) -> None:
        """Who waits, waits for the pool."""


class PoolFuture(Future[Any]):
    """The Future of a task in a virtual pool."""

    def __init__(self, machine: machines.Tasks) -> None:
        self.__dict__.update(
            _condition=Unlocked(lambda: self._perform(machines.READY)),
            _state="PENDING",
            _result=None,
            _exception=None,
            _waiters=[],
            _done_callbacks=[],
        )
        self._object = machine
        self._job = machine.new_job(1, self, observed=True)

    def __hash__(self) -> int:
        return self._job.number  # sets of them are in the same order in every run

    def __eq__(self, other: object) -> bool:
        return self is other

    def _perform(self, kind: OperationKind, timeout: int | None = None) -> Any:
        operation = Operation(kind, self._object, self._job.keys, self._job, timeout)
        return slot.world.perform(operation)

    @property
    def _own(self) -> Future[Any]:
        """What CPython's Future does with this one, which has just been looked at."""
        self.__dict__["_condition"].known = True
        return super()  # type: ignore[return-value]

    def _wait(self, timeout: float | None) -> None:
        wait = None if timeout is None else wait_of(timeout)
        if not self._perform(machines.READY if wait == 0 else machines.GET, wait or None):
            raise TimeoutError

    def result(self, timeout: float | None = None) -> Any:
        """What came of it, after at most `timeout` seconds."""
        self._wait(timeout)
        return self._own.result(0)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """What it raised, or None."""
        self._wait(timeout)
        return self._own.exception(0)

    def done(self) -> bool:
        """Whether it is over, one way or the other."""
        return bool(self._perform(machines.READY))

    def cancelled(self) -> bool:
        """Whether it was cancelled in time."""
        self._perform(machines.READY)
        return self._own.cancelled()

    def running(self) -> bool:
        """Whether a worker is at it."""
        return bool(self._perform(machines.IS_TAKEN))

    def cancel(self) -> bool:
        """Cancel it, if nobody has begun with it."""
        if self._own.cancelled():
            return True
        if not self._perform(machines.CANCEL):
            return False
        self._own.cancel()
        self._own.set_running_or_notify_cancel()
        return True

    def add_done_callback(self, fn: Callable[[Any], Any]) -> None:
        """Call `fn` when it is over; at once if it is."""
        self._perform(machines.READY)
        self._own.add_done_callback(fn)

    def is_watched(self) -> bool:
        """Whether somebody is told when it is over."""
        return bool(self.__dict__["_done_callbacks"] or self.__dict__["_waiters"])

    def _finish(self, worked: bool, value: Any) -> None:
        """Make the result known."""
        self._perform(machines.SETTLE)
        if worked:
            self._own.set_result(value)
        else:
            self._own.set_exception(value)

    def _break(self, error: BaseException) -> None:
        """Its pool is broken."""
        self._own.set_exception(error)


def look_at_all(futures: Iterable[Any]) -> None:
    """Look at several Futures, of one pool or of several, in one moment."""
    jobs = [(one._object, one._job) for one in futures if isinstance(one, PoolFuture)]
    jobs.sort(key=lambda pair: (pair[0].name, pair[1].number))  # CPython's are sorted by address
    if not jobs:
        return
    keys = tuple(key for _, job in jobs for key in job.keys)
    pools = list(dict.fromkeys(machine for machine, _ in jobs))
    value = [job for _, job in jobs]
    if len(pools) == 1:
        operation = Operation(machines.LOOK, pools[0], keys, value)
    else:
        operation = Operation(machines.LOOK_AT_SEVERAL, machines.Several(pools), keys, value)
    slot.world.perform(operation)
