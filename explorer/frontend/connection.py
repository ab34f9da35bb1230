"""`multiprocessing.Pipe`, its Connections, and `connection.wait`.

After Lib/multiprocessing/connection.py. One Connection object serves all processes; whether it is
closed is asked of its end, for the process that asks.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from multiprocessing import BufferTooShort
from typing import Any

from explorer.errors import NotSupported
from explorer.frontend.current import abort, new_name, slot
from explorer.frontend.locks import wait_of
from explorer.frontend.pickling import Packed, Travelling, dumps, labelled, loads
from explorer.frontend.place import place
from explorer.model.actor import Actor
from explorer.model.operation import Operation
from explorer.objects import pipe as pipes
from explorer.objects.process import ProcessObject
from explorer.objects.room import PipeRoom, SocketRoom


class Connection(Travelling):
    """One end of a pipe: it reads from the stream `incoming` and writes to `outgoing`."""

    def __init__(
        self, end: pipes.End, incoming: pipes.Stream | None, outgoing: pipes.Stream | None
    ) -> None:
        self._object = end
        self._incoming = incoming
        self._outgoing = outgoing
        self._bad = False  # a message was longer than the reader wanted

    # What it is

    @property
    def closed(self) -> bool:
        """Whether it is closed in this process."""
        return slot.world.running.process not in self._object.processes

    @property
    def readable(self) -> bool:
        """Whether it can be read from."""
        return self._incoming is not None and not self._bad

    @property
    def writable(self) -> bool:
        """Whether it can be written to."""
        return self._outgoing is not None

    def fileno(self) -> int:
        """There is no file descriptor behind it."""
        self._check_open()
        return abort(
            NotSupported(
                f"Connection.fileno() is not simulated; the program uses it{place()}. "
                "Use multiprocessing.connection.wait() to wait for several connections."
            )
        )

    def _check_open(self) -> None:
        if self.closed:
            raise OSError("handle is closed")

    def _source(self) -> pipes.Stream:
        self._check_open()
        if self._incoming is None or self._bad:
            raise OSError("connection is write-only")
        return self._incoming

    def _sink(self) -> pipes.Stream:
        self._check_open()
        if self._outgoing is None:
            raise OSError("connection is read-only")
        return self._outgoing

    # What it does

    def close(self) -> None:
        """Close it in this process."""
        if not self.closed:
            slot.world.perform(Operation(pipes.CLOSE, self._object))

    def send(self, obj: Any) -> None:
        """Pickle an object and send it."""
        sink = self._sink()
        _send(sink, dumps(obj))

    def recv(self) -> Any:
        """The next object; waits for it."""
        return loads(_recv(self._source()))

    def send_bytes(self, buf: Any, offset: int = 0, size: int | None = None) -> None:
        """Send bytes."""
        sink = self._sink()
        view = memoryview(buf).cast("B") if memoryview(buf).itemsize > 1 else memoryview(buf)
        length = view.nbytes
        if offset < 0:
            raise ValueError("offset is negative")
        if length < offset:
            raise ValueError("buffer length < offset")
        if size is None:
            size = length - offset
        elif size < 0:
            raise ValueError("size is negative")
        elif offset + size > length:
            raise ValueError("buffer length < offset + size")
        _send(sink, bytes(view[offset : offset + size]))

    def recv_bytes(self, maxlength: int | None = None) -> bytes:
        """The next message; OSError if it is longer than `maxlength`, and then no more."""
        source = self._source()
        if maxlength is not None and maxlength < 0:
            raise ValueError("negative maxlength")
        message = _recv(source)
        if maxlength is None or len(message) <= maxlength:
            return message
        if self.writable:
            self._bad = True
        else:
            self.close()
        raise OSError("bad message length")

    def recv_bytes_into(self, buf: Any, offset: int = 0) -> int:
        """Write the next message into `buf`; how long it is."""
        source = self._source()
        with memoryview(buf) as view:
            size = view.itemsize * len(view)
            if offset < 0:
                raise ValueError("negative offset")
            if offset > size:
                raise ValueError("offset too large")
            message = _recv(source)
            if size < offset + len(message):
                raise BufferTooShort(message)
            view.cast("B")[offset : offset + len(message)] = message
        return len(message)

    def poll(self, timeout: float | None = 0.0) -> bool:
        """Whether there is something to receive, after at most `timeout` seconds."""
        source = self._source()
        wait = None if timeout is None else wait_of(timeout)
        kind = pipes.POLL if wait == 0 else pipes.POLL_WAITING
        gate = _gate(source, source.writer)
        return bool(slot.world.perform(Operation(kind, source, None, None, wait, gate)))

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __reduce__(self) -> Any:
        self._check_open()
        self._object.travelling += 1
        return super().__reduce__()

    def _arrived(self) -> None:
        self._object.travelling -= 1
        self._object.open_in(slot.world.running.process)

    def __repr__(self) -> str:
        return f"<multiprocessing.connection.Connection object at {self._object.name}>"


def _gate(stream: pipes.Stream, other: pipes.End) -> Any:
    """Where an operation on `stream` waits: at the other end too, if that can go away.

    It cannot while this very process has it open, as most do that share a pipe by forking; then
    closing the other copies of it is of no interest here.
    """
    return stream if slot.world.running.process in other.processes else other


def _send(sink: pipes.Stream, message: bytes) -> None:
    """Write a message: as one piece, or, if it is long, its header first."""
    header = struct.pack("!i", len(message))
    pieces = [header, message] if len(message) > pipes.SPLIT else [header + message]
    if isinstance(message, Packed):
        pieces[-1] = labelled(pieces[-1], repr(message))
        sink.texts[bytes(message)] = repr(message)
    for piece in pieces:
        gate = _gate(sink, sink.reader)
        if not slot.world.perform(Operation(pipes.SEND, sink, None, piece, None, gate)):
            slot.world.perform(Operation(pipes.FINISH_SEND, sink, gate=gate))


def _recv(source: pipes.Stream) -> bytes:
    gate = _gate(source, source.writer)
    message: pipes.Message = slot.world.perform(Operation(pipes.RECV, source, gate=gate))
    return message.data


def Pipe(duplex: bool = True) -> tuple[Connection, Connection]:
    """Two connections: what is sent on one is received on the other (or on the first only)."""
    name = new_name("Pipe")
    waiting: list[Actor] = []
    first, second = (pipes.End(f"{name}[{place}]", waiting) for place in (0, 1))
    here: ProcessObject = slot.world.running.process
    for end in (first, second):
        end.open_in(here)
    if not duplex:
        stream = pipes.Stream(name, second, first, PipeRoom())
        return Connection(first, stream, None), Connection(second, None, stream)
    # Named for the end that reads from it.
    to_first = pipes.Stream(f"{name} to [0]", second, first, SocketRoom())
    to_second = pipes.Stream(f"{name} to [1]", first, second, SocketRoom())
    return Connection(first, to_first, to_second), Connection(second, to_second, to_first)


def wait(object_list: Iterable[Any], timeout: float | None = None) -> list[Any]:
    """Those of some connections and process sentinels that are ready, when one is."""
    objects = list(object_list)
    parts = [_part(found) for found in objects]
    limit = None if timeout is None else wait_of(timeout)
    readable = pipes.Readable(parts)
    me = slot.world.running.process
    kind = pipes.WAIT_NOT if limit == 0 else pipes.WAIT
    operation = pipes.ReadableOperation(kind, readable, me, None, limit)
    ready: list[int] = slot.world.perform(operation)
    return [objects[place] for place in ready]


def _part(found: Any) -> Any:
    if isinstance(found, Connection):
        return found._source()
    if isinstance(found, ProcessObject):
        return found
    return abort(
        NotSupported(
            f"multiprocessing.connection.wait() for a {type(found).__name__} is not simulated; "
            f"the program does it{place()}. Connections and process sentinels are."
        )
    )


__all__ = ["Connection", "Pipe", "wait"]
