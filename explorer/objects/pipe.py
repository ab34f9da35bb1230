"""A pipe: bytes on their way in one direction (`Stream`) and its two ends (`End`).

What is open is kept per process: closing an end in one process leaves the copies that others have,
a fork copies every end that is open in the parent, and a process that ends closes what it has. Only
when the last copy is gone does the other side notice: EOFError, BrokenPipeError.

The bytes are kept as bytes, header and all. Two processes that send on one end without a lock can
tear each other's messages as they do in reality: a message of more than 16 KiB is written header
first. Taking a message is one event, though, whose two reads another reader could come between.
"""

from __future__ import annotations

import errno
import os
import struct
from typing import Any, ClassVar, Final

from explorer.model.actor import Actor
from explorer.model.operation import (
    Access,
    Operation,
    OperationKind,
    OwnedOperation,
    Refused,
    strongest,
)
from explorer.objects.at_each import AtEach
from explorer.objects.base import SharedObject
from explorer.objects.process import ProcessObject
from explorer.objects.room import Room

_HEADER: Final = 4
SPLIT: Final = 16_384  # longer messages are two writes (connection.py, `_send_bytes`)


class End(SharedObject):
    """One end of a pipe and the processes in which it is open.

    `travelling` counts pickled copies that have not arrived yet.
    """

    __slots__ = ("processes", "travelling")
    kind: ClassVar[str] = "end"
    label: ClassVar[str] = "Pipe"

    def __init__(self, name: str, waiting: list[Actor]) -> None:
        super().__init__(name)
        self.waiting = waiting  # one list for a whole pipe: its parts concern each other
        self.processes: list[ProcessObject] = []
        self.travelling = 0

    @property
    def gone(self) -> bool:
        """Whether no process has it any more."""
        return not self.processes and not self.travelling

    def open_in(self, process: ProcessObject) -> None:
        """`process` has a copy from here on."""
        if process not in self.processes:
            self.processes.append(process)
            process.belongings.append(self)

    def close(self, actor: Actor, operation: Operation) -> None:
        """Close the copy of this process."""
        self.abandon(actor.process)
        actor.process.belongings.remove(self)

    def inherit(self, parent: Any, child: Any) -> None:
        """A forked child has a copy of what its parent has."""
        if parent in self.processes:
            self.open_in(child)

    def abandon(self, process: Any) -> None:
        """`process` has none any more."""
        if process in self.processes:
            self.processes.remove(process)

    def check(self) -> None:
        """Open at most once in each process."""
        assert len(set(self.processes)) == len(self.processes)
        assert self.travelling >= 0


def inherit(parent: ProcessObject, child: ProcessObject) -> None:
    """Give a child that is being forked what its parent has open."""
    for belonging in tuple(parent.belongings):
        belonging.inherit(parent, child)


class Message:
    """A message that was received, and how it is to be shown."""

    __slots__ = ("data", "text")

    def __init__(self, data: bytes, text: str | None) -> None:
        self.data = data
        self.text = text

    def __repr__(self) -> str:
        return repr(self.data) if self.text is None else self.text


class Stream(SharedObject):
    """Bytes between the end that is written to and the end that is read from.

    `unfinished`: writers whose message has not gone in whole yet. `texts`: how messages are to be
    shown, by their bytes, where anybody looks.
    """

    __slots__ = ("data", "reader", "room", "size", "texts", "unfinished", "writer")
    kind: ClassVar[str] = "pipe"
    label: ClassVar[str] = "Pipe"

    def __init__(self, name: str, writer: End, reader: End, room: Room) -> None:
        super().__init__(name)
        self.waiting = reader.waiting
        self.writer = writer
        self.reader = reader
        self.room = room
        self.data = bytearray()
        self.size: int | None = None  # of the next message, once its header is there
        self.unfinished: list[Actor] = []
        self.texts: dict[bytes, str] = {}

    # Sending

    def send(self, actor: Actor, operation: Operation) -> bool:
        """Write `operation.value`; False if it has not all gone in."""
        if self.reader.gone:
            raise Refused(BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)))
        self.data += operation.value
        self.measure()
        self.room.write(len(operation.value) - _HEADER)
        if not self.room.full:
            return True
        self.unfinished.append(actor)
        return False

    def fits(self, actor: Actor, operation: Operation) -> bool:
        """Whether the rest has gone in, or never will."""
        return not self.room.full or self.reader.gone

    def finish(self, actor: Actor, operation: Operation) -> bool:
        """The rest has gone in."""
        self.unfinished.remove(actor)
        if self.room.full:
            raise Refused(BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)))
        return True

    # Receiving

    def measure(self) -> None:
        """Look at how long the next message is: it is asked for more often than it changes."""
        self.size = None
        if len(self.data) >= _HEADER:
            self.size = max(0, struct.unpack_from("!i", self.data)[0])

    def has_message(self) -> bool:
        """Whether a whole message is there."""
        return self.size is not None and len(self.data) >= _HEADER + self.size

    def can_recv(self, actor: Actor, operation: Operation) -> bool:
        """Whether there is a message, or never will be."""
        return self.has_message() or self.writer.gone

    def recv(self, actor: Actor, operation: Operation) -> Message:
        """The next message."""
        if not self.has_message():
            if self.data:
                raise Refused(OSError("got end of file during message"))
            raise Refused(EOFError())
        end = _HEADER + (self.size or 0)
        message = bytes(self.data[_HEADER:end])
        del self.data[:end]
        self.measure()
        self.room.read(len(message))
        return Message(message, self.texts.get(message))

    def is_readable(self, actor: Actor | None = None, operation: Operation | None = None) -> bool:
        """Whether reading would not wait at once: a single byte, or the end."""
        return bool(self.data) or self.writer.gone

    # Who waits for whom

    def wakers(self, actor: Actor, operation: Operation) -> list[ProcessObject] | None:
        """Who has the reading end might make room for a send."""
        if operation.name != "send":
            return None
        return [process for process in self.reader.processes if process is not actor.process]

    def check(self) -> None:
        """What does not fit has a writer that waits, unless that was killed."""
        assert self.room.full or not any(actor.ended for actor in self.unfinished)


class Readable(SharedObject):
    """What `connection.wait` waits for: streams and processes, together.

    It is made for one call and has no state of its own; the actor waits at each of its `parts`.
    """

    __slots__ = ("parts",)
    kind: ClassVar[str] = "readable"
    label: ClassVar[str] = "wait"

    def __init__(self, parts: list[Any]) -> None:
        super().__init__(" or ".join(part.name for part in parts) or "nothing")
        self.waiting = AtEach(parts)
        self.parts = parts

    def ready_parts(self) -> list[int]:
        """The places of those that can be read from, or have ended."""
        return [
            place
            for place, part in enumerate(self.parts)
            if (part.is_readable() if isinstance(part, Stream) else part.ended)
        ]

    def can_go_on(self, actor: Actor, operation: Operation) -> bool:
        """Whether there is at least one (and somebody is still there to be told)."""
        return not actor.ended and bool(self.ready_parts())

    def wait(self, actor: Actor, operation: Operation) -> list[int]:
        """Those there are; none if the time is up."""
        return self.ready_parts()


class ReadableOperation(OwnedOperation):
    """Waiting for several things reads all of them."""

    __slots__ = ()

    def accesses(self) -> tuple[Access, ...]:
        """The data and the writing end of each stream, the life of each process."""
        found: list[Access] = []
        for part in self.object.parts:
            if isinstance(part, Stream):
                found += [((part.name, "data"), False), ((part.writer.name, "state"), True)]
            else:
                found.append(((part.name, "life"), False))
        return strongest(found)


SEND = OperationKind("send", Stream.send)
FINISH_SEND = OperationKind("send", Stream.finish, Stream.fits)
RECV = OperationKind("recv", Stream.recv, Stream.can_recv)
POLL = OperationKind("poll", Stream.is_readable)
POLL_WAITING = OperationKind("poll", Stream.is_readable, Stream.is_readable)
CLOSE = OperationKind("close", End.close)
WAIT = OperationKind("wait", Readable.wait, Readable.can_go_on)
WAIT_NOT = OperationKind("wait", Readable.wait)
