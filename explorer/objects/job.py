"""What is handed to a pool at once, its parts, and what comes back of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from explorer.model.actor import Actor

#: A part of a job, as a location: the job's number and the part's.
Key = tuple[int, int]


class Job:
    """What was handed in at once: `size` tasks.

    `results`: part -> (whether it worked, the result as it was sent). `order`: the parts as they
    came in, which counts unless `ordered`. `takers`: part -> who works on it. `observed`: the
    keeper has to see it before anybody else does. `settled`: it can be got.
    """

    __slots__ = (
        "failure",
        "number",
        "observed",
        "order",
        "ordered",
        "results",
        "settled",
        "size",
        "subject",
        "takers",
    )

    def __init__(self, number: int, size: int, subject: Any = None, observed: bool = False) -> None:
        self.number = number
        self.size = size
        self.subject = subject  # what the front end wants to find again
        self.observed = observed
        self.ordered = True
        self.results: dict[int, tuple[bool, Any]] = {}
        self.order: list[int] = []
        self.takers: dict[int, Actor] = {}
        self.failure: int | None = None  # the first part that came in failed
        self.settled = size == 0

    def __repr__(self) -> str:
        return f"job {self.number}"

    @property
    def keys(self) -> tuple[Key, ...]:
        """All its parts."""
        return tuple((self.number, part) for part in range(self.size))


class Task:
    """One part of a job; `pack` gives what a worker gets."""

    __slots__ = ("job", "pack", "part")

    def __init__(self, job: Job, part: int, pack: Callable[[], Any]) -> None:
        self.job = job
        self.part = part
        self.pack = pack

    def __repr__(self) -> str:
        return f"task {self.job.number}.{self.part}"


class Taken:
    """What a worker has taken; `failure`: why it could not be pickled."""

    __slots__ = ("data", "failure", "job", "part")

    def __init__(self, job: Job, part: int, data: Any, failure: Exception | None) -> None:
        self.job = job
        self.part = part
        self.data = data
        self.failure = failure

    def __repr__(self) -> str:
        return f"task {self.job.number}.{self.part}"


class Result:
    """What a worker sends back."""

    __slots__ = ("data", "job", "part", "worked")

    def __init__(self, taken: Taken, worked: bool, data: Any) -> None:
        self.job = taken.job
        self.part = taken.part
        self.worked = worked
        self.data = data

    def __repr__(self) -> str:
        return f"{'result' if self.worked else 'failure'} of {self.job.number}.{self.part}"
