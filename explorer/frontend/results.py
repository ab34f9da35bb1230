"""What will come of the tasks handed to a Pool, as the process that handed them in waits for it."""

from __future__ import annotations

from multiprocessing import TimeoutError
from types import GenericAlias
from typing import Any

from explorer.frontend.locks import wait_of
from explorer.frontend.threads import mark_threads
from explorer.frontend.workers import received
from explorer.model.operation import Operation
from explorer.objects import tasks as machines


class ApplyResult:
    """What will come of `apply_async`."""

    def __init__(
        self, pool: Any, calls: list[Any], callback: Any = None, error_callback: Any = None
    ) -> None:
        self._perform = pool._perform
        self._object = pool._object
        self._callback = callback
        self._error_callback = error_callback
        self._value: Any = None
        self._known = False
        observed = callback is not None or error_callback is not None
        if observed:
            mark_threads(pool._owner)
        self._job = pool._hand_in(calls, self, observed=observed)

    def _operation(self, kind: Any, timeout: int | None = None) -> Operation:
        return Operation(kind, self._object, self._job.keys, self._job, timeout)

    def ready(self) -> bool:
        """Whether it has come."""
        return bool(self._perform(self._operation(machines.READY)))

    def successful(self) -> bool:
        """Whether it worked; refused as long as it has not come."""
        if not self.ready():
            raise ValueError(f"{self!r} not ready")
        return self._job.failure is None

    def wait(self, timeout: float | None = None) -> None:
        """Wait for it, at most `timeout` seconds."""
        self._wait(timeout)

    def _wait(self, timeout: float | None) -> bool:
        wait = None if timeout is None else wait_of(timeout)
        kind = machines.READY if wait == 0 else machines.GET
        return bool(self._perform(self._operation(kind, wait or None)))

    def get(self, timeout: float | None = None) -> Any:
        """What came of it; raises what the task raised."""
        if not self._wait(timeout):
            raise TimeoutError
        self._receive()
        if self._job.failure is not None:
            raise self._value
        return self._value

    def _receive(self) -> None:
        if not self._known:
            self._known = True
            job = self._job
            if job.failure is None:
                self._value = self._collect([received(job.results[n][1]) for n in range(job.size)])
            else:
                self._value = received(job.results[job.failure][1])

    def _collect(self, results: list[Any]) -> Any:
        return results[0]

    def is_watched(self) -> bool:
        """Whether something is left to be done when it can be got: no, callbacks come before."""
        return False

    def _call_back(self) -> None:
        self._receive()
        call = self._callback if self._job.failure is None else self._error_callback
        if call is not None:
            call(self._value)

    __class_getitem__: Any = classmethod(GenericAlias)


AsyncResult = ApplyResult


class MapResult(ApplyResult):
    """What will come of `map_async`: a list."""

    def _collect(self, results: list[Any]) -> Any:
        return [item for batch in results for item in batch]


class IMapIterator:
    """The results of `imap`."""

    _ordered = True

    def __init__(self, pool: Any, calls: list[Any]) -> None:
        self._perform = pool._perform
        self._object = pool._object
        self._index = 0
        self._job = pool._hand_in(calls, ordered=self._ordered)

    def __iter__(self) -> IMapIterator:
        return self

    def next(self, timeout: float | None = None) -> Any:
        """The next one; TimeoutError if it has not come after `timeout` seconds."""
        if self._index == self._job.size:
            raise StopIteration
        part = self._part(None if timeout is None else wait_of(timeout))
        self._index += 1
        worked, data = self._job.results[part]
        if worked:
            return received(data)
        raise received(data)

    __next__ = next

    def _part(self, wait: int | None) -> int:
        kind = machines.TRY_NEXT if wait == 0 else machines.NEXT
        keys = ((self._job.number, self._index),)
        value = (self._job, self._index)
        if not self._perform(Operation(kind, self._object, keys, value, wait or None)):
            raise TimeoutError
        return self._index


class IMapUnorderedIterator(IMapIterator):
    """The results of `imap_unordered`."""

    _ordered = False

    def _part(self, wait: int | None) -> int:
        kind = machines.TRY_NEXT_OF_ANY if wait == 0 else machines.NEXT_OF_ANY
        value = (self._job, self._index)
        if not self._perform(Operation(kind, self._object, self._job.keys, value, wait or None)):
            raise TimeoutError
        return int(self._job.order[self._index])
