"""The pipe behind a queue, with the lock of its readers and the lock of its writers.

Reading without having to wait is one event. Where a reader has to wait, it holds the readers' lock
meanwhile; that shows only if it is killed there, for then the lock is never freed (gh-96062). So
only a process to which a deadly signal is on its way takes that step (`PARKED`) as an event; for
everybody else waiting for the lock and waiting with the lock come to the same.

A writer whose message does not fit in whole holds the writers' lock until it does.
"""

from __future__ import annotations

from collections import deque
from typing import Any, ClassVar, Final

from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind
from explorer.objects.base import SharedObject
from explorer.objects.process import ProcessObject, living
from explorer.objects.room import PipeRoom


class Outcome:
    """What a get gives instead of an item, or a write that is not finished."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


EMPTY: Final = Outcome("empty")
PARKED: Final = Outcome("waits with the readers' lock")
UNFINISHED: Final = Outcome("does not fit yet")


class Channel(SharedObject):
    """Pickled `messages` in the pipe, oldest first.

    `reader` is parked in get; `writer` has written a message that does not fit yet; `torn`: that
    writer was killed, so the last message will never be whole. `closed`: processes that have
    closed it for themselves.
    """

    __slots__ = ("closed", "messages", "reader", "room", "torn", "writer")
    label: ClassVar[str] = "Queue"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.messages: deque[bytes] = deque()
        self.room = PipeRoom()
        self.reader: Actor | None = None
        self.writer: Actor | None = None
        self.torn = False
        self.closed: list[ProcessObject] = []

    # Reading

    def has_message(self) -> bool:
        """Whether there is a whole message."""
        return len(self.messages) > self.torn

    def can_get(self, actor: Actor, operation: Operation) -> bool:
        """Whether a get has something to do: take a message, or park to be killed there."""
        if self.reader is not None:
            return False
        return self.has_message() or actor.process.signalled

    def get(self, actor: Actor, operation: Operation) -> bytes | Outcome:
        """The oldest message; EMPTY if the time is up; PARKED to go on with `receive`."""
        if self.reader is None and self.has_message():
            return self.take(actor)
        if self.reader is None and actor.process.signalled and not actor.expired:
            self.reader = actor
            return PARKED
        return EMPTY

    def poll(self, actor: Actor, operation: Operation) -> bytes | Outcome:
        """The oldest message; EMPTY if there is none, or if somebody waits for it already."""
        if self.reader is None and self.has_message():
            return self.take(actor)
        return EMPTY

    def can_receive(self, actor: Actor, operation: Operation) -> bool:
        """Whether the parked reader has something to take."""
        return self.has_message()

    def receive(self, actor: Actor, operation: Operation) -> bytes | Outcome:
        """What the parked reader takes before it frees the lock."""
        self.reader = None
        return self.take(actor) if self.has_message() else EMPTY

    def take(self, actor: Actor) -> bytes:
        """Take the oldest message out of the pipe."""
        message = self.messages.popleft()
        self.room.read(len(message))
        return message

    def empty(self, actor: Actor, operation: Operation) -> bool:
        """Whether there is nothing in the pipe, not even the beginning of a message."""
        return not self.messages

    # Writing

    def can_write(self, actor: Actor, operation: Operation) -> bool:
        """Whether the writers' lock is free."""
        return self.writer is None

    def write(self, actor: Actor, message: bytes) -> Outcome | None:
        """Put a message into the pipe; UNFINISHED, holding the lock, if it does not fit."""
        self.messages.append(message)
        self.room.write(len(message))
        if not self.room.full:
            return None
        self.writer = actor
        return UNFINISHED

    def fits(self, actor: Actor, operation: Operation) -> bool:
        """Whether the rest of the last message has gone in."""
        return not (self.room.full or self.torn)

    def finish(self, actor: Actor, operation: Operation) -> None:
        """The last message is in; free the writers' lock."""
        self.writer = None

    # Who waits for whom

    def abandon(self, process: Any) -> None:
        """`process` was killed: what it was writing stays unfinished, the locks stay taken."""
        if self.writer is not None and self.writer.process is process:
            self.torn = True

    def holders(self, actor: Actor, operation: Operation) -> list[Actor | Any]:
        """Who has the lock that `operation` needs."""
        owner = self.writer if operation.name != "get" or self.torn else self.reader
        return [] if owner is None or owner is actor else [owner]

    def wakers(self, actor: Actor, operation: Operation) -> list[ProcessObject] | None:
        """All processes but this one might read, and so make room."""
        if operation.name == "get":
            return None
        return [process for process in living(actor.process) if process is not actor.process]

    def check(self) -> None:
        """A message that does not fit has a writer who waits, or was killed waiting."""
        assert self.writer is not None or not self.room.full
        assert not self.torn or self.messages


class SimpleQueue(Channel):
    """`multiprocessing.SimpleQueue`: whoever puts writes into the pipe itself."""

    __slots__ = ()
    kind: ClassVar[str] = "simple queue"
    label: ClassVar[str] = "SimpleQueue"

    def put(self, actor: Actor, operation: Operation) -> Outcome | None:
        """Write the pickled item."""
        return self.write(actor, operation.value)


GET = OperationKind("get", Channel.get, Channel.can_get)
POLL = OperationKind("get", Channel.poll)
RECEIVE = OperationKind("get", Channel.receive, Channel.can_receive)
EMPTY_NOW = OperationKind("empty", Channel.empty)
PUT = OperationKind("put", SimpleQueue.put, Channel.can_write)
FINISH_PUT = OperationKind("put", Channel.finish, Channel.fits)
