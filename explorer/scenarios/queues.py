"""Queues: consumers that wait for what never comes, and puts that are not there yet.

`Queue.put` returns before the item can be taken (a thread of the producer writes it to a pipe),
and a process does not end before all that it put has gone into the pipe, which holds 64 KiB.
"""

from __future__ import annotations

from typing import Any, Final

from explorer.model.verdict import Kind
from explorer.scenarios.base import Parameter, Scenario

BIG: Final = 100_000  # characters; more than the pipe behind a queue holds


def produce(queue: Any, items: int) -> None:
    """Put some items."""
    for item in range(items):
        queue.put(item)


def consume(queue: Any) -> None:
    """Take items until the sentinel comes."""
    while True:
        item = queue.get()
        if item is None:
            break


def queue_sentinel(
    mp: Any,
    consumers: int = 1,
    producers: int = 1,
    items: int = 0,
    capacity: int = 0,
    sentinel: str = "none",
) -> None:
    """Each consumer takes one sentinel, so each needs one; capacity 0 is without bound."""
    queue = mp.Queue(capacity)
    makers = [mp.Process(target=produce, args=(queue, items)) for _ in range(producers)]
    takers = [mp.Process(target=consume, args=(queue,)) for _ in range(consumers)]
    for child in makers + takers:
        child.start()
    for maker in makers:
        maker.join()
    if sentinel == "one for all":
        queue.put(None)
    elif sentinel == "one each":
        for _ in takers:
            queue.put(None)
    for taker in takers:
        taker.join()


def take(queue: Any, wait: str) -> None:
    """Take one item, waiting for it in one of three ways."""
    if wait == "not at all":
        queue.get(block=False)
    elif wait == "two seconds":
        queue.get(timeout=2)
    else:
        queue.get()


def give(queue: Any, wait: str) -> None:
    """Put one item, waiting for room in one of three ways."""
    if wait == "not at all":
        queue.put("item", block=False)
    elif wait == "two seconds":
        queue.put("item", timeout=2)
    else:
        queue.put("item")


def queue_empty(mp: Any, wait: str = "not at all") -> None:
    """Right after put, in the same process, the queue may still be empty."""
    queue = mp.Queue()
    queue.put("item")
    take(queue, wait)


def queue_full(mp: Any, producers: int = 2, wait: str = "not at all") -> None:
    """A queue of one place, and more producers than that."""
    queue = mp.Queue(1)
    makers = [mp.Process(target=give, args=(queue, wait)) for _ in range(producers)]
    for maker in makers:
        maker.start()
    for _ in makers:
        queue.get()
    for maker in makers:
        maker.join()


def make_big(queue: Any, size: int) -> None:
    """Put one item of `size` characters."""
    queue.put("x" * size)


def join_before_drain(mp: Any, size: int = BIG, order: str = "join, get") -> None:
    """The child cannot end before somebody takes its item."""
    queue = mp.Queue()
    child = mp.Process(target=make_big, args=(queue, size))
    child.start()
    if order == "join, get":
        child.join()
        queue.get()
    else:
        queue.get()
        child.join()


def work_off(queue: Any, items: int, done: str) -> None:
    """Take all the items, and say of each, or not, that it is done."""
    for item in range(items):
        queue.get()
        if done == "always" or (done == "all but once" and item < items - 1):
            queue.task_done()


def task_done_forgotten(mp: Any, items: int = 1, done: str = "all but once") -> None:
    """JoinableQueue.join() waits for as many task_done() as there were puts."""
    queue = mp.JoinableQueue()
    child = mp.Process(target=work_off, args=(queue, items, done))
    child.start()
    for item in range(items):
        queue.put(item)
    queue.join()
    child.join()


SENTINEL: Final = Scenario(
    name="queue-sentinel",
    description="consumers wait for a sentinel that never comes",
    body=queue_sentinel,
    parameters=(
        Parameter("consumers", (1, 2, 3)),
        Parameter("producers", (1, 2)),
        Parameter("items", (0, 1, 2, 3)),
        Parameter("capacity", (0, 1, 2, 3)),
        Parameter("sentinel", ("none", "one for all", "one each")),
    ),
    fails=(Kind.STARVATION,),
    right={"sentinel": "one each"},
)
EMPTY: Final = Scenario(
    name="queue-empty",
    description="get(block=False) right after put finds nothing",
    body=queue_empty,
    parameters=(Parameter("wait", ("not at all", "two seconds", "for ever")),),
    fails=(Kind.EXCEPTION,),
    right={"wait": "for ever"},
)
FULL: Final = Scenario(
    name="queue-full",
    description="put(block=False) by two producers finds no room",
    body=queue_full,
    parameters=(
        Parameter("producers", (2, 3)),
        Parameter("wait", ("not at all", "two seconds", "for ever")),
    ),
    fails=(Kind.EXCEPTION,),
    right={"wait": "for ever"},
)
JOIN_BEFORE_DRAIN: Final = Scenario(
    name="queue-join-before-drain",
    description="a child with a big item is joined before it is taken",
    body=join_before_drain,
    parameters=(Parameter("size", (1, BIG)), Parameter("order", ("get, join", "join, get"))),
    fails=(Kind.DEADLOCK,),
    wrong={"size": BIG, "order": "join, get"},
    right={"order": "get, join"},
)
TASK_DONE: Final = Scenario(
    name="queue-task-done",
    description="a consumer forgets task_done(), and join() waits",
    body=task_done_forgotten,
    parameters=(
        Parameter("items", (1, 2, 3)),
        Parameter("done", ("always", "all but once", "never")),
    ),
    fails=(Kind.STARVATION,),
    wrong={"done": "all but once"},
    right={"done": "always"},
)
