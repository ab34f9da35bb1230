"""Pipes: which ends are open where, and what the other side notices of it."""

from __future__ import annotations

import struct

from explorer.model.operation import Operation, conflict
from explorer.objects.pipe import (
    CLOSE,
    FINISH_SEND,
    POLL,
    RECV,
    SEND,
    End,
    Stream,
    inherit,
)
from explorer.objects.process import EXIT
from explorer.objects.room import PipeRoom
from tests.helpers.machine import WAITS, attempt, process, refusal

MAIN, OTHER = process("MainProcess"), process("Process-1")
A, B = MAIN.main, OTHER.main
assert A is not None
assert B is not None


def framed(message: bytes) -> bytes:
    return struct.pack("!i", len(message)) + message


def pipe() -> tuple[End, End, Stream]:
    """The reading and the writing end, both open in the main process, and what is between."""
    MAIN.belongings.clear()
    OTHER.belongings.clear()
    waiting: list[object] = []
    reader, writer = (End(f"Pipe#1[{place}]", waiting) for place in (0, 1))  # type: ignore[arg-type]
    reader.open_in(MAIN)
    writer.open_in(MAIN)
    return reader, writer, Stream("Pipe#1", writer, reader, PipeRoom())


def test_messages_arrive_in_order_and_whole() -> None:
    _, _, stream = pipe()
    assert attempt(A, POLL, stream) is False
    attempt(A, SEND, stream, value=framed(b"one") + framed(b"two")[:5])
    assert attempt(B, POLL, stream) is True
    assert attempt(B, RECV, stream).data == b"one"
    assert attempt(B, RECV, stream) == WAITS
    attempt(A, SEND, stream, value=framed(b"two")[5:])
    assert attempt(B, RECV, stream).data == b"two"


def test_the_end_is_seen_when_the_last_writing_end_is_closed() -> None:
    reader, writer, stream = pipe()
    inherit(MAIN, OTHER)
    attempt(A, CLOSE, writer)
    assert attempt(A, RECV, stream) == WAITS
    attempt(B, SEND, stream, value=framed(b"x"))
    attempt(B, CLOSE, writer)
    assert attempt(A, RECV, stream).data == b"x"
    assert refusal(A, RECV, stream) == "EOFError: "
    assert attempt(A, POLL, stream) is True
    assert reader.processes == [MAIN, OTHER]


def test_half_a_message_before_the_end_is_an_error() -> None:
    _, writer, stream = pipe()
    attempt(A, SEND, stream, value=framed(b"abc")[:5])
    attempt(A, CLOSE, writer)
    assert refusal(A, RECV, stream) == "OSError: got end of file during message"


def test_sending_with_no_reader_left_breaks() -> None:
    reader, _, stream = pipe()
    attempt(A, CLOSE, reader)
    assert refusal(A, SEND, stream, value=framed(b"x")) == "BrokenPipeError: [Errno 32] Broken pipe"


def test_a_process_that_ends_closes_what_it_has() -> None:
    _, writer, stream = pipe()
    inherit(MAIN, OTHER)
    attempt(A, CLOSE, writer)
    OTHER.exitcode = None
    attempt(B, EXIT, OTHER, value=0)
    assert refusal(A, RECV, stream) == "EOFError: "


def test_a_message_that_does_not_fit_is_finished_when_it_is_read_or_nobody_can() -> None:
    reader, _, stream = pipe()
    inherit(MAIN, OTHER)
    assert attempt(A, SEND, stream, value=framed(b"x" * 70_000)) is False
    assert attempt(A, FINISH_SEND, stream) == WAITS
    assert stream.wakers(A, A.pending) == [OTHER]  # type: ignore[arg-type]
    attempt(B, RECV, stream)
    assert attempt(A, FINISH_SEND, stream) is True
    attempt(A, SEND, stream, value=framed(b"x" * 70_000))
    attempt(A, CLOSE, reader)
    attempt(B, CLOSE, reader)
    assert refusal(A, FINISH_SEND, stream).startswith("BrokenPipeError")


def test_a_pickled_copy_on_its_way_keeps_an_end_open() -> None:
    _, writer, stream = pipe()
    writer.travelling = 1
    attempt(A, CLOSE, writer)
    assert attempt(A, RECV, stream) == WAITS
    writer.travelling = 0
    assert refusal(A, RECV, stream) == "EOFError: "


def test_closing_matters_only_to_operations_that_could_tell() -> None:
    _, writer, stream = pipe()
    inherit(MAIN, OTHER)
    close = Operation(CLOSE, writer)
    leave = Operation(EXIT, OTHER, value=0)
    assert not conflict(close, leave)
    assert not conflict(leave, Operation(RECV, stream))
    assert conflict(leave, Operation(RECV, stream, gate=writer))
    assert conflict(close, Operation(RECV, stream, gate=writer))
