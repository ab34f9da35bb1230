"""Executions a second of the shared counter, next to the bare limit of pooled greenlets.

The bare limit runs the same program (a main process that starts and joins its children, each
reading and writing one cell) as greenlets taken from a pool, under a random choice at each step and
a list of what happened, with no objects, no conflict table, no detectors. Read the ratios: both
are measured in one sitting, alternately, and the best of several rounds is taken.

    python benchmarks/engine.py
    RACE_EXPLORER_PURE=1 python benchmarks/engine.py    # the engine as Python, not compiled
"""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from greenlet import getcurrent, greenlet

from explorer.engine.chooser import KeepRunning
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.actor import Actor
from explorer.model.case import Case
from explorer.native import form
from explorer.worlds.runner import Runner

ROUNDS = 7
SECONDS = 0.25  # per measurement
#: Processes and increments of each.
SIZES = ((2, 1), (3, 3), (2, 10), (5, 10), (10, 10), (20, 10), (50, 10))


class RandomChoice(KeepRunning):
    """Any enabled actor, each as likely."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed).random

    def choose(self, ready: list[Actor], last: Actor) -> Actor:
        """One of `ready`."""
        return ready[int(self.random() * len(ready))]


def work(cell: Any, increments: int) -> None:
    """What each process does."""
    for _ in range(increments):
        cell.value += 1


def counter(mp: Any, processes: int, increments: int) -> None:
    """The program: each process increments the counter, without a lock."""
    cell = mp.Value("i", 0, lock=False)
    children = [mp.Process(target=work, args=(cell, increments)) for _ in range(processes)]
    for child in children:
        child.start()
    for child in children:
        child.join()


class Bare:
    """The same on pooled greenlets and nothing else."""

    def __init__(self) -> None:
        self.hub = getcurrent()
        self.pool: list[greenlet] = []
        self.random = random.Random(1).random

    def serve(self, job: Callable[[], None]) -> None:
        """A pooled greenlet's life: one job after another."""
        switch = self.hub.switch
        while True:
            job()
            job = switch(None)

    def take(self) -> greenlet:
        """An idle greenlet."""
        return self.pool.pop() if self.pool else greenlet(self.serve)

    def run(self, processes: int, increments: int) -> int:
        """One execution; the counter's final value."""
        switch = self.hub.switch
        cell = [0]

        def work() -> None:
            for _ in range(increments):
                value = switch("read")
                switch("write")
                cell[0] = value + 1

        def main() -> None:
            for _ in range(processes):
                switch("start")
            for _ in range(processes):
                switch("join")

        chief = self.take()
        chief.switch(main)
        ready = []
        log: list[tuple[greenlet, Any, int]] = []
        for _ in range(processes):
            child = self.take()
            log.append((child, child.switch(work), 0))
            ready.append(child)
            chief.switch(None)
        while ready:
            place = int(self.random() * len(ready))
            chosen = ready[place]
            said = chosen.switch(cell[0])
            log.append((chosen, said, cell[0]))
            if said is None:
                del ready[place]
                self.pool.append(chosen)
                chief.switch(None)
        self.pool.append(chief)
        return cell[0]


def rate(run: Callable[[], object]) -> float:
    """Calls a second, over `SECONDS`."""
    made = 0
    began = perf_counter()
    while perf_counter() - began < SECONDS:
        for _ in range(50):
            run()
        made += 50
    return made / (perf_counter() - began)


def measure(processes: int, increments: int) -> tuple[float, float, int]:
    """Executions a second: the bare limit and ours; and the events of one of our runs."""
    bare = Bare()
    program = FunctionProgram("counter", counter, multiprocessing)
    runner = Runner(program)
    case = Case("counter", parameters={"processes": processes, "increments": increments})
    chooser = RandomChoice(1)
    events = len(runner.run(case, chooser).log)
    limit = ours = 0.0
    for _ in range(ROUNDS):
        gc.collect()
        limit = max(limit, rate(lambda: bare.run(processes, increments)))
        ours = max(ours, rate(lambda: runner.run(case, chooser)))
    return limit, ours, events


def main() -> None:
    """Print the table."""
    rounds = f"best of {ROUNDS} rounds of {SECONDS} s each"
    print(f"Python {sys.version.split()[0]}, engine {form()}, {rounds}")
    heads = ("shared counter", "bare limit/s", "ours/s", "ours/limit", "µs/event")
    print("{:>16} {:>13} {:>9} {:>11} {:>9}".format(*heads))
    for processes, increments in SIZES:
        limit, ours, events = measure(processes, increments)
        name = f"{processes} × {increments}"
        each = 1e6 / ours / events
        print(f"{name:>16} {limit:13,.0f} {ours:9,.0f} {ours / limit:11.2f} {each:9.2f}")


if __name__ == "__main__":
    main()
