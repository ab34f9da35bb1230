"""Queue, JoinableQueue and SimpleQueue, as programs use them."""

from __future__ import annotations

import queue
from typing import Any

import pytest

from tests.helpers.enumerate import outcomes, run_all, runs, start_all
from tests.helpers.running import error_of, recorded, returned, run

SHOWN = "<multiprocessing.queues.Queue object at Queue#1>"


def test_right_after_put_the_queue_may_still_be_empty() -> None:
    def body(mp: Any) -> Any:
        found = mp.Queue()
        found.put(1)
        return found.empty(), found.qsize(), error_of(found.get_nowait)

    assert outcomes(body) == {(True, 1, "Empty: "), (True, 1, ""), (False, 1, "")}


def test_a_get_that_waits_always_gets_what_was_put() -> None:
    def body(mp: Any) -> Any:
        found = mp.Queue()
        found.put("item")
        return found.get(), found.qsize()

    assert outcomes(body) == {("item", 0)}


def test_a_bounded_queue_counts_at_once() -> None:
    def body(mp: Any) -> list[Any]:
        found = mp.Queue(3)
        for item in range(3):
            found.put(item)
        return [
            found.qsize(),
            found.full(),
            error_of(lambda: found.put(3, False)),
            error_of(lambda: found.put_nowait(3)),
            error_of(lambda: found.put(3, timeout=0.2)),
            error_of(lambda: found.put(3, timeout=-1)),
            [found.get() for _ in range(3)],
            error_of(lambda: found.get(False)),
            error_of(lambda: found.get(timeout=0.2)),
            error_of(lambda: found.get(timeout=-1)),
            found.full(),
        ]

    full, empty = "Full: ", "Empty: "
    result, world = run(body)
    assert result == [3, True, full, full, full, full, [0, 1, 2], empty, empty, empty, False]
    assert world.now == 400_000_000


def test_the_exceptions_are_those_of_the_queue_module() -> None:
    def body(mp: Any) -> None:
        with pytest.raises(queue.Empty):
            mp.Queue().get_nowait()
        full = mp.Queue(1)
        full.put(1)
        with pytest.raises(queue.Full):
            full.put_nowait(2)
        assert mp.queues.Empty is queue.Empty

    run(body)


def test_a_fourth_put_into_three_places_waits_for_ever() -> None:
    def body(mp: Any) -> None:
        found = mp.Queue(3)
        for item in range(4):
            found.put(item)

    assert outcomes(body) == {"blocked: MainProcess in put Queue#1"}


def test_items_are_copies_made_when_the_feeder_comes_to_them() -> None:
    def body(mp: Any) -> tuple[int, ...]:
        found, item = mp.Queue(), [1]
        found.put(item)
        found.qsize()  # here the feeder may come to it
        item.append(2)
        got = found.get()
        item.append(3)
        return tuple(got)

    assert outcomes(body) == {(1,), (1, 2)}


def test_what_two_processes_put_arrives_in_either_order_even_if_one_came_first() -> None:
    def body(mp: Any) -> str:
        found, gone = mp.Queue(), mp.Event()

        def first() -> None:
            found.put("A")
            gone.set()

        def second() -> None:
            gone.wait()
            found.put("B")

        start_all(mp, first, second)
        return str(found.get() + found.get())

    assert outcomes(body) == {"AB", "BA"}


def test_what_one_process_puts_arrives_in_order() -> None:
    def body(mp: Any) -> str:
        found = mp.Queue()
        start_all(mp, lambda: [found.put(item) for item in "abc"])
        return "".join(found.get() for _ in range(3))

    assert outcomes(body) == {"abc"}


def test_each_item_goes_to_one_of_two_consumers() -> None:
    def body(mp: Any) -> tuple[int, ...]:
        found, got = mp.Queue(), mp.Array("i", 2, lock=False)

        def take(place: int) -> None:
            got[place] = found.get()

        processes = start_all(mp, lambda: take(0), lambda: take(1))
        found.put(1)
        found.put(2)
        for process in processes:
            process.join()
        return tuple(got)

    assert outcomes(body) == {(1, 2), (2, 1)}


def test_an_item_that_cannot_be_pickled_is_dropped_with_a_word_on_stderr() -> None:
    def body(mp: Any) -> tuple[int, int]:
        found = mp.Queue(1)
        found.put(lambda: None)
        found.put(2)
        return found.get(), found.qsize()

    assert outcomes(body) == {(2, 0)}
    [text] = run(body)[1].runtime.errors
    assert "local object 'test_an_item_that" in text.splitlines()[-1]


def test_handles_refuse_to_be_put_into_a_queue() -> None:
    def body(mp: Any) -> str:
        found = mp.Queue()
        found.put(mp.Lock())
        return "put"

    result, world = run(body)
    assert result == "put"
    assert "RuntimeError: Lock objects should only be shared" in world.runtime.errors[0]


def test_joining_a_producer_before_its_big_item_is_taken_deadlocks() -> None:
    def body(mp: Any) -> None:
        found = mp.Queue()
        [child] = start_all(mp, lambda: found.put("x" * 70_000))
        child.join()
        found.get()

    assert outcomes(body) == {
        "blocked: MainProcess in join Process-1, Process-1 in join_thread Queue#1, "
        "Process-1/feeder of Queue#1 in flush Queue#1"
    }
    world = next(runs(body))[0]
    child, feeder = world.stranded[1:]
    assert child.pending is not None
    assert feeder.pending is not None
    assert child.pending.object.holders(child, child.pending) == [feeder]
    wakers = feeder.pending.object.wakers(feeder, feeder.pending)
    assert [process.name for process in wakers] == ["MainProcess"]


def test_taking_the_big_item_first_is_safe() -> None:
    def body(mp: Any) -> int:
        found = mp.Queue()
        [child] = start_all(mp, lambda: found.put("x" * 70_000))
        item = found.get()
        child.join()
        return len(item)

    assert outcomes(body) == {70_000}


def test_cancelling_the_join_lets_the_process_end_and_may_lose_items() -> None:
    def body(mp: Any) -> Any:
        found = mp.Queue()

        def put() -> None:
            found.put("item")
            found.cancel_join_thread()

        run_all(mp, put)
        return found.qsize(), error_of(found.get_nowait)

    assert outcomes(body) == {(1, "Empty: "), (1, "")}


def test_without_that_a_process_ends_after_its_items_are_in_the_pipe() -> None:
    def body(mp: Any) -> str:
        found = mp.Queue()
        run_all(mp, lambda: found.put("item"))
        return str(found.get_nowait())

    assert outcomes(body) == {"item"}


def test_a_killed_process_takes_with_it_what_it_has_not_flushed() -> None:
    def body(mp: Any) -> str:
        found, gone = mp.Queue(), mp.Event()

        def put() -> None:
            found.put("item")
            gone.set()
            gone.clear()
            gone.wait()

        [child] = start_all(mp, put)
        gone.wait()
        child.kill()
        child.join()
        return error_of(lambda: found.get(timeout=1))

    assert {"", "Empty: "} <= outcomes(body)


def test_a_reader_killed_inside_get_takes_the_queue_s_lock_with_it() -> None:
    def body(mp: Any) -> Any:
        found = mp.Queue()
        [child] = start_all(mp, found.get)
        child.terminate()
        child.join()
        found.put("item")
        return found.get()

    assert outcomes(body) == {"item", "blocked: MainProcess in get Queue#1"}


def test_a_closed_queue_refuses_what_cpython_s_refuses() -> None:
    def body(mp: Any) -> list[Any]:
        found = mp.Queue()
        found.put(1)
        early = error_of(found.join_thread)
        found.close()
        closed = [
            error_of(lambda: found.put(2)),
            error_of(found.get),
            found.qsize(),
        ]
        found.join_thread()
        found.close()
        return [early, *closed, error_of(found.empty)]

    assert returned(body) == [
        f"AssertionError: Queue {SHOWN} not closed",
        f"ValueError: Queue {SHOWN} is closed",
        f"ValueError: Queue {SHOWN} is closed",
        1,
        "OSError: handle is closed",
    ]


def test_closing_concerns_only_the_process_that_closes() -> None:
    def body(mp: Any) -> str:
        found = mp.Queue()

        def put() -> None:
            found.put("item")
            found.close()

        run_all(mp, put)
        return str(found.get())

    assert outcomes(body) == {"item"}


def test_a_joinable_queue_is_joined_when_every_task_is_done() -> None:
    def body(mp: Any) -> tuple[int, int]:
        tasks, done = mp.JoinableQueue(), mp.Value("i", 0)

        def work() -> None:
            tasks.get()
            done.value += 1
            tasks.task_done()

        start_all(mp, work)
        tasks.put(1)
        tasks.join()
        return done.value, tasks.qsize()

    assert outcomes(body) == {(1, 0)}


def test_a_forgotten_task_done_makes_join_wait_for_ever() -> None:
    def body(mp: Any) -> None:
        tasks = mp.JoinableQueue()
        start_all(mp, tasks.get)
        tasks.put(1)
        tasks.join()

    assert outcomes(body) == {"blocked: MainProcess in join JoinableQueue#1"}


def test_too_many_task_dones_are_refused_and_early_ones_are_not() -> None:
    def body(mp: Any) -> list[Any]:
        tasks = mp.JoinableQueue()
        early = error_of(tasks.task_done)
        tasks.put(1)
        before_get = tasks.task_done()
        return [early, before_get, error_of(tasks.task_done)]

    message = "ValueError: task_done() called too many times"
    assert returned(body) == [message, None, message]


def test_a_simple_queue_delivers_at_once() -> None:
    def body(mp: Any) -> Any:
        found = mp.SimpleQueue()
        before = found.empty()
        found.put((1, 2))
        return before, found.empty(), found.get()

    assert outcomes(body) == {(True, False, (1, 2))}


def test_a_simple_queue_refuses_at_once_what_cannot_be_pickled() -> None:
    message = returned(lambda mp: error_of(lambda: mp.SimpleQueue().put(lambda: 0)))
    assert "local object" in message


def test_a_simple_queue_blocks_when_its_pipe_is_full() -> None:
    def body(mp: Any, items: int) -> int:
        found = mp.SimpleQueue()
        for _ in range(items):
            found.put("x" * 1_000)
        return items

    assert returned(lambda mp: body(mp, 64)) == 64
    assert outcomes(lambda mp: body(mp, 65)) == {"blocked: MainProcess in put SimpleQueue#1"}


def test_a_closed_simple_queue_is_a_closed_handle() -> None:
    def body(mp: Any) -> list[str]:
        found = mp.SimpleQueue()
        found.close()
        return [error_of(lambda: found.put(1)), error_of(found.get), error_of(found.empty)]

    assert returned(body) == ["OSError: handle is closed"] * 3


def test_a_trace_shows_items_and_not_their_pickles() -> None:
    def body(mp: Any) -> None:
        found, (reader, writer) = mp.Queue(), mp.Pipe(False)
        found.put([1])
        found.get()
        writer.send({"a": 2})
        reader.recv()

    events = [(event.operation, event.value, event.result) for event in recorded(body).events]
    assert events[:5] == [
        ("put", "[1]", "True"),
        ("flush", None, None),
        ("get", None, "[1]"),
        ("send", "{'a': 2}", "True"),
        ("recv", None, "{'a': 2}"),
    ]
