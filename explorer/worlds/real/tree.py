"""The processes of one run, as their warden sees them: who there is, and what each has said."""

from __future__ import annotations

import os
import select
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

from explorer.model.actor import MAIN
from explorer.worlds.real import wire
from explorer.worlds.real.asleep import Rest, rest_of
from explorer.worlds.real.wire import Closed, Message, Wire

_POLL_MOST: Final = 0.05  # seconds between two looks at the condition that is waited for
#: Seconds that a process has to be asleep to count as getting nowhere; and seconds at most.
SETTLED: Final = 1.0
LONGEST: Final = 60.0
BIRTH: Final = 10.0  # for one that is not there yet


@dataclass(slots=True)
class Party:
    """One actor of a run: a process, or a thread in one.

    `asked` is the operation it has asked for and not finished, `granted` whether it may do it,
    `done` what came of it. `said` keeps all it said, for runs that are only observed.
    """

    actor: str
    process: str
    pid: int
    wire: Wire
    asked: Message | None = None
    granted: bool = False
    notified: bool = False  # a sleeper that was sent to take its notification
    timed: bool = False  # it sleeps, or waits with a time-out
    done: Message | None = None
    gone: bool = False
    said: list[Message] = field(default_factory=list)


class Stopped(BaseException):
    """The explorer is gone, or wants the run to stop."""


class Tree:
    """One run's processes. `order` lists all messages as they came, with their actor."""

    def __init__(self, listener: socket.socket, main: int, stop: int) -> None:
        self.listener = listener
        self.main = main
        self.stop = stop  # readable when the run is to stop
        self.parties: dict[str, Party] = {}
        self.by_descriptor: dict[int, Party | Wire] = {}
        self.handles: dict[str, int] = {}  # process -> pidfd
        self.exit_codes: dict[str, int] = {}
        self.raised: dict[str, tuple[str, str]] = {}
        self.order: list[tuple[Party, Message]] = []
        self.poll = select.poll()
        self.poll.register(listener, select.POLLIN)
        self.poll.register(stop, select.POLLIN)

    def await_that(self, condition: Callable[[], Any], whose: str | None = None) -> bool:
        """Listen until `condition` holds; False if it never will.

        That is, if the process `whose` (None: the main process) has ended, or has been asleep for
        `SETTLED` seconds, or has not got there after `LONGEST`. A busy machine makes it slow, but
        not asleep.
        """
        if condition():
            return True
        began = looked = monotonic()
        before: Rest | None = None
        while True:
            self.listen(_POLL_MOST)
            if condition():
                return True
            now = monotonic()
            if now - looked < SETTLED:
                continue
            party = self.parties.get(whose or MAIN)
            rest = rest_of(self.main if party is None else party.pid)
            settled = rest.is_still and rest == before
            if party is None and rest.threads:
                settled = now - began > BIRTH
            if settled or now - began > LONGEST:
                self.listen(0)
                return bool(condition())
            before, looked = rest, now

    def listen(self, seconds: float) -> bool:
        """Take in what has been said, waiting at most so long; whether there was anything."""
        ready = self.poll.poll(max(0, seconds * 1000))
        for descriptor, _ in ready:
            if descriptor == self.stop:
                raise Stopped
            if descriptor == self.listener.fileno():
                self._admit()
            else:
                self._take_from(descriptor)
        return bool(ready)

    def _admit(self) -> None:
        while True:
            try:
                connected, _ = self.listener.accept()
            except BlockingIOError:
                return
            pid, user = wire.pid_behind(connected)
            if user != os.getuid():
                connected.close()
                continue
            newcomer = Wire(connected, pid)
            self.by_descriptor[connected.fileno()] = newcomer
            self.poll.register(connected, select.POLLIN)

    def _take_from(self, descriptor: int) -> None:
        speaker = self.by_descriptor.get(descriptor)
        if speaker is None:
            return
        line = speaker if isinstance(speaker, Wire) else speaker.wire
        try:
            message = line.receive()
        except Closed:
            self._forget(descriptor, line, speaker)
            return
        if isinstance(speaker, Wire):
            self._welcome(speaker, message)
        else:
            self._hear(speaker, message)

    def _welcome(self, line: Wire, message: Message) -> None:
        _, actor, process = message
        party = Party(actor, process, line.pid, line)
        self.by_descriptor[line.fileno()] = party
        self.parties[actor] = party
        if process not in self.handles:
            try:
                self.handles[process] = os.pidfd_open(line.pid)
            except ProcessLookupError:
                party.gone = True

    def _forget(self, descriptor: int, line: Wire, speaker: Party | Wire) -> None:
        self.poll.unregister(descriptor)
        del self.by_descriptor[descriptor]
        line.close()
        if isinstance(speaker, Party):
            speaker.gone = True

    def _hear(self, party: Party, message: Message) -> None:
        kind = message[0]
        self.order.append((party, message))
        party.timed = kind == wire.TIMED
        if kind == wire.ASK:
            party.asked = message
            party.granted = party.notified = False
            party.done = None
        elif kind == wire.DONE:
            party.done = message
            party.asked = None
        elif kind == wire.ENDED:
            self.exit_codes[message[1]] = message[2]
        elif kind == wire.RAISED:
            self.raised[message[1]] = (message[2], message[3])

    def grant(self, party: Party, now: int = 0, how: int = wire.AS_USUAL) -> None:
        """Let an actor do what it asked for; `how`: see `wire`."""
        party.granted = True
        party.done = None
        try:
            party.wire.send(wire.GO, now, how)
        except Closed:
            party.gone = True

    def notify(self, party: Party) -> None:
        """Send a sleeper to take the notification that is about to be given."""
        party.notified = True
        with suppress(Closed):
            party.wire.send(wire.GO, 0, wire.TAKE)

    def has_ended(self, process: str) -> bool:
        """Whether the operating system process is over, its files closed."""
        handle = self.handles.get(process)
        if handle is None:
            return False
        return bool(select.select([handle], [], [], 0)[0])

    def await_end(self, process: str) -> bool:
        """Wait for the end of a process; False if it takes longer than `LONGEST` seconds."""
        handle = self.handles[process]
        return bool(select.select([handle], [], [], LONGEST)[0])

    def living(self) -> list[Party]:
        """Every actor whose process has not ended, in the order in which they came."""
        return [
            party
            for party in self.parties.values()
            if not party.gone and not self.has_ended(party.process)
        ]

    def signal(self, process: str, number: int) -> None:
        """Send a signal to a process that has not ended."""
        if process in self.handles and not self.has_ended(process):
            signal.pidfd_send_signal(self.handles[process], number)

    def close(self) -> None:
        """Give up all connections; who waits at its gate ends."""
        for descriptor, speaker in list(self.by_descriptor.items()):
            line = speaker if isinstance(speaker, Wire) else speaker.wire
            self._forget(descriptor, line, speaker)
        for handle in self.handles.values():
            os.close(handle)
        self.handles.clear()
