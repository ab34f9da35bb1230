"""Queues: slots, buffers, feeders, tasks."""

from __future__ import annotations

import pickle
from typing import Any

from explorer.model.actor import Actor, new_actor
from explorer.model.operation import OwnedOperation, conflict
from explorer.objects.channel import GET
from explorer.objects.queue import (
    DROP,
    EMPTY_NOW,
    FINISH_FLUSH,
    FLUSH,
    FULL,
    JOIN,
    JOIN_THREAD,
    PUT,
    PUT_TASK,
    QSIZE,
    TASK_DONE,
    TRY_PUT,
    Buffer,
    JoinableQueue,
    Queue,
    UnboundedQueue,
)
from tests.helpers.machine import WAITS, actor, attempt, refusal


def setting(queue: Queue, *names: str) -> list[tuple[Actor, Actor]]:
    """For each name a process that has put something: its thread and its feeder."""
    found = []
    for name in names:
        who = actor(name)
        feeder = new_actor(9, f"{name}/feeder", who.process)
        queue.buffers[who.process] = buffer = Buffer(pickle.dumps)
        buffer.feeder = feeder
        who.process.belongings.append(queue)
        found.append((who, feeder))
    return found


def get(who: Actor, queue: Queue) -> Any:
    found = attempt(who, GET, queue)
    return found if found == WAITS else pickle.loads(found)


def test_an_item_is_counted_at_once_and_arrives_when_it_is_flushed() -> None:
    queue = Queue("Queue#1", 3)
    [(a, feeder)] = setting(queue, "A")
    attempt(a, PUT, queue, value=1)
    assert attempt(a, QSIZE, queue) == 1
    assert attempt(a, EMPTY_NOW, queue) is True
    assert get(a, queue) == WAITS
    attempt(feeder, FLUSH, queue)
    assert attempt(a, EMPTY_NOW, queue) is False
    assert get(a, queue) == 1
    assert attempt(a, QSIZE, queue) == 0


def test_a_full_queue_lets_nobody_put_before_somebody_gets() -> None:
    queue = Queue("Queue#1", 1)
    [(a, feeder)] = setting(queue, "A")
    attempt(a, PUT, queue, value=1)
    assert attempt(a, FULL, queue) is True
    assert attempt(a, PUT, queue, value=2) == WAITS
    assert attempt(a, TRY_PUT, queue, value=2) is False
    attempt(feeder, FLUSH, queue)
    assert attempt(a, PUT, queue, value=2) == WAITS
    get(a, queue)
    assert attempt(a, PUT, queue, value=2) is True


def test_items_of_two_processes_arrive_in_the_order_of_their_feeders() -> None:
    queue = Queue("Queue#1", 9)
    (a, feeds_a), (b, feeds_b) = setting(queue, "A", "B")
    attempt(a, PUT, queue, value="A")
    attempt(b, PUT, queue, value="B")
    attempt(feeds_b, FLUSH, queue)
    attempt(feeds_a, FLUSH, queue)
    assert [get(a, queue), get(a, queue)] == ["B", "A"]


def test_what_is_changed_before_the_feeder_comes_to_it_arrives_changed() -> None:
    queue = Queue("Queue#1", 9)
    [(a, feeder)] = setting(queue, "A")
    item = [1]
    attempt(a, PUT, queue, value=item)
    item.append(2)
    attempt(feeder, FLUSH, queue)
    item.append(3)
    assert get(a, queue) == [1, 2]


def test_an_item_that_cannot_be_pickled_frees_its_slot() -> None:
    queue = Queue("Queue#1", 1)
    [(a, feeder)] = setting(queue, "A")
    attempt(a, PUT, queue, value=lambda: None)
    attempt(feeder, FLUSH, queue)
    assert attempt(a, JOIN_THREAD, queue) == WAITS
    assert attempt(a, PUT, queue, value=2) == WAITS
    attempt(feeder, DROP, queue)
    assert attempt(a, PUT, queue, value=2) is True


def test_a_process_waits_for_its_feeder_and_the_feeder_for_room() -> None:
    queue = Queue("Queue#1", 9)
    [(a, feeder)] = setting(queue, "A")
    attempt(a, PUT, queue, value="x" * 70_000)
    assert attempt(a, JOIN_THREAD, queue) == WAITS
    assert queue.holders(a, a.pending) == [feeder]  # type: ignore[arg-type]
    attempt(feeder, FLUSH, queue)
    assert attempt(a, JOIN_THREAD, queue) == WAITS
    assert attempt(feeder, FINISH_FLUSH, queue) == WAITS
    get(actor("B"), queue)
    attempt(feeder, FINISH_FLUSH, queue)
    attempt(a, JOIN_THREAD, queue)
    assert a.process.belongings == []


def test_what_a_killed_process_had_not_flushed_is_lost_with_its_slot() -> None:
    queue = Queue("Queue#1", 1)
    [(a, feeder)] = setting(queue, "A")
    attempt(a, PUT, queue, value=1)
    queue.abandon(a.process)
    assert feeder.ended
    assert attempt(feeder, FLUSH, queue) == WAITS
    assert attempt(actor("B"), FULL, queue) is True


def test_tasks_are_joined_when_all_are_done() -> None:
    queue = JoinableQueue("JoinableQueue#1", 9)
    [(a, feeder)] = setting(queue, "A")
    attempt(a, JOIN, queue)
    for item in range(2):
        attempt(a, PUT_TASK, queue, value=item)
        attempt(feeder, FLUSH, queue)
    attempt(a, TASK_DONE, queue)
    assert attempt(a, JOIN, queue) == WAITS
    attempt(a, TASK_DONE, queue)
    assert attempt(a, JOIN, queue) is None
    assert refusal(a, TASK_DONE, queue) == "ValueError: task_done() called too many times"


def test_puts_of_two_processes_commute_where_there_is_no_bound() -> None:
    def conflicting(queue: Queue) -> bool:
        (a, _), (b, _) = setting(queue, "A", "B")
        puts = [OwnedOperation(PUT, queue, who.process, 1) for who in (a, b)]
        return conflict(*puts)

    assert conflicting(Queue("Queue#1", 1))
    assert not conflicting(UnboundedQueue("Queue#1", 9))


def test_a_flush_depends_on_the_puts_of_its_own_process_only() -> None:
    queue = UnboundedQueue("Queue#1", 9)
    (a, _), (b, _) = setting(queue, "A", "B")
    flush = OwnedOperation(FLUSH, queue, a.process)
    assert conflict(flush, OwnedOperation(PUT, queue, a.process, 1))
    assert not conflict(flush, OwnedOperation(PUT, queue, b.process, 1))
    assert conflict(flush, OwnedOperation(FLUSH, queue, b.process))
    assert conflict(flush, OwnedOperation(GET, queue, b.process))
