"""Threads inside a virtual process, and what they wait for each other with."""

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from explorer.frontend.install import installed
from explorer.worlds.virtual import VirtualWorld
from tests.helpers.enumerate import outcomes

Run = Callable[..., VirtualWorld]


@pytest.fixture(autouse=True)
def virtual() -> Iterator[None]:
    """The virtual modules in place."""
    with installed():
        yield


def run_threads(*targets: Callable[[], Any]) -> None:
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_threads_share_the_memory_of_their_process() -> None:
    def body(mp: Any) -> Any:
        found: list[int] = []
        run_threads(lambda: found.append(1), lambda: found.append(2))
        return tuple(found)

    assert outcomes(body) == {(1, 2)}  # plain memory is no decision: each runs when it is started


def test_an_update_in_two_critical_sections_can_be_lost() -> None:
    def body(mp: Any) -> Any:
        count, lock = [0], threading.Lock()

        def add() -> None:
            with lock:
                seen = count[0]
            with lock:
                count[0] = seen + 1

        run_threads(add, add)
        return count[0]

    assert outcomes(body) == {1, 2}


def test_an_update_in_one_critical_section_is_never_lost() -> None:
    def body(mp: Any) -> Any:
        count, lock = [0], threading.RLock()

        def add() -> None:
            with lock, lock:
                count[0] += 1

        run_threads(add, add)
        return count[0]

    assert outcomes(body) == {2}


def test_locks_taken_in_both_orders_can_deadlock() -> None:
    def body(mp: Any) -> Any:
        first, second = threading.Lock(), threading.Lock()

        def take(one: Any, other: Any) -> None:
            with one, other:
                pass

        run_threads(lambda: take(first, second), lambda: take(second, first))

    assert outcomes(body) == {
        None,
        "blocked: MainProcess in join MainProcess/Thread-1, "
        "MainProcess/Thread-1 in acquire threading.Lock#2, "
        "MainProcess/Thread-2 in acquire threading.Lock#1",
    }


def test_a_sleeper_returns_true_from_a_pulse() -> None:
    def body(mp: Any) -> Any:
        event, found = threading.Event(), []
        thread = threading.Thread(target=lambda: found.append(event.wait(1)))
        thread.start()
        event.set()
        event.clear()
        thread.join()
        return found[0]

    assert outcomes(body) == {False, True}


def test_a_bounded_queue_keeps_the_order_of_each_producer() -> None:
    def body(mp: Any) -> Any:
        items: queue.Queue[int] = queue.Queue(1)
        threads = [threading.Thread(target=items.put, args=(item,)) for item in (1, 2)]
        for thread in threads:
            thread.start()
        return items.get(), items.get()

    assert outcomes(body) == {(1, 2), (2, 1)}


def test_queues_give_items_back_in_their_order() -> None:
    def body(mp: Any) -> Any:
        found = []
        for made in (queue.Queue(), queue.LifoQueue(), queue.PriorityQueue(), queue.SimpleQueue()):
            for item in (2, 1, 3):
                made.put(item)
            found.append(tuple(made.get() for _ in range(3)))
        return tuple(found)

    assert outcomes(body) == {((2, 1, 3), (3, 1, 2), (1, 2, 3), (2, 1, 3))}


def test_a_condition_wakes_whoever_sleeps_longest() -> None:
    def body(mp: Any) -> Any:
        condition, ready, found = threading.Condition(), [], []

        def consume() -> None:
            with condition:
                condition.wait_for(lambda: ready)
                found.append(ready.pop())

        thread = threading.Thread(target=consume)
        thread.start()
        with condition:
            ready.append(1)
            condition.notify()
        thread.join()
        return tuple(found)

    assert outcomes(body) == {(1,)}


def test_a_barrier_lets_all_parties_go_at_once() -> None:
    def body(mp: Any) -> Any:
        barrier, found = threading.Barrier(2), []
        run_threads(lambda: found.append(barrier.wait()), lambda: found.append(barrier.wait()))
        return tuple(sorted(found))

    assert outcomes(body) == {(0, 1)}


def test_a_lock_that_another_thread_holds_stays_held_in_a_child() -> None:
    def body(mp: Any) -> Any:
        lock, taken = threading.Lock(), threading.Event()

        def hold() -> None:
            with lock:
                taken.set()

        results = mp.SimpleQueue()
        thread = threading.Thread(target=hold)
        thread.start()
        taken.wait()
        child = mp.Process(target=lambda: results.put(lock.acquire(False)))
        child.start()
        child.join()
        thread.join()
        return results.get()

    assert outcomes(body) == {False, True}


def test_names_and_states_are_as_cpythons(run_script: Run) -> None:
    world = run_script(
        """
        import threading
        def work(): pass
        thread = threading.Thread(target=work)
        print(thread.name, thread.is_alive(), thread.daemon, thread.ident)
        thread.start()
        thread.join()
        print(thread.is_alive(), threading.current_thread().name, threading.active_count())
        for action in (thread.start, threading.current_thread().join):
            try:
                action()
            except RuntimeError as error:
                print(error)
        """
    )
    assert "".join(world.runtime.output).splitlines() == [
        "Thread-1 (work) False False None",
        "False MainThread 1",
        "threads can only be started once",
        "cannot join current thread",
    ]


def test_a_process_ends_after_its_threads_that_are_no_daemons(run_script: Run) -> None:
    world = run_script(
        """
        import threading, time
        def say(after, what):
            time.sleep(after)
            print(what)
        threading.Thread(target=say, args=(1, "joined")).start()
        threading.Thread(target=say, args=(2, "cut off"), daemon=True).start()
        threading.Timer(0.5, say, (0, "timer")).start()
        """
    )
    assert "".join(world.runtime.output) == "timer\njoined\n"
    assert world.now == 1_000_000_000


def test_what_a_thread_raises_is_printed_and_kept(run_script: Run) -> None:
    world = run_script("import threading\nthreading.Thread(target=lambda: {}['x']).start()\n")
    assert "".join(world.runtime.errors).startswith("Exception in thread Thread-1 (<lambda>):\n")
    assert [(one.exitcode, repr(one.error)) for one in world.processes] == [(0, "KeyError('x')")]


def test_each_thread_has_its_own_local_data(run_script: Run) -> None:
    world = run_script(
        """
        import threading
        data = threading.local()
        data.x = 1
        def work():
            print(hasattr(data, "x"))
            data.x = 2
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        print(data.x)
        """
    )
    assert "".join(world.runtime.output) == "False\n1\n"


def test_a_kill_ends_all_threads_of_a_process(run_script: Run) -> None:
    world = run_script(
        """
        import multiprocessing, threading, time
        def work():
            threading.Thread(target=time.sleep, args=(100,)).start()
            time.sleep(100)
        child = multiprocessing.Process(target=work)
        child.start()
        child.terminate()
        child.join()
        """
    )
    assert [process.exitcode for process in world.processes] == [0, -15]
    assert world.now == 0
