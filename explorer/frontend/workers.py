"""The processes of a pool: what each of them does, and the keeper that replaces those that end.

After `worker` of Lib/multiprocessing/pool.py.

PYTEST_DONT_REWRITE: these assertions are CPython's, to the letter.
"""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import pool as real
from typing import Any, Final

from explorer.errors import ExplorerError
from explorer.frontend.current import outside, slot
from explorer.frontend.pickling import Inherited, dumps, dumps_in, loads
from explorer.frontend.process import Process
from explorer.frontend.signals import send_signal
from explorer.model.operation import Operation
from explorer.objects import tasks as machines

_WORDS: Final = {"fork": "Fork", "spawn": "Spawn", "forkserver": "ForkServer"}


class Station(Inherited):
    """What a worker is given of its pool."""

    def __init__(self, machine: machines.Tasks) -> None:
        self._object = machine


def packing(process: Any, value: Any) -> Callable[[], bytes]:
    """What pickles a task, in the memory of the process that handed it in."""
    return lambda: dumps_in(process, value)


def work(
    station: Station,
    initializer: Any,
    initargs: Any,
    tasks: int | None,
    result_of: Callable[[machines.Taken], tuple[bool, Any]],
) -> None:
    """The body of a worker; `result_of` does a task."""
    if initializer is not None:
        initializer(*initargs)
    machine, done = station._object, 0
    while tasks is None or done < tasks:
        taken = slot.world.perform(Operation(machines.TAKE, machine))
        if taken is None:
            return
        send_back(machine, taken, *result_of(taken))
        done += 1


def send_back(machine: machines.Tasks, taken: machines.Taken, worked: bool, data: Any) -> None:
    """Send the result of a task to the parent."""
    job = taken.job
    kind = machines.SEND if job.observed else machines.DONE
    keys = ((job.number, taken.part),) if worked and job.ordered else job.keys
    slot.world.perform(Operation(kind, machine, keys, machines.Result(taken, worked, data)))


class Pickled:
    """A result on its way between processes."""

    __slots__ = ("data",)

    def __init__(self, value: Any) -> None:
        self.data = dumps(value)


def result_in_process(taken: machines.Taken) -> tuple[bool, Any]:
    """Do a task of a Pool: failures take their traceback along."""
    if taken.failure is not None:
        return False, taken.failure
    function, args, options = loads(taken.data)
    value: Any
    try:
        worked, value = True, function(*args, **options)
    except ExplorerError:
        raise
    except Exception as error:
        worked, value = False, error
        if function is not reraise:
            with outside():  # or looking up the lines of the traceback would be an operation
                value = real.ExceptionWithTraceback(error, error.__traceback__)  # type: ignore[attr-defined]
    try:
        return worked, Pickled(value)
    except Exception as error:
        return False, Pickled(real.MaybeEncodingError(error, value))  # type: ignore[attr-defined]


def result_in_thread(taken: machines.Taken) -> tuple[bool, Any]:
    """Do a task of a ThreadPool: nothing is pickled."""
    function, args, options = taken.data
    try:
        return True, function(*args, **options)
    except ExplorerError:
        raise
    except Exception as error:
        return False, error


def reraise(error: BaseException) -> None:
    """The task that stands for an iterable that failed."""
    raise error


def received(data: Any) -> Any:
    """What a worker sent, in the memory of the running process."""
    return loads(data.data) if type(data) is Pickled else data


class Staff:
    """The worker processes of one pool."""

    def __init__(self, machine: machines.Tasks, kind: type[Process], word: str, body: Any) -> None:
        self.machine = machine
        self.kind = kind
        self.word = word  # in the names of the processes
        self.body = body
        self.processes: list[Process] = []

    def hire(self) -> None:
        """Start one more worker."""
        target, *args = self.body
        worker = self.kind(target=target, args=args)
        method = worker._start_method or slot.world.runtime.start_method or "fork"
        _, _, number = worker.name.partition("-")
        worker.name = f"{_WORDS[method]}{self.word}-{number}"
        worker.daemon = self.word == "PoolWorker" or worker.daemon
        worker.start()
        assert worker._object is not None
        worker._object.belongings.append(self.machine)
        self.processes.append(worker)

    def replace(self, ended: Any) -> None:
        """One worker has ended: start another."""
        for worker in self.processes:
            if worker._object is ended:
                worker.join()
                self.processes.remove(worker)
                break
        self.hire()

    def dismiss(self) -> None:
        """Send SIGTERM to all that have not ended."""
        for worker in self.processes:
            if worker._object is not None and worker._reaped is None:
                send_signal(worker._object, 15)

    def join(self) -> None:
        """Wait until all have ended."""
        while any(worker._reaped is None for worker in self.processes):
            for worker in list(self.processes):
                worker.join()


def start_keeper(machine: machines.Tasks, keep: Callable[[Any], None]) -> None:
    """Start the thread that does for a pool, in the running process, what the workers cannot."""
    running = slot.world
    name = f"{running.running.process.name}/keeper of {machine.name}"
    running.start_thread(name, (_keep, machine, keep))


def _keep(machine: machines.Tasks, keep: Callable[[Any], None]) -> None:
    while True:
        keep(slot.world.perform(Operation(machines.KEEP, machine)))
        if machine.keeping:
            slot.world.perform(Operation(machines.REST, machine))
