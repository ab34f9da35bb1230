"""Functions of modules that were imported long before the explorer was on, as this one."""

import multiprocessing
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing import Lock, Process, current_process, get_context
from time import sleep
from typing import Any

import pytest

from explorer.engine.chooser import KeepRunning
from explorer.errors import NotSupported
from explorer.frontend.imported import ImportedProgram
from explorer.model.case import Case
from explorer.worlds.execute import execute
from explorer.worlds.virtual import VirtualWorld

SEEN: list[int] = []
MADE_AT_IMPORT = Lock()
SPAWN = get_context("fork")
total = 0


class Worker(Process):
    """A subclass of the real Process."""

    pause = staticmethod(sleep)

    def __init__(self, number: int) -> None:
        super().__init__(name=f"worker-{number}")
        self.number = number

    def run(self) -> None:
        self.pause(1)
        assert current_process() is self
        SEEN.append(self.number)


def run(body: Callable[..., Any], **parameters: Any) -> VirtualWorld:
    program = ImportedProgram("program", body)
    return execute(program, Case("program", parameters=parameters), KeepRunning())


def holds(world: VirtualWorld) -> bool:
    errors = "".join(world.runtime.errors)
    assert [process.exitcode for process in world.processes] == [0] * len(world.processes), errors
    return True


def increment(value: Any, lock: Any, wait: Callable[[float], None] = sleep) -> None:
    with lock:
        wait(0.5)
        value.value += 1


def count(processes: int) -> None:
    """A test as people write them."""
    value, lock = multiprocessing.Value("i", 0), Lock()
    children = [Process(target=increment, args=(value, lock)) for _ in range(processes)]
    children += [SPAWN.Process(target=increment, args=(value, lock))]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert value.value == processes + 1


def test_names_bound_at_import_are_virtual_in_a_run() -> None:
    world = run(count, processes=2)
    assert holds(world)
    assert world.now == 1_500_000_000


def test_a_subclass_of_the_real_process_runs_on_the_virtual_one() -> None:
    def body() -> None:
        workers = [Worker(number) for number in (1, 2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert [worker.name for worker in workers] == ["worker-1", "worker-2"]

    world = run(body)
    assert holds(world)
    assert len(world.processes) == 3
    assert world.now == 1_000_000_000
    assert Worker.__bases__ == (multiprocessing.Process,)


def test_what_a_run_changes_in_its_modules_is_put_back() -> None:
    def body() -> None:
        global total
        assert (SEEN, total) == ([], 0)
        SEEN.append(1)
        total += 1

    for _ in range(3):
        assert holds(run(body))
    assert (SEEN, total) == ([], 0)


def test_afterwards_every_name_is_what_it_was() -> None:
    before = dict(globals())
    run(count, processes=1)
    assert all(globals()[name] is value for name, value in before.items())
    assert increment.__defaults__ == (time.sleep,)
    assert sleep is time.sleep


def test_the_clock_of_datetime_is_virtual_too() -> None:
    def body() -> None:
        assert datetime.now().year == 2024
        assert isinstance(datetime.now(), datetime)

    assert holds(run(body))
    assert datetime.now().year > 2024


def test_a_real_lock_made_at_import_is_refused() -> None:
    with pytest.raises(NotSupported, match=r"A real Lock, made when its module was imported"):
        run(use_what_was_made_at_import)


def use_what_was_made_at_import() -> None:
    MADE_AT_IMPORT.acquire()
