"""`threading` locks of a process that has one thread: its own memory, and never a hang."""

import logging
from collections.abc import Callable

import pytest

from explorer.worlds.virtual import VirtualWorld

Run = Callable[..., VirtualWorld]


def stranded(world: VirtualWorld) -> list[tuple[str, str]]:
    return [
        (actor.name, operation.object.name)
        for actor, operation in zip(world.stranded, world.waited_for, strict=True)
        if operation is not None
    ]


def test_taking_a_lock_twice_waits_for_itself(run_script: Run) -> None:
    world = run_script("import threading\nlock = threading.Lock()\nwith lock, lock: pass\n")
    assert stranded(world) == [("MainProcess", "threading.Lock#1")]
    assert world.waited_for[0].gate.holders(world.stranded[0], world.waited_for[0]) == [
        world.stranded[0]
    ]


@pytest.mark.parametrize(
    "source",
    [
        "import queue; queue.Queue().get()",
        "import threading; threading.Event().wait()",
        "import threading; threading.Semaphore(0).acquire()",
        "import threading; c = threading.Condition(); c.acquire(); c.wait()",
    ],
)
def test_waiting_for_a_thread_that_is_not_there_waits_for_ever(
    run_script: Run, source: str
) -> None:
    assert [name for name, _ in stranded(run_script(source))] == ["MainProcess"]


def test_locks_behave_as_long_as_nobody_has_to_wait(run_script: Run) -> None:
    world = run_script(
        """
        import queue, threading
        lock, rlock = threading.Lock(), threading.RLock()
        assert lock.acquire() and not lock.acquire(False) and lock.locked()
        assert not lock.acquire(timeout=2)
        lock.release()
        try:
            lock.release()
        except RuntimeError:
            pass
        else:
            raise AssertionError
        with rlock, rlock:
            pass
        items = queue.Queue()
        items.put(1)
        assert items.get() == 1
        event = threading.Event()
        assert not event.wait(1)
        event.set()
        assert event.wait()
        condition = threading.Condition()
        with condition:
            assert not condition.wait(1)
            condition.notify_all()
        """
    )
    assert "".join(world.runtime.errors) == ""
    assert [process.exitcode for process in world.processes] == [0]
    assert world.now == 4_000_000_000


def test_a_child_has_its_own_copy_held_or_free(run_script: Run) -> None:
    world = run_script(
        """
        import threading
        from multiprocessing import Process
        free, held = threading.Lock(), threading.Lock()
        def child():
            assert free.acquire(False) and not held.acquire(False)
            held.release()
        held.acquire()
        process = Process(target=child)
        process.start()
        process.join()
        assert process.exitcode == 0
        assert held.locked() and not free.locked()
        """
    )
    assert "".join(world.runtime.errors) == ""


def test_a_lock_that_a_library_keeps_does_no_harm_after_the_run(run_script: Run) -> None:
    world = run_script("import logging\nlogging.kept = logging.Handler()\n")
    assert world.processes[0].exitcode == 0
    handler = logging.__dict__.pop("kept")
    handler.acquire()
    handler.release()
    handler.close()
