"""Pipe, Connection and connection.wait, as programs use them."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.errors import NotSupported
from explorer.model.schedule import Delay, Place, Schedule
from explorer.search.replay import Replay
from tests.helpers.enumerate import outcomes, run_all, start_all
from tests.helpers.running import error_of, returned, run

CLOSED, EOF = "OSError: handle is closed", "EOFError: "
BROKEN = "BrokenPipeError: [Errno 32] Broken pipe"


def test_what_is_sent_is_received_as_a_copy() -> None:
    def body(mp: Any) -> Any:
        here, there = mp.Pipe()
        item = {"x": [1]}
        here.send(item)
        item["x"].append(2)
        there.send_bytes(b"abcdef", 1, 3)
        return there.recv(), here.recv_bytes(), here.poll(), here.poll(0.1), here.poll(-1)

    result, world = run(body)
    assert result == ({"x": [1]}, b"bcd", False, False, False)
    assert world.now == 100_000_000


def test_a_receiver_waits_for_its_sender() -> None:
    def body(mp: Any) -> int:
        here, there = mp.Pipe()
        start_all(mp, lambda: there.send(7))
        return int(here.recv())

    assert outcomes(body) == {7}


def test_closed_and_one_way_connections_refuse_as_cpython_s() -> None:
    def body(mp: Any) -> list[Any]:
        reader, writer = mp.Pipe(duplex=False)
        found = [
            error_of(lambda: reader.send(1)),
            error_of(writer.recv),
            error_of(writer.poll),
            "local object" in error_of(lambda: writer.send(lambda: 0)),
            (reader.readable, reader.writable, writer.readable, writer.writable),
        ]
        writer.send(1)
        writer.close()
        writer.close()
        found += [reader.recv(), error_of(reader.recv), reader.poll(), writer.closed]
        found += [error_of(lambda: writer.send(1)), error_of(writer.fileno)]
        with reader:
            pass
        return [*found, error_of(reader.recv), error_of(reader.poll)]

    assert returned(body) == [
        "OSError: connection is read-only",
        "OSError: connection is write-only",
        "OSError: connection is write-only",
        True,
        (True, False, False, True),
        1,
        EOF,
        True,
        True,
        CLOSED,
        CLOSED,
        CLOSED,
        CLOSED,
    ]


def test_sending_to_a_peer_that_has_closed_breaks() -> None:
    def body(mp: Any) -> list[str]:
        here, there = mp.Pipe()
        here.send("buffered")
        here.close()
        return [there.recv(), error_of(there.recv), error_of(lambda: there.send(1))]

    assert returned(body) == ["buffered", EOF, BROKEN]


def test_each_process_has_its_own_copy_to_close() -> None:
    def body(mp: Any) -> Any:
        reader, writer = mp.Pipe(False)

        def child() -> None:
            writer.close()

        run_all(mp, child)
        writer.send("still open here")
        return reader.recv(), writer.closed

    assert returned(body) == ("still open here", False)


def received(mp: Any, close: bool) -> Any:
    reader, writer = mp.Pipe(False)
    start_all(mp, lambda: writer.send(1))
    if close:
        writer.close()
    return reader.recv(), error_of(reader.recv)


def test_the_end_comes_when_the_last_copy_of_the_writing_end_is_closed() -> None:
    assert outcomes(lambda mp: received(mp, True)) == {(1, EOF)}


def test_a_forgotten_copy_in_the_reader_makes_it_wait_for_ever() -> None:
    assert outcomes(lambda mp: received(mp, False)) == {"blocked: MainProcess in recv Pipe#1"}


def test_a_connection_can_be_sent_through_another() -> None:
    def body(mp: Any) -> Any:
        reader, writer = mp.Pipe(False)
        near, far = mp.Pipe()

        def child() -> None:
            reader.close()
            writer.close()
            far.recv().send("by a detour")

        [process] = start_all(mp, child)
        near.send(writer)
        writer.close()
        process.join()
        return reader.recv(), error_of(reader.recv)

    assert outcomes(body) == {("by a detour", EOF)}


def test_both_ends_sending_what_does_not_fit_deadlock() -> None:
    def body(mp: Any) -> None:
        here, there = mp.Pipe()

        def talk(connection: Any) -> None:
            connection.send("x" * 300_000)
            connection.recv()

        run_all(mp, lambda: talk(here), lambda: talk(there))

    stuck = "blocked: MainProcess in join Process-1, Process-1 in send Pipe#1 to [1], "
    assert outcomes(body) == {stuck + "Process-2 in send Pipe#1 to [0]"}


def test_a_two_way_pipe_holds_more_than_a_one_way_pipe() -> None:
    def body(mp: Any, duplex: bool) -> str:
        _, writer = mp.Pipe(duplex)
        writer.send("x" * 100_000)
        return "sent"

    assert outcomes(lambda mp: body(mp, True)) == {"sent"}
    assert outcomes(lambda mp: body(mp, False)) == {"blocked: MainProcess in send Pipe#1"}


def two_senders(mp: Any, lock: bool) -> Any:
    reader, writer = mp.Pipe(False)
    guard = mp.Lock()

    def send(character: str) -> None:
        if lock:
            with guard:
                writer.send(character * 20_000)
        else:
            writer.send(character * 20_000)

    start_all(mp, lambda: send("a"), lambda: send("b"))
    return error_of(reader.recv).partition(":")[0] or "whole"


def test_long_messages_of_two_senders_may_be_torn() -> None:
    assert outcomes(lambda mp: two_senders(mp, lock=False)) == {"whole", "UnpicklingError"}


def test_a_lock_keeps_long_messages_whole() -> None:
    assert outcomes(lambda mp: two_senders(mp, lock=True)) == {"whole"}


def test_two_readers_may_both_see_the_one_message_that_only_one_of_them_gets() -> None:
    def body(mp: Any) -> str:
        here, there = mp.Pipe()

        def read() -> None:
            if here.poll():
                here.recv()

        there.send(1)
        run_all(mp, read, read)
        return "done"

    stuck = {f"blocked: MainProcess in join {name}, {name} in recv Pipe#1 to [0]" for name in NAMES}
    assert outcomes(body) == {"done"} | stuck


NAMES = ("Process-1", "Process-2")


def test_bytes_that_are_too_long_are_refused() -> None:
    def body(mp: Any) -> list[Any]:
        here, there = mp.Pipe()
        for _ in range(3):
            there.send_bytes(b"12345")
        room = bytearray(4)
        found = [error_of(lambda: here.recv_bytes_into(room)), room]
        wide = bytearray(8)
        found += [here.recv_bytes_into(wide, 2), bytes(wide)]
        found += [error_of(lambda: here.recv_bytes(4)), error_of(here.recv)]
        return [*found, error_of(lambda: there.send_bytes(b"ab", 3))]

    assert returned(body) == [
        "BufferTooShort: b'12345'",
        bytearray(4),
        5,
        b"\0\x0012345\0",
        "OSError: bad message length",
        "OSError: connection is write-only",
        "ValueError: buffer length < offset",
    ]


def test_waiting_for_several_gives_those_that_are_ready() -> None:
    def body(mp: Any) -> list[Any]:
        first, second = mp.Pipe(), mp.Pipe()
        wait = mp.connection.wait
        found = [wait([first[0], second[0]], timeout=0), wait([first[0]], 0.2)]
        second[1].send(1)
        return [*found, wait([first[0], second[0]]) == [second[0]]]

    result, world = run(body)
    assert result == [[], [], True]
    assert world.now == 200_000_000


def test_a_sentinel_is_ready_when_its_process_has_ended() -> None:
    def body(mp: Any) -> tuple[bool, ...]:
        reader, writer = mp.Pipe(False)
        [child] = start_all(mp, lambda: writer.send(1))
        ready = mp.connection.wait([reader, child.sentinel])
        return tuple(found is reader for found in ready)

    assert outcomes(body) == {(True,), (True, False)}


def test_who_is_late_to_wait_for_several_is_not_woken_before_it_waits() -> None:
    def body(mp: Any) -> Any:
        reader, writer = mp.Pipe(duplex=False)
        start_all(mp, lambda: writer.send(1))
        return mp.connection.wait([reader]) == [reader] and reader.recv()

    late = Delay(Place("MainProcess", "wait", "Pipe#1", 1), 5)
    assert run(body, Replay(Schedule(delays=(late,))))[0] == 1


def test_a_process_killed_while_it_waits_for_several_is_gone() -> None:
    def body(mp: Any) -> str:
        reader, writer = mp.Pipe(False)
        [child] = start_all(mp, lambda: mp.connection.wait([reader]))
        child.kill()
        child.join()
        writer.send(1)
        return str(reader.recv())

    assert outcomes(body) == {"1"}


@pytest.mark.parametrize(
    ("use", "name"),
    [
        (lambda mp: mp.Pipe()[0].fileno(), "Connection.fileno"),
        (lambda mp: mp.connection.wait([3]), "wait"),
    ],
)
def test_what_has_no_file_descriptor_says_so(use: Any, name: str) -> None:
    with pytest.raises(NotSupported, match=name):
        run(use)
