"""`concurrent.futures.Future` of a task in a virtual pool.

CPython's own, whose lock guards nothing here, since nothing comes in between two operations;
looking at a Future and waiting for it are operations on the pool.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from explorer.frontend.current import slot
from explorer.frontend.locks import wait_of
from explorer.model.operation import Operation, OperationKind
from explorer.objects import tasks as machines


class Unlocked:
    """Stands for the lock of a Future."""

    def acquire(self, *args: Any) -> bool:
        """Nothing comes in between."""
        return True

    def release(self) -> None:
        """Nothing to free."""

    def notify_all(self) -> None:
        """Who waits, waits for the pool."""

    __enter__ = acquire

    def __exit__(self, *exc: object) -> None:
        """Nothing to free."""


class PoolFuture(Future[Any]):
    """The Future of a task in a virtual pool."""

    def __init__(self, machine: machines.Tasks) -> None:
        self.__dict__.update(
            _condition=Unlocked(),
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

    def _wait(self, timeout: float | None) -> None:
        wait = None if timeout is None else wait_of(timeout)
        if not self._perform(machines.READY if wait == 0 else machines.GET, wait or None):
            raise TimeoutError

    def result(self, timeout: float | None = None) -> Any:
        """What came of it, after at most `timeout` seconds."""
        self._wait(timeout)
        return super().result(0)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """What it raised, or None."""
        self._wait(timeout)
        return super().exception(0)

    def done(self) -> bool:
        """Whether it is over, one way or the other."""
        return bool(self._perform(machines.READY))

    def cancelled(self) -> bool:
        """Whether it was cancelled in time."""
        self._perform(machines.READY)
        return super().cancelled()

    def running(self) -> bool:
        """Whether a worker is at it."""
        return bool(self._perform(machines.IS_TAKEN))

    def cancel(self) -> bool:
        """Cancel it, if nobody has begun with it."""
        if super().cancelled():
            return True
        if not self._perform(machines.CANCEL):
            return False
        super().cancel()
        self.set_running_or_notify_cancel()
        return True

    def add_done_callback(self, fn: Callable[[Any], Any]) -> None:
        """Call `fn` when it is over; at once if it is."""
        self._perform(machines.READY)
        super().add_done_callback(fn)

    def is_watched(self) -> bool:
        """Whether somebody is told when it is over."""
        return bool(self.__dict__["_done_callbacks"] or self.__dict__["_waiters"])

    def _finish(self, worked: bool, value: Any) -> None:
        """Make the result known."""
        self._perform(machines.SETTLE)
        if worked:
            self.set_result(value)
        else:
            self.set_exception(value)
