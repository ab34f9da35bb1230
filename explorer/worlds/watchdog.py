"""Getting out of a program's code: when it is stuck, and when the user asks to stop.

A signal handler runs in whatever the program is doing, a tight loop or a real sleep, and switches
from there straight to the hub. The run is then unwound like any other. No exception has to find
its way out through the program, so none can be swallowed on the way; code that swallows even the
unwinding is left where it is.
"""

from __future__ import annotations

import ctypes
import gc
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from greenlet import getcurrent

from explorer.errors import Interrupted, Stuck
from explorer.frontend.current import slot
from explorer.frontend.place import shown, user_frame

if TYPE_CHECKING:
    from explorer.worlds.virtual import VirtualWorld

PATIENCE: Final = 5.0  # seconds of real time that a run may take between two operations
_TICKS: Final = 5  # looks at the clock in that time
_TICKS_TO_UNWIND: Final = 2

# Bound before anything is installed under programs.
_signal, _getsignal, _setitimer = signal.signal, signal.getsignal, signal.setitimer


class _Progress:
    """How often in a row a run was seen at the same event."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.seen: tuple[Any, int, bool] = (None, 0, False)
        self.ticks = 0

    def is_stuck(self) -> bool:
        """Called regularly: whether the run in the slot has been too long at one event."""
        world = slot.world
        if world is None or slot.outside or world.hub.greenlet is None:
            self.seen = (None, 0, False)
            return False
        now = (world, len(world.log), world.closing)
        if now != self.seen:
            self.seen, self.ticks = now, 0
            return False
        self.ticks += 1
        if self.ticks < (_TICKS_TO_UNWIND if world.closing else _TICKS):
            return False
        self.ticks = 0
        return True


def _stuck(world: VirtualWorld, frame: FrameType | None, seconds: float) -> Stuck:
    where = user_frame(frame) if frame is not None else None
    place = (
        ""
        if where is None
        else f" at {shown(where.f_code.co_filename)}:{where.f_lineno}, in {where.f_code.co_name}"
    )
    name = world.running.name
    return Stuck(
        f"{name} has been running for {seconds:g} s without a shared operation{place}. "
        "Processes take turns at shared operations only, so nobody else can go on. Is it an "
        "endless loop, or does it wait for something that is not simulated? If it only "
        "computes for long, give it less to compute in the runs of the explorer."
    )


def cut(world: VirtualWorld, failure: BaseException) -> None:
    """Leave the running code for the hub, which unwinds the run and raises `failure`."""
    hub = world.hub.greenlet
    if getcurrent() is hub:
        world.failure = world.failure or failure  # raised as soon as the unwinding is done
        return
    if world.closing:
        world.pool.undead.append(getcurrent())  # it swallowed the unwinding
    else:
        world.failure = world.failure or failure
        world.pool.renew()
    world.running = world.hub
    hub.switch(world.hub)  # resumed, if ever, by the exception that unwinds it


_watching: list[bool] = []


@contextmanager
def watched(seconds: float = PATIENCE) -> Iterator[None]:
    """Cut off runs that make no shared operation for `seconds` of real time, with `Stuck`.

    Nested, the outermost counts.
    """
    if _watching:
        yield
        return
    _watching.append(True)
    try:
        if threading.current_thread() is threading.main_thread():
            with _timer(_Progress(seconds)):
                yield
        else:
            with _thread(_Progress(seconds)):
                yield
    finally:
        _watching.clear()


@contextmanager
def _timer(progress: _Progress) -> Iterator[None]:
    def tick(number: int, frame: FrameType | None) -> None:
        if progress.is_stuck():
            world = slot.world
            cut(world, _stuck(world, frame, progress.seconds))

    began = perf_counter()
    handler = _signal(signal.SIGALRM, tick)
    interval = progress.seconds / _TICKS
    remaining, repeat = _setitimer(signal.ITIMER_REAL, interval, interval)
    try:
        yield
    finally:
        _setitimer(signal.ITIMER_REAL, 0)
        _signal(signal.SIGALRM, handler if handler is not None else signal.SIG_DFL)
        if remaining:  # somebody else's alarm goes on
            left = remaining - (perf_counter() - began)
            _setitimer(signal.ITIMER_REAL, max(left, 0.001), repeat)


@contextmanager
def _thread(progress: _Progress) -> Iterator[None]:
    """Where signals do not arrive: a thread that raises `Stuck` in this one."""
    over = threading.Event()
    ident = threading.get_ident()

    def look() -> None:
        while not over.wait(progress.seconds / _TICKS):
            if progress.is_stuck():
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(ident), ctypes.py_object(_StuckInThread)
                )

    thread = threading.Thread(target=look, name="watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class _StuckInThread(Stuck):
    """`Stuck`, made without arguments by the interpreter."""

    def __init__(self) -> None:
        super().__init__(
            "A process has been running for seconds without a shared operation. Is it an endless "
            "loop, or does it wait for something that is not simulated?"
        )


_interruptible: list[bool] = []
_asked: list[Interrupted] = []


def check() -> None:
    """Raise `Interrupted` if the user asked to stop and nobody has acknowledged it.

    What the handler raises is lost if a callback of the interpreter's was running ("Exception
    ignored in …"; in the collector's it does not even raise), so whoever makes runs asks here
    before each.
    """
    if _asked:
        raise _asked[0]


@contextmanager
def heeding() -> Iterator[None]:
    """Let an error that a wish to stop has led to be that wish.

    `Interrupted` may come up in the middle of a library, which then fails in its own way: for
    Hypothesis, an example that ended early is one that is not drawn the same way twice.
    """
    try:
        yield
    except Exception:
        check()
        raise


def acknowledge() -> None:
    """The wish to stop has arrived where it is acted on."""
    _asked.clear()


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into `Interrupted`, wherever the program's code is, whatever it does.

    Outside of the main thread, where signals do not arrive, nothing changes.
    """
    if _interruptible or threading.current_thread() is not threading.main_thread():
        yield
        return
    _interruptible.append(True)
    before = {number: _getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        _signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            _signal(number, handler if handler is not None else signal.SIG_DFL)
        _interruptible.clear()
        _asked.clear()


def _is_collecting(frame: FrameType | None) -> bool:
    """Whether a callback of the garbage collector runs, such as Hypothesis's, which counts time."""
    codes = [getattr(callback, "__code__", None) for callback in gc.callbacks]
    while frame is not None and frame.f_code not in codes:
        frame = frame.f_back
    return frame is not None


def _interrupt(number: int, frame: FrameType | None) -> None:
    failure = Interrupted(f"stopped by {signal.Signals(number).name}")
    _asked[:] = [failure]
    if _is_collecting(frame):
        return  # `check` raises it before the next run
    world = slot.world
    if world is None or world.hub.greenlet is None:
        raise failure
    if world.closing and world.failure is None:
        world.failure = failure  # raised when the unwinding is done; asked again, it is cut short
    else:
        cut(world, failure)
