"""`multiprocessing.Pool` and its results, on virtual processes.

After Lib/multiprocessing/pool.py; the events are those of `objects.tasks`. Not modelled: an
iterable given to `imap` is read when `imap` is called, and not by another thread bit by bit.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator
from multiprocessing import pool as real
from typing import Any

from explorer.frontend import lifetime
from explorer.frontend.current import new_name, slot, world
from explorer.frontend.failures import failure_text
from explorer.frontend.process import Process
from explorer.frontend.results import (
    ApplyResult,
    AsyncResult,
    IMapIterator,
    IMapUnorderedIterator,
    MapResult,
)
from explorer.frontend.system import PROCESSORS
from explorer.frontend.threads import mark_threads
from explorer.frontend.workers import (
    Staff,
    Station,
    packing,
    reraise,
    result_in_process,
    result_in_thread,
    start_keeper,
    work,
)
from explorer.model.operation import Operation
from explorer.objects import tasks as machines

ExceptionWithTraceback = real.ExceptionWithTraceback  # type: ignore[attr-defined]
MaybeEncodingError = real.MaybeEncodingError  # type: ignore[attr-defined]
RemoteTraceback = real.RemoteTraceback  # type: ignore[attr-defined]
rebuild_exc = real.rebuild_exc  # type: ignore[attr-defined]


def mapstar(args: Any) -> list[Any]:
    """What a worker does with a batch of `map`."""
    return list(map(*args))


def starmapstar(args: Any) -> list[Any]:
    """What a worker does with a batch of `starmap`."""
    return list(itertools.starmap(args[0], args[1]))


class Pool:
    """A virtual `multiprocessing.Pool`."""

    _for_all = False
    _word = "PoolWorker"

    def __init__(
        self,
        processes: int | None = None,
        initializer: Any = None,
        initargs: Any = (),
        maxtasksperchild: Any = None,
        context: Any = None,
    ) -> None:
        count = int(PROCESSORS if processes is None else processes)
        if count < 1:
            raise ValueError("Number of processes must be at least 1")
        if maxtasksperchild is not None and (
            not isinstance(maxtasksperchild, int) or maxtasksperchild <= 0
        ):
            raise ValueError("maxtasksperchild must be a positive int or None")
        if initializer is not None and not callable(initializer):
            raise TypeError("initializer must be a callable")
        self._processes = count
        self._perform = world().perform
        self._owner = slot.world.running.process
        self._object = machines.Tasks(new_name("Pool"), self._owner)
        kind = Process if context is None else context.Process
        station = Station(self._object)
        body = (work, station, initializer, initargs, maxtasksperchild, result_in_process)
        self._staff = Staff(self._object, kind, self._word, body)
        self._hire()

    def _hire(self) -> None:
        self._owner.belongings.append(self._object)
        for _ in range(self._processes):
            self._staff.hire()
        start_keeper(self._object, self._keep)
        lifetime.at_end(self._owner, self._end)

    def _end(self) -> None:
        """Its process ends."""
        if self._object.state != machines.TERMINATE:
            self.terminate()

    def _keep(self, found: Any) -> None:
        """What the keeper does: call back, or replace a worker."""
        if not isinstance(found, machines.Job):
            self._staff.replace(found)
            return
        result: ApplyResult = found.subject
        try:
            result._call_back()
        except Exception as error:  # in CPython the result handler dies of it
            slot.world.runtime.write_error(failure_text(error))
            return
        self._perform(Operation(machines.SETTLE, self._object, found.keys, found))

    # Handing tasks in

    def apply(self, func: Any, args: Any = (), kwds: Any = {}) -> Any:  # noqa: B006 (as CPython's)
        """What `func(*args, **kwds)` returns in a worker."""
        return self.apply_async(func, args, kwds).get()

    def apply_async(
        self,
        func: Any,
        args: Any = (),
        kwds: Any = {},  # noqa: B006 (as CPython's)
        callback: Any = None,
        error_callback: Any = None,
    ) -> ApplyResult:
        """The same, without waiting."""
        self._check_running()
        return ApplyResult(self, [(func, args, kwds)], callback, error_callback)

    def map(self, func: Any, iterable: Iterable[Any], chunksize: int | None = None) -> list[Any]:
        """`[func(item) for item in iterable]`, by the workers."""
        found: list[Any] = self._map(func, iterable, mapstar, chunksize).get()
        return found

    def starmap(
        self, func: Any, iterable: Iterable[Any], chunksize: int | None = None
    ) -> list[Any]:
        """`[func(*item) for item in iterable]`, by the workers."""
        found: list[Any] = self._map(func, iterable, starmapstar, chunksize).get()
        return found

    def map_async(
        self,
        func: Any,
        iterable: Iterable[Any],
        chunksize: int | None = None,
        callback: Any = None,
        error_callback: Any = None,
    ) -> MapResult:
        """`map` without waiting."""
        return self._map(func, iterable, mapstar, chunksize, callback, error_callback)

    def starmap_async(
        self,
        func: Any,
        iterable: Iterable[Any],
        chunksize: int | None = None,
        callback: Any = None,
        error_callback: Any = None,
    ) -> MapResult:
        """`starmap` without waiting."""
        return self._map(func, iterable, starmapstar, chunksize, callback, error_callback)

    def _map(
        self,
        func: Any,
        iterable: Iterable[Any],
        mapper: Any,
        chunksize: int | None,
        callback: Any = None,
        error_callback: Any = None,
    ) -> MapResult:
        self._check_running()
        items: Any = iterable if hasattr(iterable, "__len__") else list(iterable)
        if chunksize is None:
            chunksize, extra = divmod(len(items), self._processes * 4)
            chunksize += bool(extra)
        calls = _calls(mapper, _batches(func, items, chunksize if len(items) else 0))
        return MapResult(self, calls, callback, error_callback)

    def imap(self, func: Any, iterable: Iterable[Any], chunksize: int = 1) -> Any:
        """The results one by one, in order."""
        return self._iterate(IMapIterator, func, iterable, chunksize)

    def imap_unordered(self, func: Any, iterable: Iterable[Any], chunksize: int = 1) -> Any:
        """The results one by one, as they come in."""
        return self._iterate(IMapUnorderedIterator, func, iterable, chunksize)

    def _iterate(
        self, kind: type[IMapIterator], func: Any, iterable: Iterable[Any], chunksize: int
    ) -> Any:
        self._check_running()
        if chunksize < 1:
            raise ValueError(f"Chunksize must be 1+, not {chunksize}")
        if chunksize == 1:
            return kind(self, _calls(func, iterable))
        batches = kind(self, _calls(mapstar, _batches(func, iterable, chunksize)))
        return (item for batch in batches for item in batch)

    def _hand_in(
        self,
        calls: list[Any],
        subject: Any = None,
        *,
        observed: bool = False,
        ordered: bool = True,
    ) -> machines.Job:
        process = slot.world.running.process
        machine = self._object
        job = machine.new_job(len(calls), subject, observed)
        job.ordered = ordered
        if process is not self._owner and not self._for_all:  # a copy without its threads
            return job
        tasks = [
            machines.Task(job, part, self._pack(process, call)) for part, call in enumerate(calls)
        ]
        self._perform(Operation(machines.SUBMIT, machine, None, (job, tasks)))
        return job

    def _pack(self, process: Any, call: Any) -> Any:
        return packing(process, call)

    # Its end

    def _check_running(self) -> None:
        if self._object.state != machines.RUN:
            raise ValueError("Pool not running")

    def close(self) -> None:
        """No more tasks; the workers end when they have done those there are."""
        if self._object.state == machines.RUN:
            self._perform(Operation(machines.SHUT, self._object))

    def terminate(self) -> None:
        """End the workers at once."""
        self._perform(Operation(machines.STOP, self._object))
        if slot.world.running.process is self._owner:
            if "keeper of" not in slot.world.running.name:  # else it is called by a callback
                self._perform(Operation(machines.HALT, self._object))
            self._staff.dismiss()
            self._staff.join()

    def join(self) -> None:
        """Wait until the workers have ended, after `close` or `terminate`."""
        if self._object.state == machines.RUN:
            raise ValueError("Pool is still running")
        self._perform(Operation(machines.DRAIN, self._object))
        self._staff.join()

    def __enter__(self) -> Pool:
        self._check_running()
        return self

    def __exit__(self, *exc: object) -> None:
        self.terminate()

    def __reduce__(self) -> Any:
        raise NotImplementedError("pool objects cannot be passed between processes or pickled")

    def __repr__(self) -> str:
        kind = f"multiprocessing.pool.{type(self).__qualname__}"
        return f"<{kind} state={self._object.state} pool_size={self._processes}>"


class ThreadPool(Pool):
    """A virtual `multiprocessing.pool.ThreadPool`: its workers are threads."""

    def __init__(
        self, processes: int | None = None, initializer: Any = None, initargs: Any = ()
    ) -> None:
        self._body = (initializer, initargs)
        super().__init__(processes, initializer, initargs)

    def _hire(self) -> None:
        self._object.threads = True
        mark_threads(self._owner)
        args = (Station(self._object), *self._body, None, result_in_thread)
        self._threads = [
            threading.Thread(target=work, args=args, daemon=True) for _ in range(self._processes)
        ]
        for thread in self._threads:
            thread.start()
        start_keeper(self._object, self._keep)
        lifetime.at_end(self._owner, self._end)

    def _pack(self, process: Any, call: Any) -> Any:
        return lambda: call

    def terminate(self) -> None:
        """Let the workers end after what they are at."""
        self._perform(Operation(machines.STOP, self._object))

    def join(self) -> None:
        """Wait until the workers have ended, after `close` or `terminate`."""
        if self._object.state == machines.RUN:
            raise ValueError("Pool is still running")
        self._perform(Operation(machines.DRAIN, self._object))
        for thread in self._threads:
            thread.join()


class ManagedPool(Pool):
    """`Manager().Pool()`: any process that has it may hand tasks in.

    Its workers are children of the process that made it, where CPython's are the manager's.
    """

    _for_all = True


def _batches(func: Any, iterable: Iterable[Any], size: int) -> Iterator[Any]:
    items = iter(iterable)
    while batch := tuple(itertools.islice(items, size)):
        yield func, batch


def _calls(func: Any, arguments: Iterable[Any]) -> list[Any]:
    """A call for each argument; the last one raises what iterating over them raised."""
    calls: list[Any] = []
    try:
        calls.extend((func, (argument,), {}) for argument in arguments)
    except Exception as error:
        calls.append((reraise, (error,), {}))
    return calls


__all__ = [
    "ApplyResult",
    "AsyncResult",
    "ExceptionWithTraceback",
    "IMapIterator",
    "IMapUnorderedIterator",
    "MapResult",
    "MaybeEncodingError",
    "Pool",
    "RemoteTraceback",
    "ThreadPool",
    "mapstar",
    "rebuild_exc",
    "starmapstar",
]
