"""What the processes of a run and their warden say to each other.

One connection for each actor, of the kind that keeps messages apart (SOCK_SEQPACKET), at an
address without a file, so that nothing is left behind. A message is a tuple of plain values.
"""

from __future__ import annotations

import marshal
import socket
import struct
from contextlib import suppress
from typing import Any, Final

LARGEST: Final = 1 << 16  # bytes of one message

#: From the processes of a run.
HELLO: Final = "hello"  # actor, process
ASK: Final = "ask"  # operation, object, value, nanoseconds
DONE: Final = "done"  # result or None, whether it was raised, or is not to be compared, nanoseconds
TIMED: Final = "timed"  # seconds: what it does now waits no longer than that
ENDED: Final = "ended"  # process, exit code: its parent has seen it end
RAISED: Final = "raised"  # process, type of the exception, its text

#: From the warden: "go on", the virtual time in nanoseconds, and how.
GO: Final = "go"
#: How to go on: as usual; really, though it will wait for ever; not to end but to begin again;
#: only the first half, the rest being an operation of its own; not yet to go on, but to take
#: the notification that is about to be given.
AS_USUAL: Final = 0
FOR_EVER: Final = 1
AGAIN: Final = 2
HALF: Final = 3
TAKE: Final = 4

Message = tuple[Any, ...]


class Closed(Exception):
    """The other end is gone."""


class Wire:
    """One end of a connection."""

    __slots__ = ("pid", "socket")

    def __init__(self, connected: socket.socket, pid: int = 0) -> None:
        self.socket = connected
        self.pid = pid  # of the process at the other end, where that is known

    def send(self, *message: Any) -> None:
        """Send one message. Raises Closed."""
        try:
            self.socket.send(marshal.dumps(message))
        except (BrokenPipeError, ConnectionResetError, OSError):
            raise Closed from None

    def receive(self) -> Message:
        """The next message; waits for it. Raises Closed."""
        data = b""
        with suppress(ConnectionResetError):
            data = self.socket.recv(LARGEST)
        if not data:  # the other end may be gone without having read all, yet have said something
            with suppress(ConnectionResetError):
                data = self.socket.recv(LARGEST)
        if not data:
            raise Closed
        message: Message = marshal.loads(data)
        return message

    def fileno(self) -> int:
        """For a selector."""
        return self.socket.fileno()

    def close(self) -> None:
        """Give this end up."""
        self.socket.close()


def listen(name: str) -> socket.socket:
    """Where the processes of a run connect to; `name` is unique on this machine."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(f"\0{name}")
    listener.listen(128)
    listener.setblocking(False)
    return listener


def connect(name: str) -> Wire:
    """A connection of the calling actor's own. Raises Closed: nobody listens any more."""
    connected = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connected.connect(f"\0{name}")
    except OSError:
        connected.close()
        raise Closed from None
    return Wire(connected)


def pid_behind(connected: socket.socket) -> tuple[int, int]:
    """Process and user at the other end, as the kernel knows them."""
    size = struct.calcsize("3i")
    credentials = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    pid, user, _ = struct.unpack("3i", credentials)
    return pid, user
