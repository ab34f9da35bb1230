"""Condition, Event and Barrier, gated: the steps of CPython's code, with gates between them.

A wait passes one gate to lie down and one to have the lock again. In between, the sleeper has
said that it sleeps but waits at its gate; when somebody is about to notify, the warden sends those
sleepers to the condition's semaphore whom the virtual run wakes, for the notifier waits for them
to say that they woke. Which sleepers a semaphore wakes is open; so it is made to be these.

After Lib/multiprocessing/synchronize.py and Lib/threading.py (`Barrier`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing import synchronize
from typing import Any, Final

from explorer.worlds.real import wire
from explorer.worlds.real.gate import Gate, gate, real_monotonic

_Condition: Any = synchronize.Condition
_Event: Any = synchronize.Event
_Barrier: Any = synchronize.Barrier
_condition_init: Final = _Condition.__init__
_condition_getstate: Final = _Condition.__getstate__
_condition_setstate: Final = _Condition.__setstate__
_notify: Final = _Condition.notify
_event_init: Final = _Event.__init__
_is_set: Final = _Event.is_set
_set: Final = _Event.set
_clear: Final = _Event.clear
_event_wait: Final = _Event.wait
_barrier_init: Final = _Barrier.__init__
_barrier_getstate: Final = _Barrier.__getstate__
_barrier_setstate: Final = _Barrier.__setstate__
_reset: Final = _Barrier.reset
_abort: Final = _Barrier.abort
_n_waiting: Final = _Barrier.n_waiting.fget
_broken: Final = _Barrier.broken.fget


class Said:
    """A result that is shown as the virtual world shows it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


ASLEEP: Final = Said("asleep")
ACTS: Final = Said("runs the action")


def condition_init(self: Any, lock: Any = None, *, ctx: Any = None) -> None:
    """Make the real one; the lock that comes with it is named after it."""
    here = gate()
    here.within(lambda: _condition_init(self, lock, ctx=ctx))
    self.gate_name = here.new_name("Condition") if here.open else None
    if lock is None and self.gate_name is not None:
        self._lock.gate_name = f"{self.gate_name}.lock"


def lie_down(condition: Any) -> None:
    """The part of a wait before the sleep, but for giving up the lock."""
    condition._sleeping_count.release()


def doze(here: Gate, condition: Any, label: str, name: str, timeout: float | None) -> bool:
    """Ask for `name`, and sleep until it is granted; whether it was notified by then."""
    if here.settings.free:
        return doze_freely(here, condition, label, name, timeout)
    here.ask_only(name, label)
    notified = False
    while (how := here.wait_for_answer()) == wire.TAKE:
        notified = condition._wait_semaphore.acquire(True)
        condition._woken_count.release()
    if not notified:
        notified = condition._wait_semaphore.acquire(how == wire.FOR_EVER)
        condition._woken_count.release()
    return notified


def doze_freely(here: Gate, condition: Any, label: str, name: str, timeout: float | None) -> bool:
    """The same where nothing is granted; a delay of the case's holds up waking, not sleeping."""
    until = real_monotonic() + here.delay_before(name, label) * 1e9
    here.say_asked(name, label)
    notified: bool = condition._wait_semaphore.acquire(True, timeout)
    condition._woken_count.release()
    here.nap((until - real_monotonic()) / 1e9)
    return notified


def condition_wait(self: Any, timeout: float | None = None) -> bool:
    """Give the lock up and sleep until notified."""
    here = gate()
    if self.gate_name is None or not here.open:
        return _plain_wait(self, timeout)
    lock = self._lock
    count = here.perform("wait", self.gate_name, lambda: _give_up(self), result=lambda _: None)
    notified = here.within(lambda: doze(here, self, self.gate_name, "wake", timeout))
    if here.settings.free or here.within(lambda: lock.acquire(False)):
        taken = 0 if here.settings.free else 1
        here.act(lambda: _take(lock, count - taken), lambda _: notified)
        return notified
    here.say_done(Said(f"{notified}, but the lock is taken"))
    here.perform("acquire", lock.gate_name, lambda: _take(lock, count), value=count)
    return notified


def _plain_wait(self: Any, timeout: float | None) -> bool:
    count = _give_up(self)
    try:
        notified: bool = self._wait_semaphore.acquire(True, timeout)
        return notified
    finally:
        self._woken_count.release()
        _take(self._lock, count)


def _give_up(self: Any) -> int:
    assert self._lock._semlock._is_mine(), "must acquire() condition before using wait()"
    lie_down(self)
    count: int = self._lock._semlock._count()
    for _ in range(count):
        self._lock.release()
    return count


def _take(lock: Any, count: int) -> None:
    for _ in range(count):
        lock.acquire()


def notify(self: Any, n: int = 1) -> None:
    """Wake `n` sleepers."""
    gate().perform("notify", self.gate_name, lambda: _notify(self, n), value=n)


def event_init(self: Any, *, ctx: Any = None) -> None:
    """Make the real one."""
    here = gate()
    here.within(lambda: _event_init(self, ctx=ctx))
    self.gate_name = here.new_name("Event") if here.open else None


def _whole(name: str, real: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A method that is one operation."""

    def method(self: Any) -> Any:
        return gate().perform(name, self.gate_name, lambda: real(self))

    return method


def event_wait(self: Any, timeout: float | None = None) -> bool:
    """Wait until the flag is set."""
    here = gate()
    if self.gate_name is None or not here.open:
        return bool(_event_wait(self, timeout))
    if timeout is not None and timeout <= 0:
        return bool(here.perform("wait", self.gate_name, lambda: _event_wait(self, 0)))
    result = here.perform("wait", self.gate_name, lambda: _look_or_lie_down(self))
    if result is not ASLEEP:
        return True
    here.within(lambda: doze(here, self._cond, self.gate_name, "wake", timeout))
    return bool(here.act(lambda: _is_set(self), None))


def _look_or_lie_down(self: Any) -> Any:
    with self._cond:
        if self._flag.acquire(False):
            self._flag.release()
            return True
        lie_down(self._cond)
        return ASLEEP


def barrier_init(
    self: Any, parties: int, action: Any = None, timeout: float | None = None, *, ctx: Any = None
) -> None:
    """Make the real one."""
    here = gate()
    here.within(lambda: _barrier_init(self, parties, action, timeout, ctx=ctx))
    self.gate_name = here.new_name("Barrier") if here.open else None


def barrier_wait(self: Any, timeout: float | None = None) -> int:
    """Wait for the other parties."""
    here = gate()
    if self.gate_name is None or not here.open:
        return threading.Barrier.wait(self, timeout)
    timeout = self._timeout if timeout is None else timeout
    result, index = here.perform(
        "wait", self.gate_name, lambda: _come(self), result=lambda came: came[0]
    )
    if result is ACTS:
        return _run_action(self, index)
    if result is not ASLEEP:
        return index
    name = "leave" if timeout is None else "leave in time"
    here.within(lambda: doze(here, self._cond, self.gate_name, name, timeout))
    return here.act(lambda: _go(self, index), None)


def _come(self: Any) -> tuple[Any, int]:
    """Take a place; the last one to come lets everybody go."""
    self._cond.acquire()
    ours = True
    try:
        self._enter()
        index = self._count
        self._count += 1
        if index + 1 != self._parties:
            lie_down(self._cond)
            return ASLEEP, index
        if self._action:
            ours = False  # the action runs under the lock, as an operation of its own
            return ACTS, index
        self._release()
        self._leave_round()
        return index, index
    finally:
        if ours:
            self._cond.release()


def _run_action(self: Any, index: int) -> int:
    here = gate()
    try:
        self._action()
    except BaseException:
        here.perform("give up", self.gate_name, lambda: _give_up_round(self))
        raise
    return here.perform("release", self.gate_name, lambda: _release_round(self, index))


def _give_up_round(self: Any) -> None:
    self._break()
    self._leave_round()
    self._cond.release()


def _release_round(self: Any, index: int) -> int:
    self._state = 1
    self._cond.notify_all()
    self._leave_round()
    self._cond.release()
    return index


def _go(self: Any, index: int) -> int:
    """Leave; whoever comes to it while the round is not over breaks the barrier."""
    with self._cond:
        try:
            if self._state == 0:
                self._break()
            if self._state < 0:
                raise threading.BrokenBarrierError
            return index
        finally:
            self._leave_round()


def _leave_round(self: Any) -> None:
    self._count -= 1
    self._exit()


def _with_name(real: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda self: (real(self), self.gate_name)


def _from_name(real: Callable[[Any, Any], Any]) -> Callable[[Any, Any], None]:
    def setstate(self: Any, state: Any) -> None:
        if len(state) == 2:
            state, self.gate_name = state
        real(self, state)

    return setstate


def install() -> None:
    """Patch this interpreter, for good."""
    _Condition.__init__, _Condition.wait, _Condition.notify = condition_init, condition_wait, notify
    _Condition.__getstate__ = _with_name(_condition_getstate)
    _Condition.__setstate__ = _from_name(_condition_setstate)
    _Event.__init__, _Event.wait = event_init, event_wait
    _Event.is_set = _whole("is_set", _is_set)
    _Event.set, _Event.clear = _whole("set", _set), _whole("clear", _clear)
    _Barrier.__init__, _Barrier.wait = barrier_init, barrier_wait
    _Barrier._leave_round = _leave_round
    _Barrier.__getstate__ = _with_name(_barrier_getstate)
    _Barrier.__setstate__ = _from_name(_barrier_setstate)
    _Barrier.reset, _Barrier.abort = _whole("reset", _reset), _whole("abort", _abort)
    _Barrier.n_waiting = property(_whole("n_waiting", _n_waiting))
    _Barrier.broken = property(_whole("broken", _broken))
