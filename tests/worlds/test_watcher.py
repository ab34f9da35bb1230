from __future__ import annotations

from typing import Any

from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.case import Case
from explorer.model.story import Sight
from explorer.search.replay import Replay
from explorer.worlds.execute import execute, session
from explorer.worlds.recorder import Recorder, trace_of
from explorer.worlds.watcher import Watcher


def watch(body: Any) -> list[Sight]:
    program = FunctionProgram("body", body, multiprocessing)
    case = Case("body")
    watcher = Watcher(program.is_user_code)
    with session(program):
        execute(program, case, Replay(case.schedule), recorder=watcher)
    return watcher.sights


def looks(body: Any, name: str) -> list[dict[str, str]]:
    """How an object looked, one after the other."""
    return [dict(sight.parts) for sight in watch(body) if sight.object == name]


def test_a_lock_is_free_or_held_by_somebody() -> None:
    def body(mp: Any) -> None:
        lock = mp.RLock()
        with lock, lock:
            pass

    assert looks(body, "RLock#1") == [
        {"": "free"},
        {"": "held by MainProcess"},
        {"": "held by MainProcess, 2 times"},
        {"": "held by MainProcess"},
        {"": "free"},
    ]
    held = [sight.holders for sight in watch(body)]
    assert held == [(), ("MainProcess",), ("MainProcess",), ("MainProcess",), ()]


def test_a_semaphore_tells_what_is_left() -> None:
    def body(mp: Any) -> None:
        semaphore = mp.Semaphore(2)
        semaphore.acquire()
        semaphore.release()

    assert looks(body, "Semaphore#1") == [
        {"": "2 left"},
        {"": "1 left", "taken by": "MainProcess"},
        {"": "2 left"},
    ]


def test_an_event_is_set_or_not() -> None:
    def body(mp: Any) -> None:
        event = mp.Event()
        event.set()
        event.clear()

    assert looks(body, "Event#1") == [{"": "not set"}, {"": "set"}, {"": "not set"}]


def test_the_cells_of_an_array_are_told_one_by_one() -> None:
    def body(mp: Any) -> None:
        array = mp.Array("i", 2, lock=False)
        array[1] = 5

    assert looks(body, "Array#1") == [{"[0]": "0", "[1]": "0"}, {"[0]": "0", "[1]": "5"}]


def test_a_queue_tells_buffer_and_pipe_by_items() -> None:
    def body(mp: Any) -> None:
        queue = mp.Queue(3)
        queue.put("a")
        queue.get()

    seen = looks(body, "Queue#1")
    assert {"slots taken": "1 of 3", "buffer of MainProcess": "'a'", "pipe": "empty"} in [
        {name: text for name, text in look.items() if name != "waited for by"} for look in seen
    ]
    assert seen[-1] == {"slots taken": "0 of 3", "pipe": "empty"}


def test_an_item_that_is_no_plain_data_is_told_by_its_size() -> None:
    def body(mp: Any) -> None:
        queue = mp.SimpleQueue()
        queue.put(print)
        queue.get()

    [pipe] = {look["pipe"] for look in looks(body, "SimpleQueue#1")} - {"empty"}
    assert pipe.startswith("<")
    assert pipe.endswith(" bytes>")


def test_watching_changes_nothing_of_the_run() -> None:
    def body(mp: Any) -> None:
        queue = mp.Queue(1)
        child = mp.Process(target=queue.put, args=("a",))
        child.start()
        queue.get()
        child.join()

    program = FunctionProgram("body", body, multiprocessing)
    case = Case("body")
    traces = []
    for kind in (Recorder, Watcher):
        recorder = kind(program.is_user_code)
        with session(program):
            world = execute(program, case, Replay(case.schedule), recorder=recorder)
        traces.append(trace_of(world, recorder))
    assert traces[0] == traces[1]
