"""The pipe behind a queue: locks of readers and writers, messages that do not fit."""

from __future__ import annotations

from explorer.objects.channel import (
    EMPTY,
    EMPTY_NOW,
    FINISH_PUT,
    GET,
    PARKED,
    POLL,
    PUT,
    RECEIVE,
    UNFINISHED,
    SimpleQueue,
)
from tests.helpers.machine import WAITS, actor, attempt, process

A, B, C = actor("A"), actor("B"), actor("C")
BIG = b"x" * 70_000


def queue_of(*messages: bytes) -> SimpleQueue:
    found = SimpleQueue("SimpleQueue#1")
    for message in messages:
        attempt(A, PUT, found, value=message)
    return found


def test_messages_come_out_in_the_order_they_went_in() -> None:
    queue = queue_of(b"1", b"2")
    assert [attempt(B, GET, queue) for _ in range(2)] == [b"1", b"2"]
    assert attempt(B, GET, queue) == WAITS
    assert attempt(B, POLL, queue) is EMPTY


def test_who_waited_too_long_gets_nothing() -> None:
    assert attempt(A, GET, queue_of(), late=True) is EMPTY


def test_a_writer_whose_message_does_not_fit_keeps_other_writers_out() -> None:
    queue = queue_of()
    assert attempt(A, PUT, queue, value=BIG) is UNFINISHED
    assert attempt(A, FINISH_PUT, queue) == WAITS
    assert attempt(B, PUT, queue, value=b"1") == WAITS
    assert queue.holders(B, B.pending) == [A]  # type: ignore[arg-type]
    assert attempt(C, GET, queue) == BIG
    attempt(A, FINISH_PUT, queue)
    assert attempt(B, PUT, queue, value=b"1") is None


def test_all_other_living_processes_could_make_room() -> None:
    main = process("MainProcess")
    children = [process(f"Process-{number}", main) for number in (1, 2)]
    for child in children:
        main.children.append(type("Handle", (), {"_object": child}))
    queue = queue_of()
    first = children[0].main
    assert first is not None
    attempt(first, PUT, queue, value=BIG)
    attempt(first, FINISH_PUT, queue)
    assert first.pending is not None
    assert queue.wakers(first, first.pending) == [main, children[1]]
    children[1].exitcode = 0
    assert queue.wakers(first, first.pending) == [main]
    attempt(first, GET, queue_of())
    assert queue.wakers(first, first.pending) is None


def test_only_a_process_that_is_about_to_be_killed_parks_in_get() -> None:
    queue, victim = queue_of(), actor("victim")
    assert attempt(victim, GET, queue) == WAITS
    victim.process.signalled = True
    assert attempt(victim, GET, queue) is PARKED
    attempt(A, PUT, queue, value=b"1")
    assert attempt(B, GET, queue) == WAITS
    assert attempt(B, POLL, queue) is EMPTY
    assert attempt(victim, RECEIVE, queue) == b"1"


def test_the_readers_lock_is_lost_with_a_reader_that_was_killed_in_get() -> None:
    queue, victim = queue_of(), actor("victim")
    victim.process.signalled = True
    attempt(victim, GET, queue)
    queue.abandon(victim.process)
    attempt(A, PUT, queue, value=b"1")
    assert attempt(B, GET, queue) == WAITS
    assert queue.holders(B, B.pending) == [victim]  # type: ignore[arg-type]


def test_a_message_whose_writer_was_killed_is_never_whole() -> None:
    queue, victim = queue_of(b"1"), actor("victim")
    attempt(victim, PUT, queue, value=BIG)
    queue.abandon(victim.process)
    assert attempt(B, GET, queue) == b"1"
    assert attempt(B, GET, queue) == WAITS
    assert attempt(B, EMPTY_NOW, queue) is False
    assert attempt(C, PUT, queue, value=b"2") == WAITS
    assert queue.holders(B, B.pending) == [victim]  # type: ignore[arg-type]
