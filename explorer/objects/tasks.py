"""The tasks of a pool of workers: handed in, taken by a worker, their results sent back.

What CPython does with two queues and three threads (Lib/multiprocessing/pool.py) is seen by a
program as three events: `submit`, `take`, `done`. A task is pickled when it is taken: the thread
that pickles it may come to it at any time between the two. A worker that dies takes its task with
it, and nobody is told.

Where the parent's own code has to run in between (a callback, a worker to replace), the *keeper* of
the pool does it, a thread of the parent that the program does not see.
"""

from __future__ import annotations

from collections import deque
from typing import Any, ClassVar, Final

from explorer.errors import ExplorerError
from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind
from explorer.objects.base import SharedObject
from explorer.objects.job import Job, Result, Taken, Task
from explorer.objects.process import ProcessObject

__all__ = ["Job", "Result", "Taken", "Task", "Tasks"]

RUN: Final = "RUN"
CLOSE: Final = "CLOSE"
TERMINATE: Final = "TERMINATE"


class Tasks(SharedObject):
    """`tasks` nobody has taken; `open`: jobs whose results are not all there.

    `arrivals`: jobs for the keeper to look at; `dead`: workers that ended and were not replaced;
    `released`: workers that were told to end; `threads`: they are threads of
    the owner; `orphaned`: the owner has ended.
    """

    __slots__ = (
        "arrivals",
        "dead",
        "jobs",
        "keeping",
        "orphaned",
        "owner",
        "released",
        "started",
        "state",
        "tasks",
        "threads",
    )
    kind: ClassVar[str] = "pool"
    label: ClassVar[str] = "Pool"

    def __init__(self, name: str, owner: ProcessObject, *, threads: bool = False) -> None:
        super().__init__(name)
        self.owner = owner
        self.threads = threads
        self.released: list[ProcessObject] = []
        self.state = RUN
        self.orphaned = False
        self.keeping = False  # the keeper is at something
        self.tasks: deque[Task] = deque()
        self.jobs: dict[int, Job] = {}
        self.started = 0
        self.arrivals: deque[Any] = deque()
        self.dead: deque[ProcessObject] = deque()

    def new_job(self, size: int, subject: Any = None, observed: bool = False) -> Job:
        """A job that is about to be handed in."""
        job = Job(self.started, size, subject, observed)
        self.started += 1
        return job

    def submit(self, actor: Actor, operation: Operation) -> bool:
        """Hand in the tasks of a job; False if no more are taken."""
        job, tasks = operation.value
        if self.state != RUN:
            return False
        if job.size:
            self.jobs[job.number] = job
        self.tasks.extend(tasks)
        return True

    def is_unlocked(self, actor: Actor, operation: Operation) -> bool:
        """Never: a worker has a copy of an executor's lock, taken while it was forked."""
        return False

    def can_take(self, actor: Actor, operation: Operation) -> bool:
        """Whether there is a task, or none will come any more.

        Once the pool was terminated its workers wait to be killed.
        """
        return bool(self.tasks) or self.state == CLOSE or self.orphaned

    def take(self, actor: Actor, operation: Operation) -> Taken | None:
        """The oldest task; None to end."""
        if not self.tasks:
            self.released.append(actor.process)
            return None
        task = self.tasks.popleft()
        task.job.takers[task.part] = actor
        try:
            return Taken(task.job, task.part, task.pack(), None)
        except ExplorerError:
            raise
        except Exception as error:
            return Taken(task.job, task.part, None, error)

    def done(self, actor: Actor, operation: Operation) -> None:
        """A result comes in; one that comes after `terminate` is not looked at."""
        result: Result = operation.value
        job, part = result.job, result.part
        if self.state == TERMINATE:
            return
        job.results[part] = result.worked, result.data
        job.order.append(part)
        job.takers.pop(part, None)
        if not result.worked and job.failure is None:
            job.failure = part
        if len(job.results) < job.size:
            return
        if job.observed:
            self.arrivals.append(job)
        else:
            self._close(job)

    def settle(self, actor: Actor, operation: Operation) -> None:
        """The keeper has seen a job: now it can be got. With callbacks it is not through yet."""
        job: Job = operation.value
        self._close(job)
        if not self.threads:
            self.keeping = job.subject.is_watched()

    def _close(self, job: Job) -> None:
        job.settled = True
        self.jobs.pop(job.number, None)

    def is_settled(self, actor: Actor, operation: Operation) -> bool:
        """Whether a job can be got."""
        return bool(operation.value.settled)

    def get(self, actor: Actor, operation: Operation) -> bool:
        """Whether the job could be got in time."""
        return bool(operation.value.settled)

    def has_next(self, actor: Actor, operation: Operation) -> bool:
        """Whether a certain part of a job has come in."""
        job: Job
        job, part = operation.value
        return part in job.results

    def next(self, actor: Actor, operation: Operation) -> bool:
        """Whether that part has come in in time."""
        return self.has_next(actor, operation)

    def has_any(self, actor: Actor, operation: Operation) -> bool:
        """Whether as many parts of a job have come in, whichever they are."""
        job, count = operation.value
        return bool(len(job.order) > count)

    def next_of_any(self, actor: Actor, operation: Operation) -> bool:
        """Whether they have come in in time."""
        return self.has_any(actor, operation)

    def close(self, actor: Actor, operation: Operation) -> None:
        """No more tasks will be handed in."""
        if self.state == RUN:
            self.state = CLOSE

    def terminate(self, actor: Actor, operation: Operation) -> None:
        """What was not taken will not be done."""
        self.state = TERMINATE
        self.orphaned = self.threads
        self.tasks.clear()
        self.arrivals.clear()
        self.dead.clear()

    def cancel(self, actor: Actor, operation: Operation) -> bool:
        """Take a task back that nobody has taken; whether that was so."""
        job: Job = operation.value
        for task in list(self.tasks):
            if task.job is job:
                self.tasks.remove(task)
                self._close(job)
                return True
        return False

    def is_taken(self, actor: Actor, operation: Operation) -> bool:
        """Whether somebody works on a job."""
        return bool(operation.value.takers)

    def fail(self, actor: Actor, operation: Operation) -> list[Job]:
        """A worker was lost: nothing more will be done. The jobs that were open."""
        self.state = TERMINATE
        self.tasks.clear()
        self.arrivals.clear()
        self.dead.clear()
        jobs = list(self.jobs.values())
        for job in jobs:
            self._close(job)
        return jobs

    def is_drained(self, actor: Actor, operation: Operation) -> bool:
        """Whether nothing is left to be done."""
        return not self.keeping and (self.state == TERMINATE or not self.jobs)

    def drain(self, actor: Actor, operation: Operation) -> None:
        """Everything has been done."""

    def can_keep(self, actor: Actor, operation: Operation) -> bool:
        """Whether the keeper has something to do."""
        if self.arrivals:
            return True
        return bool(self.dead) and (self.state == RUN or (self.state == CLOSE and bool(self.jobs)))

    def keep(self, actor: Actor, operation: Operation) -> Any:
        """A job to be looked at, or a process to be replaced."""
        self.keeping = True
        return self.arrivals.popleft() if self.arrivals else self.dead.popleft()

    def rest(self, actor: Actor, operation: Operation) -> None:
        """The keeper is through with what it found."""
        self.keeping = False

    def is_resting(self, actor: Actor, operation: Operation) -> bool:
        """Whether the keeper is at nothing."""
        return not self.keeping

    def abandon(self, process: Any) -> None:
        """A worker has ended, or the owner has, without whom there is no work."""
        if process is self.owner:
            self.state = TERMINATE
            self.orphaned = True
            self.tasks.clear()
            self.dead.clear()
        elif self.state != TERMINATE and process not in self.released:
            self.dead.append(process)

    def row(self, operation: str, changed: str) -> str:
        """The owner's end is another thing than a worker's."""
        return "orphan" if changed == self.owner.name else operation

    def holders(self, actor: Actor, operation: Operation) -> list[Actor | Any]:
        """Who waits for a job waits for those who work on it."""
        if operation.name == "get":
            job = operation.value
        elif operation.name.startswith("next"):
            job = operation.value[0]
        else:
            return []
        return [worker for worker in job.takers.values() if not worker.ended]

    def check(self) -> None:
        """No job has more results than parts; every task belongs to a job that is open."""
        for job in self.jobs.values():
            assert len(job.results) == len(job.order) <= job.size
        assert all(task.job.number in self.jobs for task in self.tasks)


class Several(SharedObject):
    """Several pools that are looked at in one moment."""

    __slots__ = ("pools",)
    kind: ClassVar[str] = "pools"
    label: ClassVar[str] = "Pools"

    def __init__(self, pools: list[Tasks]) -> None:
        super().__init__("+".join(pool.name for pool in pools))
        self.pools = pools

    def affected(self) -> list[SharedObject]:
        """The pools."""
        return [*self.pools]


def look(pools: Tasks | Several, actor: Actor, operation: Operation) -> list[bool]:
    """Which of several jobs can be got."""
    return [job.settled for job in operation.value]


SUBMIT = OperationKind("submit", Tasks.submit)
SUBMIT_LOCKED = OperationKind("submit", Tasks.submit, Tasks.is_unlocked)
TAKE = OperationKind("take", Tasks.take, Tasks.can_take, idle=True)
DONE = OperationKind("done", Tasks.done)
SEND = OperationKind("send", Tasks.done)
SETTLE = OperationKind("settle", Tasks.settle)
GET = OperationKind("get", Tasks.get, Tasks.is_settled)
READY = OperationKind("ready", Tasks.get)
LOOK = OperationKind("ready", look)
LOOK_AT_SEVERAL = OperationKind("ready", look, wide=True)
NEXT = OperationKind("next", Tasks.next, Tasks.has_next)
TRY_NEXT = OperationKind("next", Tasks.next)
NEXT_OF_ANY = OperationKind("next of any", Tasks.next_of_any, Tasks.has_any)
TRY_NEXT_OF_ANY = OperationKind("next of any", Tasks.next_of_any)
SHUT = OperationKind("close", Tasks.close)
STOP = OperationKind("terminate", Tasks.terminate)
CANCEL = OperationKind("cancel", Tasks.cancel)
IS_TAKEN = OperationKind("running", Tasks.is_taken)
FAIL = OperationKind("fail", Tasks.fail)
DRAIN = OperationKind("join", Tasks.drain, Tasks.is_drained)
REST = OperationKind("rest", Tasks.rest)
HALT = OperationKind("halt", Tasks.drain, Tasks.is_resting)
KEEP = OperationKind("keep", Tasks.keep, Tasks.can_keep, idle=True)
