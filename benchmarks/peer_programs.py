"""The programs of benchmarks/peers.py: each written once, run by threads or by processes.

A program is made with a *kit*, which has the shared things (`Threads` or `Processes`), and says
what each worker does and how it should be when all are done.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Made:
    """One instance of a program: fresh shared things, and what is done with them.

    A worker is a function and its arguments.
    """

    workers: Sequence[tuple[Any, ...]]
    holds: Callable[[], bool]


class Cell:
    """A shared number."""

    def __init__(self) -> None:
        self.value = 0


class Threads:
    """Shared things for threads."""

    def cell(self) -> Any:
        """A number."""
        return Cell()

    def lock(self) -> Any:
        """A lock."""
        return threading.Lock()

    def queue(self, slots: int) -> Any:
        """A bounded queue."""
        return queue.Queue(slots)


class Processes:
    """Shared things for processes, of whatever multiprocessing it is given."""

    def __init__(self, mp: Any) -> None:
        self.mp = mp

    def cell(self) -> Any:
        """A number."""
        return self.mp.Value("i", 0, lock=False)

    def lock(self) -> Any:
        """A lock."""
        return self.mp.Lock()

    def queue(self, slots: int) -> Any:
        """A bounded queue."""
        return self.mp.Queue(slots)


def add(cell: Any, times: int) -> None:
    """Increment a counter."""
    for _ in range(times):
        cell.value += 1


def add_under(lock: Any, cell: Any, times: int) -> None:
    """The same, each increment under the lock."""
    for _ in range(times):
        with lock:
            cell.value += 1


def take_both(first: Any, second: Any) -> None:
    """Take two locks."""
    with first, second:
        pass


def produce(items: Any, number: int) -> None:
    """Put a number."""
    items.put(number)


def consume(items: Any, cell: Any) -> None:
    """Take two numbers, and add them up."""
    cell.value = items.get() + items.get()


def racy(kit: Any, workers: int, increments: int) -> Made:
    """A counter without a lock."""
    cell = kit.cell()
    return Made([(add, cell, increments)] * workers, lambda: cell.value == workers * increments)


def locked(kit: Any, workers: int, increments: int) -> Made:
    """A counter with a lock."""
    cell, lock = kit.cell(), kit.lock()
    work = (add_under, lock, cell, increments)
    return Made([work] * workers, lambda: cell.value == workers * increments)


def crossing(kit: Any) -> Made:
    """Two workers take two locks in opposite order."""
    first, second = kit.lock(), kit.lock()
    return Made([(take_both, first, second), (take_both, second, first)], lambda: True)


def philosophers(kit: Any, workers: int) -> Made:
    """Each takes the fork on the left, then that on the right."""
    forks = [kit.lock() for _ in range(workers)]
    pairs = zip(forks, [*forks[1:], forks[0]], strict=True)
    return Made([(take_both, left, right) for left, right in pairs], lambda: True)


def producers(kit: Any, slots: int) -> Made:
    """Two workers put a number each into a bounded queue, a third takes and adds them up."""
    items, cell = kit.queue(slots), kit.cell()
    workers = [(produce, items, 1), (produce, items, 2), (consume, items, cell)]
    return Made(workers, lambda: cell.value == 3)


@dataclass(frozen=True)
class Subject:
    """A program with its sizes. `asked`: the questions that make sense for it."""

    name: str
    make: Callable[..., Made]
    sizes: Mapping[str, int]
    asked: tuple[str, ...]
    smallest: Mapping[str, int] = field(default_factory=dict)

    def on_threads(self) -> Made:
        """An instance for threads."""
        return self.make(Threads(), **self.sizes)


SUBJECTS = [
    Subject("racy 2×1", racy, {"workers": 2, "increments": 1}, ("speed", "first")),
    Subject("locked 2×1", locked, {"workers": 2, "increments": 1}, ("speed", "verify")),
    Subject(
        "racy 3×3",
        racy,
        {"workers": 3, "increments": 3},
        ("speed", "first", "size"),
        {"workers": 2, "increments": 1},
    ),
    Subject("AB/BA", crossing, {}, ("first", "size")),
    Subject("5 philosophers", philosophers, {"workers": 5}, ("first",)),
    Subject("locked 4×1", locked, {"workers": 4, "increments": 1}, ("verify",)),
    Subject("queue of 1", producers, {"slots": 1}, ("speed", "verify")),
    Subject("queue of 3", producers, {"slots": 3}, ("speed",)),
]


def on_processes(make: Callable[..., Made], look: bool) -> Callable[..., None]:
    """A program as processes: start all workers, join them, and look whether it is as it should."""

    def body(mp: Any, **sizes: int) -> None:
        made = make(Processes(mp), **sizes)
        children = [mp.Process(target=work, args=args) for work, *args in made.workers]
        for child in children:
            child.start()
        for child in children:
            child.join()
        assert not look or made.holds()

    return body
