"""`concurrent.futures`: ProcessPoolExecutor and ThreadPoolExecutor on virtual workers.

CPython's Future (see `pool_future`), `wait`, `as_completed` and `map` are kept. The three methods
of the executors that reach for threads and queues are replaced.

After Lib/concurrent/futures/process.py and thread.py. Not modelled: the few tasks that CPython
hands to its workers ahead of time, and which can then no longer be cancelled.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import _base
from concurrent.futures import process as processes
from concurrent.futures import thread as threads
from typing import Any

from explorer.errors import ExplorerError, ProcessKilled
from explorer.frontend import lifetime
from explorer.frontend.current import inside, new_name, next_number, outside, slot
from explorer.frontend.pickling import loads
from explorer.frontend.pool_future import PoolFuture, look_at_all
from explorer.frontend.process import Process
from explorer.frontend.system import PROCESSORS
from explorer.frontend.threads import mark_threads
from explorer.frontend.workers import (
    Pickled,
    Staff,
    Station,
    packing,
    received,
    start_keeper,
    work,
)
from explorer.model.operation import Operation
from explorer.objects import tasks as machines

_SHUT = "cannot schedule new futures after shutdown"
_BROKEN = "A child process terminated abruptly, the process pool is not usable anymore"
_ABRUPT = (
    "A process in the process pool was terminated abruptly while the future was running or pending."
)


def _call(taken: machines.Taken, value: Any) -> tuple[bool, Any]:
    function, args, options = value
    try:
        return True, function(*args, **options)
    except (ExplorerError, ProcessKilled):
        raise
    except BaseException as error:
        return False, error


def result_of(taken: machines.Taken) -> tuple[bool, Any]:
    """Do a task in a worker process: whatever it raises is its result."""
    if taken.failure is not None:
        return False, taken.failure
    worked, value = _call(taken, loads(taken.data))
    try:
        if not worked:
            value = _explained(value)
        return worked, Pickled(value)
    except Exception as error:
        return False, Pickled(_explained(error))


def _explained(error: BaseException) -> Any:
    """With its traceback. Looking its lines up is no operation of the program."""
    explain: Any = processes._ExceptionWithTraceback
    with outside():
        return explain(error, error.__traceback__)


class Workforce:
    """What both executors have in common: a pool, and whether it takes tasks."""

    def __init__(self, most: int, *, threads: bool) -> None:
        self.owner = slot.world.running.process
        self.most = most
        self.machine = machines.Tasks(new_name("Executor"), self.owner, threads=threads)
        self.shut = False
        self.broken: BaseException | None = None
        mark_threads(self.owner)
        lifetime.at_end(self.owner, self.shut_down, of_threads=True)

    def submit(self, pack: Callable[[], Any]) -> PoolFuture:
        """Hand a task in."""
        future = PoolFuture(self.machine)
        process = slot.world.running.process
        if process is not self.owner:  # its copy has no thread that would
            if self.machine in process.belongings:  # a worker was forked with the lock held
                slot.world.perform(Operation(machines.SUBMIT_LOCKED, self.machine))
            self.check()
            return future
        value = (future._job, [machines.Task(future._job, 0, pack)])
        if not slot.world.perform(Operation(machines.SUBMIT, self.machine, None, value)):
            self.check()
        self.staff_up()
        return future

    def check(self) -> None:
        """Refuse a task if none are taken any more."""
        if self.broken is not None:
            raise self.broken
        if self.shut:
            raise RuntimeError(_SHUT)

    def staff_up(self) -> None:
        """See that there are workers."""
        raise NotImplementedError

    def shut_down(self, wait: bool = True, cancel_futures: bool = False) -> None:
        """Take no more tasks; wait until those there are have been done."""
        if not self.shut:
            self.shut = True
            slot.world.perform(Operation(machines.SHUT, self.machine))
        if cancel_futures:
            for task in list(self.machine.tasks):
                task.job.subject.cancel()
        if wait and slot.world.running.process is self.owner:
            slot.world.perform(Operation(machines.DRAIN, self.machine))
            self.join()

    def join(self) -> None:
        """Wait for the workers."""
        raise NotImplementedError


class WorkerProcesses(Workforce):
    """Behind a ProcessPoolExecutor."""

    def __init__(self, most: int, context: Any, body: tuple[Any, ...]) -> None:
        super().__init__(most, threads=False)
        kind = Process if context is None else context.Process
        method = kind._start_method or slot.world.runtime.start_method or "fork"
        self.at_once = method == "fork"
        self.replaces = body[-1] is not None
        self.kept = False
        args = (work, Station(self.machine), *body, result_of)
        self.staff = Staff(self.machine, kind, "Process", args)

    def submit_call(self, call: Any) -> PoolFuture:
        """Hand in a call."""
        return self.submit(packing(slot.world.running.process, call))

    def staff_up(self) -> None:
        """All workers at once where they are forked, else one with each task."""
        staff = self.staff
        if not self.kept:
            self.kept = True
            self.owner.belongings.append(self.machine)
            for _ in range(self.most if self.at_once else 1):
                staff.hire()
            start_keeper(self.machine, self.keep)
        elif len(staff.processes) < self.most:
            staff.hire()

    def keep(self, found: Any) -> None:
        """A result has arrived, or a worker has ended."""
        if isinstance(found, machines.Job):
            worked, data = found.results[0]
            found.subject._finish(worked, received(data))
        elif self.replaces and found.exitcode == 0:
            self.staff.replace(found)
        else:
            self.fail()

    def fail(self) -> None:
        """A worker was lost, and with it all that was to be done."""
        jobs = slot.world.perform(Operation(machines.FAIL, self.machine))
        self.broken = processes.BrokenProcessPool(_BROKEN)
        for job in jobs:
            job.subject._break(processes.BrokenProcessPool(_ABRUPT))
        self.staff.dismiss()

    def join(self) -> None:
        """Wait for the workers."""
        self.staff.join()


class WorkerThreads(Workforce):
    """Behind a ThreadPoolExecutor."""

    def __init__(self, most: int, prefix: str, initializer: Any, initargs: Any) -> None:
        super().__init__(most, threads=True)
        number = next_number(self.owner, "ThreadPoolExecutor") - 1
        self.prefix = prefix or f"ThreadPoolExecutor-{number}"
        self.initializer = initializer
        self.initargs = initargs
        self.threads: list[threading.Thread] = []

    def submit_call(self, call: Any) -> PoolFuture:
        """Hand in a call."""
        return self.submit(lambda: call)

    def staff_up(self) -> None:
        """One more thread with each task. (CPython's looks for an idle one first.)"""
        if len(self.threads) < self.most:
            name = f"{self.prefix}_{len(self.threads)}"
            thread = threading.Thread(name=name, target=self.work)
            self.threads.append(thread)
            thread.start()

    def work(self) -> None:
        """The body of a worker."""
        if self.initializer is not None:
            try:
                self.initializer(*self.initargs)
            except Exception:
                self.fail()
                return
        while True:
            taken = slot.world.perform(Operation(machines.TAKE, self.machine))
            if taken is None:
                return
            worked, value = _call(taken, taken.data)
            taken.job.takers.clear()
            taken.job.subject._finish(worked, value)

    def fail(self) -> None:
        """An initializer has failed."""
        text = "A thread initializer failed, the thread pool is not usable anymore"
        jobs = slot.world.perform(Operation(machines.FAIL, self.machine))
        self.broken = threads.BrokenThreadPool(text)
        for job in jobs:
            job.subject._break(threads.BrokenThreadPool(text))

    def join(self) -> None:
        """Wait for the workers."""
        for thread in self.threads:
            thread.join()


def _make_processes(
    real: Callable[..., None],
    self: Any,
    max_workers: int | None = None,
    mp_context: Any = None,
    initializer: Any = None,
    initargs: Any = (),
    *,
    max_tasks_per_child: int | None = None,
) -> None:
    if inside() is None:
        options = {"max_tasks_per_child": max_tasks_per_child}
        real(self, max_workers, mp_context, initializer, initargs, **options)
        return
    most = _most(max_workers, PROCESSORS)
    _check_initializer(initializer)
    if max_tasks_per_child is not None:
        if not isinstance(max_tasks_per_child, int):
            raise TypeError("max_tasks_per_child must be an integer")
        if max_tasks_per_child <= 0:
            raise ValueError("max_tasks_per_child must be >= 1")
        mp_context = mp_context or multiprocessing.get_context("spawn")
    self._max_workers = most
    self._virtual = WorkerProcesses(most, mp_context, (initializer, initargs, max_tasks_per_child))


def _make_threads(
    real: Callable[..., None],
    self: Any,
    max_workers: int | None = None,
    thread_name_prefix: str = "",
    initializer: Any = None,
    initargs: Any = (),
) -> None:
    if inside() is None:
        real(self, max_workers, thread_name_prefix, initializer, initargs)
        return
    most = _most(max_workers, min(32, PROCESSORS + 4))
    _check_initializer(initializer)
    self._max_workers = most
    self._virtual = WorkerThreads(most, thread_name_prefix, initializer, initargs)


def _most(wanted: int | None, default: int) -> int:
    if wanted is not None and wanted <= 0:
        raise ValueError("max_workers must be greater than 0")
    return default if wanted is None else wanted


def _check_initializer(initializer: Any) -> None:
    if initializer is not None and not callable(initializer):
        raise TypeError("initializer must be a callable")


def _submit(real: Callable[..., Any], self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
    if inside() is None:
        return real(self, fn, *args, **kwargs)
    return self._virtual.submit_call((fn, args, kwargs))


def _shutdown(
    real: Callable[..., None], self: Any, wait: bool = True, *, cancel_futures: bool = False
) -> None:
    if inside() is None:
        real(self, wait, cancel_futures=cancel_futures)
    else:
        self._virtual.shut_down(wait, cancel_futures)


def _acquire_all(real: Callable[..., None], self: Any) -> None:
    if inside() is None:
        real(self)
    else:
        look_at_all(self.futures)


def _release_all(real: Callable[..., None], self: Any, *exc: object) -> None:
    if inside() is None:
        real(self, *exc)


PATCHES: dict[tuple[Any, str], Callable[..., Any]] = {
    (_base._AcquireFutures, "__enter__"): _acquire_all,
    (_base._AcquireFutures, "__exit__"): _release_all,
    (processes.ProcessPoolExecutor, "__init__"): _make_processes,
    (processes.ProcessPoolExecutor, "submit"): _submit,
    (processes.ProcessPoolExecutor, "shutdown"): _shutdown,
    (threads.ThreadPoolExecutor, "__init__"): _make_threads,
    (threads.ThreadPoolExecutor, "submit"): _submit,
    (threads.ThreadPoolExecutor, "shutdown"): _shutdown,
}
