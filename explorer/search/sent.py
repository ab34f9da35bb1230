"""Parcels that are worked on by the workers of an executor."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Final

from explorer.search.division import Division
from explorer.search.frontier import Taken
from explorer.search.parcels import Parcel, Receipt
from explorer.search.stint import Quota

Receipts = Sequence[Receipt]
#: Works on parcels in another process (`work_off`). Executors have to be able to pickle it.
Task = Callable[[Sequence[Parcel], Quota], Receipts]

#: Seconds between two looks at whether the time is up, while somebody else works.
LOOK: Final = 0.05


class Sent:
    """The parcels that workers have, in the order in which they were cut."""

    def __init__(self, search: Division, executor: Executor, task: Task) -> None:
        self.search = search
        self.executor = executor
        self.task = task
        self.futures: deque[Future[Receipts]] = deque()

    def __enter__(self) -> Sent:
        return self

    def __exit__(self, *error: object) -> None:
        for future in self.futures:
            future.cancel()

    def send(self, taken: list[Taken]) -> None:
        """Give parcels to the workers."""
        self.futures.append(self.submit(taken))

    def submit(self, taken: list[Taken], executions: int | None = None) -> Future[Receipts]:
        """Ask for parcels to be worked on."""
        quota = self.search.quota(taken, executions)
        try:
            return self.executor.submit(self.task, [each.parcel for each in taken], quota)
        except BrokenExecutor as error:
            broken: Future[Receipts] = Future()
            broken.set_exception(error)
            return broken

    def receipts(self, taken: list[Taken]) -> Receipts:
        """What came of the first of them, as soon as it is there; nothing if the time is up."""
        search = self.search
        receipts = self.wait(self.futures.popleft())
        left = search.executions_left
        if left is not None and sum(each.executions for each in receipts) > left:
            receipts = self.wait(self.submit(taken, left))  # what can be paid for
        search.tell(search.share)
        return receipts

    def wait(self, future: Future[Receipts]) -> Receipts:
        """What came of parcels; nothing if that will not be known in time."""
        search = self.search
        while True:
            try:
                return future.result(LOOK)
            except BrokenExecutor:
                search.done.stopped = "a worker process was lost"
                return ()
            except TimeoutError:
                if future.done():
                    raise
                search.tell(search.share)
                search.done.stopped = search.reason()
                if search.done.stopped:
                    return ()
