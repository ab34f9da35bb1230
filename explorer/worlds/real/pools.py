"""Pools and executors, gated as far as tasks go: handed in, taken, done, and waited for.

Their workers are processes of the run like others. What goes on around them (threads that pass
tasks and results on, that replace and end workers) is CPython's own and left alone; a prediction
leaves it out (`expected`). Words for operations are those of `objects.tasks`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import process as executors
from multiprocessing import pool as pools
from typing import Any, Final

from explorer.worlds.real.gate import SILENT, gate, real_sleep

_Pool: Any = pools.Pool
_Result: Any = pools.ApplyResult
_Iterator: Any = pools.IMapIterator
_Executor: Any = executors.ProcessPoolExecutor
_Future: Any = Future
_worker: Final = pools.worker  # type: ignore[attr-defined]
_process_worker: Final = executors._process_worker
_setup_queues: Final = _Pool._setup_queues
_terminate_pool: Final = _Pool._terminate_pool
_next: Final = _Iterator.next
_executor_init: Final = _Executor.__init__
_submit: Final = _Executor.submit
_FAILURES: Final[tuple[Any, ...]] = (
    vars(pools)["ExceptionWithTraceback"],
    executors._ExceptionWithTraceback,
)
#: Seconds for a result that is there to be passed on; a wait with a time-out takes no less.
_PASSING_ON: Final = 0.5
_LOOK: Final = 0.001  # seconds


class _Inbox:
    """Where a worker gets its tasks from."""

    def __init__(self, queue: Any, name: str) -> None:
        self.queue = queue
        self.name = name
        self._writer = getattr(queue, "_writer", None)

    def get(self, **given: Any) -> Any:
        """The next task; None: no more."""
        return gate().perform(
            "take",
            self.name,
            lambda: self.queue.get(**given),
            result=lambda task: None if task is None else SILENT,
        )


class _Outbox:
    """Where a worker puts its results."""

    def __init__(self, queue: Any, name: str) -> None:
        self.queue = queue
        self.name = name
        self._reader = getattr(queue, "_reader", None)

    def put(self, result: Any) -> None:
        """A result, or of a worker that ends, its number."""
        if isinstance(result, int):
            gate().within(lambda: self.queue.put(result))
        else:
            gate().perform("done", self.name, lambda: self.queue.put(result))


def _working(real: Callable[..., None]) -> Callable[..., None]:
    def work(inbox: Any, outbox: Any, *args: Any, **kwargs: Any) -> None:
        name = getattr(inbox, "gate_pool", None)
        if name is not None and gate().open:
            gate().tables["works"] = True
            inbox, outbox = _Inbox(inbox, name), _Outbox(outbox, name)
        real(inbox, outbox, *args, **kwargs)

    return work


worker: Final = _working(_worker)
process_worker: Final = _working(_process_worker)


def is_worker(process: Any) -> bool:
    """Whether a process is to work for a pool."""
    return getattr(process, "_target", None) in (worker, process_worker)


def _making(real: Callable[..., None], label: str) -> Callable[..., None]:
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        here = gate()
        self.gate_name = here.new_name(label) if here.open else None
        self.gate_maker = here.process
        here.within(lambda: real(self, *args, **kwargs))

    return init


def setup_queues(self: Any) -> None:
    """The workers of a Pool know its name by their queue."""
    _setup_queues(self)
    self._inqueue.gate_pool = self.gate_name


def executor_init(self: Any, *args: Any, **kwargs: Any) -> None:
    """Those of an executor as well."""
    _executor_init(self, *args, **kwargs)
    self._call_queue.gate_pool = self.gate_name


def _submitting(real: Callable[..., Any]) -> Callable[..., Any]:
    """Handing in is an operation, if it is done where the threads are that pass it on."""

    def submit(self: Any, *args: Any, **kwargs: Any) -> Any:
        here = gate()
        is_worker = here.tables.get("works")  # it has a copy of the lock, which is taken
        if self.gate_name is None or (here.process != self.gate_maker and not is_worker):
            return here.within(lambda: real(self, *args, **kwargs))
        return here.perform(
            "submit", self.gate_name, lambda: real(self, *args, **kwargs), result=lambda _: True
        )

    return submit


def submit(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Hand a call to an executor; the future knows its name."""
    future = _submitting(_submit)(self, fn, *args, **kwargs)
    future.gate_name = self.gate_name
    return future


def _waiting(real: Callable[..., Any]) -> Any:
    def wait(self: Any, timeout: float | None = None) -> Any:
        here = gate()
        name = getattr(self, "gate_name", None)
        if name is None or not here.open or (timeout is not None and timeout <= 0):
            return here.within(lambda: real(self, timeout))
        return _outcome("get", name, lambda: real(self, _patience(timeout)))

    return wait


def _outcome(operation: str, name: str, action: Callable[[], Any]) -> Any:
    """What came of a task: the operation is to wait for it, not to raise what it raised."""

    def attempt() -> tuple[Any, BaseException | None]:
        try:
            return action(), None
        except Exception as error:
            return None, error

    value, error = gate().perform(operation, name, attempt, result=lambda _: SILENT)
    if error is not None:
        raise error
    return value


def _patience(timeout: float | None) -> float | None:
    given = gate().patience(timeout)
    return given if given is None else max(given, _PASSING_ON)


def next_result(self: Any, timeout: float | None = None) -> Any:
    """The next of the results of `imap`."""
    here = gate()
    name = self.gate_name
    if name is None or not here.open:
        return _next(self, timeout)
    while self._length is None:  # another thread counts what was handed in
        real_sleep(_LOOK)
    if not self._items and self._index == self._length:
        return here.within(lambda: _next(self, timeout))
    operation = "next of any" if isinstance(self, pools.IMapUnorderedIterator) else "next"
    return _outcome(operation, name, lambda: _next(self, _patience(timeout)))


def _whole(real: Callable[..., Any]) -> Callable[..., Any]:
    """The library's own affair."""

    def method(*args: Any, **kwargs: Any) -> Any:
        return gate().within(lambda: real(*args, **kwargs))

    return method


def _knowing(real: Callable[..., None]) -> Callable[..., None]:
    """Results know the name of their pool."""

    def init(self: Any, pool: Any, *args: Any, **kwargs: Any) -> None:
        self.gate_name = getattr(pool, "gate_name", None)
        real(self, pool, *args, **kwargs)

    return init


def install() -> None:
    """Patch this interpreter, for good."""
    vars(pools)["worker"] = worker
    vars(executors)["_process_worker"] = process_worker
    _Pool.__init__ = _making(_Pool.__init__, "Pool")
    _Pool._setup_queues = setup_queues
    _Pool._terminate_pool = classmethod(
        lambda cls, *args, **kwargs: gate().within(lambda: _terminate_pool(*args, **kwargs))
    )
    for name in ("apply_async", "_map_async", "imap", "imap_unordered"):
        setattr(_Pool, name, _submitting(getattr(_Pool, name)))
    for failure in _FAILURES:
        failure.__init__ = _whole(failure.__init__)
    for name in ("close", "terminate", "join"):
        setattr(_Pool, name, _whole(getattr(_Pool, name)))
    _Result.__init__, _Iterator.__init__ = _knowing(_Result.__init__), _knowing(_Iterator.__init__)
    _Result.wait = _waiting(_Result.wait)
    _Result.get = _waiting(_Result.get)
    _Iterator.next = _Iterator.__next__ = next_result
    _Executor.__init__ = _making(executor_init, "Executor")
    _Executor.submit = submit
    _Executor.shutdown = _whole(_Executor.shutdown)
    _Future.result = _waiting(_Future.result)
    _Future.exception = _waiting(_Future.exception)
