"""Small random programs, to hold one part of the explorer against another.

A program is data: what each process does, statement by statement, to a few shared objects. `body`
runs it on whatever multiprocessing it is given, the virtual or the real one; `program_text` shows
it as a person would write it. Sizes are small enough for brute force: the point is that all the
ways in which statements of different kinds can meet turn up, not that programs look real.
"""

from __future__ import annotations

import pickle
import queue
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeVar

from hypothesis.strategies import DrawFn, SearchStrategy, composite, sampled_from

Choice = TypeVar("Choice")
#: Picks one of the options: by Hypothesis, or by a random generator.
Pick = Callable[[Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a process does: `what`, to the object of that number, with `value`.

    `then` is done inside it: under the lock, or if the condition holds. A process has one register,
    which reading sets.
    """

    what: str
    on: int = 0
    value: int = 0
    then: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """What each process does, and what the main process does between starting and joining them."""

    processes: tuple[tuple[Statement, ...], ...]
    main: tuple[Statement, ...] = ()
    permits: int = 1  # of each semaphore at the start
    slots: int = 0  # of each queue; 0: no bound

    @property
    def kinds(self) -> frozenset[str]:
        """All the statements in it."""
        found: set[str] = set()
        todo = [statement for process in (*self.processes, self.main) for statement in process]
        while todo:
            statement = todo.pop()
            found.add(statement.what)
            todo += statement.then
        return frozenset(found)


#: Groups of statements that a program may be made of, each with its likelihood.
FEATURES: Final[dict[str, tuple[str, ...]]] = {
    "values": ("read", "read", "write", "add"),
    "array": ("load", "store"),
    "branches": ("when",),
    "guarded": ("guarded read", "guarded write"),
    "locks": ("with", "with", "with", "acquire", "release"),
    "rlocks": ("rwith", "rwith"),
    "try": ("try",),
    "timeouts": ("timed",),
    "semaphores": ("down", "up", "permit"),
    "events": ("set", "clear", "is_set", "wait"),
    "conditions": ("await", "notify", "notify_all"),
    "queues": ("put", "get", "get_nowait", "qsize"),
    "sleeps": ("sleep",),
}
#: What the main process may do while its children run.
MAIN_FEATURES: Final[dict[str, tuple[str, ...]]] = {
    "kill": ("terminate",),
    "poll": ("poll", "join in time"),
}
#: Statements that have others inside them.
NESTING: Final = frozenset({"when", "with", "rwith", "try", "timed", "permit"})
_OBJECTS: Final = 2  # of each kind


def random_program(seed: int, features: Sequence[str], sizes: Sequence[Sequence[int]]) -> Program:
    """The program of this number; see `programs`."""
    return _program(random.Random(seed).choice, features, sizes)


@composite
def _drawn(draw: DrawFn, features: Sequence[str], sizes: Sequence[Sequence[int]]) -> Program:
    return _program(lambda options: draw(sampled_from(options)), features, sizes)


def programs(
    features: Sequence[str] = ("values", "locks"),
    sizes: Sequence[Sequence[int]] = ((2, 2), (3, 2), (2, 3), (2, 2, 2)),
) -> SearchStrategy[Program]:
    """Programs made of these features; `sizes` are the numbers of statements of each process."""
    return _drawn(tuple(features), tuple(map(tuple, sizes)))


def _program(pick: Pick, features: Sequence[str], sizes: Sequence[Sequence[int]]) -> Program:
    words = [word for name in features for word in FEATURES.get(name, ())]
    chief = [word for name in features for word in MAIN_FEATURES.get(name, ())]
    size = pick(sizes)
    return Program(
        processes=tuple(_statements(pick, words, count) for count in size),
        main=tuple(Statement(pick(chief), pick(range(len(size)))) for _ in range(pick((1, 1, 2))))
        if chief
        else (),
        permits=pick((0, 1, 1, 2)) if "semaphores" in features else 1,
        slots=pick((0, 1, 2)) if "queues" in features else 0,
    )


def _statements(pick: Pick, words: Sequence[str], count: int) -> tuple[Statement, ...]:
    found = []
    while count > 0:
        word = pick(words)
        then: tuple[Statement, ...] = ()
        if word in NESTING:
            inside = pick(range(min(count, 2) + 1))
            then = _statements(pick, words, inside)
            count -= inside
        found.append(Statement(word, pick(range(_OBJECTS)), pick((0, 1, 2)), then))
        count -= 1
    return tuple(found)


class _Objects:
    """The shared objects of a run, two of each kind, in lists."""

    cells: list[Any]
    locks: list[Any]
    rlocks: list[Any]
    array: list[Any]  # the same one twice
    guarded: list[Any]
    semaphores: list[Any]
    events: list[Any]
    conditions: list[Any]
    queues: list[Any]

    def __init__(self, kinds: str, objects: Sequence[Any]) -> None:
        for place, kind in enumerate(kinds.split()):
            setattr(self, kind, objects[_OBJECTS * place : _OBJECTS * (place + 1)])


def _made(mp: Any, program: Program) -> tuple[str, list[Any]]:
    """What `_Objects` is made of: the kinds of object that a program needs, and all of them.

    Cells and locks are always made, so that their names do not depend on their use.
    """
    used = program.kinds
    array = mp.Array("i", _OBJECTS, lock=False) if used & {"load", "store"} else None
    makers: dict[str, tuple[bool, Callable[[], Any]]] = {
        "cells": (True, lambda: mp.Value("i", 0, lock=False)),
        "locks": (True, mp.Lock),
        "rlocks": (True, mp.RLock),
        "array": (array is not None, lambda: array),
        "guarded": (bool(used & {"guarded read", "guarded write"}), lambda: mp.Value("i", 0)),
        "semaphores": (
            bool(used & {"down", "up", "permit"}),
            lambda: mp.Semaphore(program.permits),
        ),
        "events": (bool(used & set(FEATURES["events"])), mp.Event),
        "conditions": (bool(used & set(FEATURES["conditions"])), mp.Condition),
        "queues": (bool(used & set(FEATURES["queues"])), lambda: mp.Queue(program.slots)),
    }
    kinds = [kind for kind, (needed, _) in makers.items() if needed]
    return " ".join(kinds), [makers[kind][1]() for kind in kinds for _ in range(_OBJECTS)]


class _Process:
    """What one process does, and its register."""

    def __init__(self, objects: _Objects, sleep: Callable[[float], None]) -> None:
        self.objects = objects
        self.sleep = sleep
        self.register = 0

    def run(self, statements: Sequence[Statement]) -> None:
        """Do these statements."""
        for statement in statements:
            getattr(self, "do_" + statement.what.replace(" ", "_"))(statement)

    def do_read(self, it: Statement) -> None:
        self.register = self.objects.cells[it.on].value

    def do_write(self, it: Statement) -> None:
        self.objects.cells[it.on].value = it.value

    def do_add(self, it: Statement) -> None:
        self.objects.cells[it.on].value = self.register + it.value

    def do_load(self, it: Statement) -> None:
        self.register = self.objects.array[it.on][it.on]

    def do_store(self, it: Statement) -> None:
        self.objects.array[it.on][it.on] = it.value

    def do_guarded_read(self, it: Statement) -> None:
        self.register = self.objects.guarded[it.on].value

    def do_guarded_write(self, it: Statement) -> None:
        self.objects.guarded[it.on].value = it.value

    def do_when(self, it: Statement) -> None:
        if self.register == it.value:
            self.run(it.then)

    def do_sleep(self, it: Statement) -> None:
        self.sleep(it.value / 100)

    def do_with(self, it: Statement) -> None:
        with self.objects.locks[it.on]:
            self.run(it.then)

    def do_acquire(self, it: Statement) -> None:
        self.objects.locks[it.on].acquire()

    def do_release(self, it: Statement) -> None:
        self.objects.locks[it.on].release()

    def do_rwith(self, it: Statement) -> None:
        with self.objects.rlocks[it.on]:
            self.run(it.then)

    def do_try(self, it: Statement) -> None:
        if self.objects.locks[it.on].acquire(False):
            self.run(it.then)
            self.objects.locks[it.on].release()

    def do_timed(self, it: Statement) -> None:
        if self.objects.locks[it.on].acquire(timeout=0.01):
            self.run(it.then)
            self.objects.locks[it.on].release()

    def do_down(self, it: Statement) -> None:
        self.objects.semaphores[it.on].acquire()

    def do_up(self, it: Statement) -> None:
        self.objects.semaphores[it.on].release()

    def do_permit(self, it: Statement) -> None:
        with self.objects.semaphores[it.on]:
            self.run(it.then)

    def do_set(self, it: Statement) -> None:
        self.objects.events[it.on].set()

    def do_clear(self, it: Statement) -> None:
        self.objects.events[it.on].clear()

    def do_is_set(self, it: Statement) -> None:
        self.register = int(self.objects.events[it.on].is_set())

    def do_wait(self, it: Statement) -> None:
        self.objects.events[it.on].wait()

    def do_await(self, it: Statement) -> None:
        with self.objects.conditions[it.on] as condition:
            if self.objects.cells[it.on].value != 1:
                self.objects.conditions[it.on].wait()
            del condition

    def do_notify(self, it: Statement) -> None:
        with self.objects.conditions[it.on]:
            self.objects.cells[it.on].value = 1
            self.objects.conditions[it.on].notify()

    def do_notify_all(self, it: Statement) -> None:
        with self.objects.conditions[it.on]:
            self.objects.conditions[it.on].notify_all()

    def do_put(self, it: Statement) -> None:
        self.objects.queues[it.on].put(it.value)

    def do_get(self, it: Statement) -> None:
        self.register = self.objects.queues[it.on].get()

    def do_get_nowait(self, it: Statement) -> None:
        try:
            self.register = self.objects.queues[it.on].get_nowait()
        except queue.Empty:
            self.register = -1

    def do_qsize(self, it: Statement) -> None:
        self.register = self.objects.queues[it.on].qsize()


@lru_cache
def _packed(program: Program) -> bytes:
    return pickle.dumps(program)


@lru_cache
def _unpacked(program: bytes) -> Program:
    found: Program = pickle.loads(program)
    return found


def _work(program: bytes, number: int, kinds: str, *objects: Any) -> None:
    """What the process of that number does."""
    _Process(_Objects(kinds, objects), time.sleep).run(_unpacked(program).processes[number])


def body(mp: Any, program: Program) -> None:
    """Run a program: start all its processes, do what the main process does, join them all.

    Processes are given bytes, since a fork copies every statement, which takes longer than the run.
    """
    kinds, objects = _made(mp, program)
    children = [
        mp.Process(target=_work, args=(_packed(program), number, kinds, *objects))
        for number in range(len(program.processes))
    ]
    for child in children:
        child.start()
    for statement in program.main:
        child = children[statement.on]
        if statement.what == "terminate":
            child.terminate()
        elif statement.what == "poll":
            child.is_alive()
        else:
            child.join(0.01)
    for child in children:
        child.join()
