"""The gate in each real process: an operation passes it before the real thing is done.

In the gated world an actor asks, and waits until the warden grants the operation. In the jitter
world it sleeps the case's delay, if it has one there, says what it is about to do and goes on.
Afterwards it says what came of it. Operations inside operations (the locks inside of a Queue)
are part of the outer one and pass no gate.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, TypeVar

from explorer.model.actor import MAIN
from explorer.model.text import show
from explorer.worlds.real import wire
from explorer.worlds.real.wire import Closed, Wire

#: A result that says nothing which could be compared.
SILENT: Final = object()

Result = TypeVar("Result")
#: Seconds to sleep before an operation: (actor, operation, object, occurrence) -> seconds.
Sleeps = Mapping[tuple[str, str, str, int], float]


@dataclass(frozen=True, slots=True)
class Settings:
    """What all processes of one run know. `free`: nothing is granted, only observed."""

    address: str
    free: bool = False
    sleeps: Sleeps = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    seed: int = 0
    timed: bool = True


class _Mine(threading.local):
    """What one thread of one process has for itself."""

    wire: Wire | None = None
    actor: str | None = None
    inside = 0  # operations it is in the middle of
    timeout: float | None = None  # of the operation it is in the middle of
    arrived: Any = None  # an event to be set when it comes to its first operation


class Gate:
    """One process's gate. After a fork the child calls `enter` for itself."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.mine = _Mine()
        self.process = ""
        self.leaving = False  # the process has passed its last gate
        self.now = 0  # virtual nanoseconds, as the last grant said
        self.counters: dict[str, int] = {}  # names given so far by this process
        self.passed: dict[tuple[str, str, str], int] = {}
        self.wires: list[Wire] = []
        self.tables: dict[str, Any] = {}  # what the patches keep for this process

    def enter(self, process: str) -> None:
        """The calling process begins (its other threads are gone, as after any fork)."""
        kept = {name: self.tables[name] for name in kept_tables if name in self.tables}
        self.stay_out()
        self.process = process
        self.leaving = False
        self.now = 0
        self.counters = {}
        self.passed = {}
        self.tables = kept
        self.join(process)

    def stay_out(self) -> None:
        """The calling process is part of the run, but takes no part in its schedule."""
        for inherited in self.wires:
            inherited.close()
        self.wires = []
        self.mine = _Mine()
        self.tables = {}

    def join(self, actor: str, arrived: Any = None) -> None:
        """The calling thread is `actor` from here on.

        Args:
            arrived: an event to be set when it comes to its first operation.
        """
        mine = self.mine
        mine.actor, mine.arrived = actor, arrived
        try:
            mine.wire = wire.connect(self.settings.address)
            self.wires.append(mine.wire)
            mine.wire.send(wire.HELLO, actor, self.process)
            if self.settings.free:
                mine.wire.receive()  # all children of a start set out together
        except Closed:
            vanish()

    def leave(self) -> None:
        """The calling thread is no actor any more."""
        mine = self.mine
        if mine.wire is not None:
            self.wires.remove(mine.wire)
            mine.wire.close()
            mine.wire = mine.actor = None

    @property
    def open(self) -> bool:
        """Whether what the calling thread does passes the gate."""
        return self.mine.wire is not None and not self.mine.inside

    def new_name(self, label: str) -> str:
        """The next name for an object made by this thread, as the virtual world gives it."""
        maker = self.mine.actor or self.process
        if maker != self.process:
            return f"{maker}.{label}#{self.count(f'{maker}.{label}')}"
        number = self.count(label)
        return f"{label}#{number}" if maker == MAIN else f"{maker}.{label}#{number}"

    def count(self, label: str) -> int:
        """How often this process has counted something of that label, this time included."""
        number = self.counters[label] = self.counters.get(label, 0) + 1
        return number

    def made(self, label: str, make: Callable[[], Result]) -> tuple[Result, str | None]:
        """What `make` makes, and the name of it; None for what is part of another object."""
        if not self.open:
            return make(), None
        name = self.new_name(label)
        return self.within(make), name

    def within(self, action: Callable[[], Result]) -> Result:
        """Do something whose operations are not the program's own."""
        self.mine.inside += 1
        try:
            return action()
        finally:
            self.mine.inside -= 1

    def outside(self, action: Callable[[], Result]) -> Result:
        """In the middle of such a thing, do something that is the program's own."""
        before, self.mine.inside = self.mine.inside, 0
        try:
            return action()
        finally:
            self.mine.inside = before

    def perform(
        self,
        operation: str,
        label: str | None,
        action: Callable[[], Result],
        *,
        value: Any = SILENT,
        result: Callable[[Result], Any] | None = None,
    ) -> Result:
        """Pass the gate and do the real thing.

        Args:
            label: the object as places name it; None: it has no name, so it is not gated.
            value: what the operation is given, as the virtual operation has it.
            result: from what `action` returned to what the virtual operation results in.
        """
        mine = self.mine
        if label is None or mine.wire is None or mine.inside:
            return action()
        self.ask(operation, label, value)
        return self.act(action, result)

    def act(self, action: Callable[[], Result], result: Callable[[Result], Any] | None) -> Result:
        """Do what was asked for, and say what came of it."""
        mine = self.mine
        mine.inside += 1
        mine.timeout = None
        try:
            outcome = action()
        except Exception as error:
            mine.inside -= 1
            self._note_time_out(passed=True)
            self.say_done(error, raised=True)
            raise
        except BaseException:
            mine.inside -= 1
            raise
        mine.inside -= 1
        self._note_time_out(passed=not outcome)
        self.say_done(outcome if result is None else result(outcome))
        return outcome

    def _note_time_out(self, *, passed: bool) -> None:
        if passed and self.mine.timeout is not None:
            timed_out(self.mine.timeout)

    def ask(self, operation: str, label: str, value: Any = SILENT) -> int:
        """Say what comes next, and wait until it may come; how (see `wire`)."""
        self.ask_only(operation, label, value)
        return wire.AS_USUAL if self.settings.free else self.wait_for_answer()

    def ask_only(self, operation: str, label: str, value: Any = SILENT) -> None:
        """Say what comes next."""
        if self.settings.free:
            self.nap(self.delay_before(operation, label))
        self.say_asked(operation, label, value)

    def say_asked(self, operation: str, label: str, value: Any = SILENT) -> None:
        """Say what comes next, without a delay of the case's."""
        if self.mine.arrived is not None:
            self.mine.arrived.set()
            self.mine.arrived = None
        shown = None if value is SILENT else show(value)
        self.say(wire.ASK, operation, label, shown, real_monotonic())

    def wait_for_answer(self) -> int:
        """Wait until what was asked for may come; how (see `wire`)."""
        assert self.mine.wire is not None
        how: int
        try:
            _, self.now, how = self.mine.wire.receive()
        except Closed:
            vanish()
        return how

    def say_done(self, outcome: Any, *, raised: bool = False) -> None:
        """Say what came of it."""
        silent = outcome is SILENT
        shown = None if silent or outcome is None else show(outcome)
        self.say(wire.DONE, shown, raised, silent, real_monotonic())

    def say(self, *message: Any) -> None:
        """Tell the warden something that needs no answer."""
        if self.mine.wire is None:
            return
        try:
            self.mine.wire.send(*message)
        except Closed:
            vanish()

    def patience(self, timeout: float | None) -> float | None:
        """How long the real operation may wait for what the program lets it wait for `timeout`.

        What is granted has not to wait at all, or is to time out.
        """
        if timeout is None or not self.open_inside:
            return timeout
        if self.settings.free:
            self.say(wire.TIMED, float(timeout))
            return timeout
        self.mine.timeout = timeout
        return 0.0

    @property
    def open_inside(self) -> bool:
        """Whether the calling thread is in the outermost operation that passed the gate."""
        return self.mine.wire is not None and self.mine.inside == 1

    def delay_before(self, operation: str, label: str) -> float:
        """The seconds that the case sleeps here; call once for each operation."""
        assert self.mine.actor is not None
        key = (self.mine.actor, operation, label)
        count = self.passed.get(key, 0) + 1
        self.passed[key] = count
        return self.settings.sleeps.get((*key, count), 0.0)

    def nap(self, seconds: float) -> None:
        """Sleep as the case says."""
        if seconds > 0:
            self.say(wire.TIMED, seconds)
            real_sleep(seconds)


#: Tables that a forked child has of its parent's.
kept_tables: list[str] = []
real_sleep: Final = time.sleep
real_monotonic: Final = time.monotonic_ns


def _nobody_asks(seconds: float) -> None:
    pass


#: Called when a time-out of the program's own has passed; see `clock`.
timed_out: Callable[[float], None] = _nobody_asks

#: Of a process that nobody entered into a run: everything passes.
_gate = Gate(Settings(""))


def set_gate(gate: Gate) -> None:
    """Make `gate` the one of this process and of all that are forked from it."""
    global _gate
    _gate = gate


def gate() -> Gate:
    """The gate of this process."""
    return _gate


def vanish() -> NoReturn:
    """The warden is gone, and with it all reason to go on."""
    os._exit(113)
