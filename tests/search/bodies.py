"""Small programs for the tests of the searches: each is given the virtual multiprocessing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from explorer.engine.chooser import keep_running
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.actor import Actor
from explorer.model.case import Case
from explorer.model.operation import Operation
from explorer.worlds.runner import Runner


def counter(mp: Any, processes: int = 2, times: int = 1) -> None:
    value = mp.Value("i", 0, lock=False)

    def add() -> None:
        for _ in range(times):
            value.value = value.value + 1

    run_all(mp, [add] * processes)


def crossed_locks(mp: Any) -> None:
    first, second = mp.Lock(), mp.Lock()

    def take(one: Any, other: Any) -> None:
        with one, other:
            pass

    run_all(mp, [lambda: take(first, second), lambda: take(second, first)])


def killed_holder(mp: Any) -> None:
    value, lock = mp.Value("i", 0, lock=False), mp.Lock()

    def add() -> None:
        with lock:
            value.value = value.value + 1

    victim, other = mp.Process(target=add), mp.Process(target=add)
    victim.start()
    other.start()
    victim.terminate()
    other.join(0.003)
    other.join()
    victim.join()


def killed_twice(mp: Any) -> None:
    value = mp.Value("i", 0, lock=False)

    def work() -> None:
        value.value = 1
        value.value = 2

    victim = mp.Process(target=work)
    victim.start()
    victim.terminate()
    victim.terminate()
    victim.join()


def impatient(mp: Any) -> None:
    lock, value = mp.Lock(), mp.Value("i", 0, lock=False)

    def work() -> None:
        if lock.acquire(timeout=0.002):
            value.value = value.value + 1
            lock.release()
        elif lock.acquire(False):
            value.value = -1
            lock.release()

    run_all(mp, [work, work, work])


def family(mp: Any) -> None:
    value = mp.Value("i", 0, lock=False)

    def child() -> None:
        value.value = value.value + 1
        grandchild = mp.Process(target=lambda: setattr(value, "value", 7))
        grandchild.start()
        while grandchild.is_alive():
            grandchild.join(0.001)

    run_all(mp, [child, child])
    value.value = value.value + 1


BODIES: list[Callable[..., None]] = [
    counter,
    crossed_locks,
    killed_holder,
    killed_twice,
    impatient,
    family,
]


def run_all(mp: Any, targets: Sequence[Callable[[], None]]) -> None:
    processes = [mp.Process(target=target) for target in targets]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def runner_of(body: Callable[..., None]) -> Runner:
    return Runner(FunctionProgram(body.__name__, body, multiprocessing), limit=500)


def case_of(body: Callable[..., None], **parameters: Any) -> Case:
    return Case(body.__name__, parameters=parameters)


class Choices:
    """Takes each decision and each delay from a list of numbers; then the default."""

    every_step = False

    def __init__(self, decisions: Sequence[int], delays: Sequence[int] = ()) -> None:
        self.decisions = decisions
        self.delays = delays
        self.delay = self._delay if delays else None
        self.begin([])

    def begin(self, log: Any) -> None:
        self.left = list(self.decisions)
        self.unslept = list(self.delays)

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        return ready[self.left.pop(0) % len(ready)] if self.left else keep_running(ready, last)

    def _delay(self, actor: Actor, operation: Operation) -> int:
        return self.unslept.pop(0) if self.unslept else 0
