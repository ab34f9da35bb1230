"""`time` and `datetime.now` in a virtual process: the virtual clock.

Timed, every process reads the clock of the world. With time unknown a process knows only how long
it slept and waited itself, and that is what its clock shows. A program that does nothing but look
at the clock would look for ever, since virtual time moves only when nobody can go on; so after
`PATIENCE` looks in a row its next one takes time, each time twice as much.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from typing import Any, Final

from explorer.engine.clock import NANOSECONDS, TICK, nanoseconds
from explorer.frontend.current import inside
from explorer.model.operation import Operation, Raised
from explorer.objects.clock import SLEEP, YIELD, Clock

#: When every run begins, in nanoseconds since 1970: noon UTC on 1 January 2024.
EPOCH: Final = 1_704_110_400 * NANOSECONDS
#: What the clocks without a date show when a run begins.
UPTIME: Final = 1_000 * NANOSECONDS
PATIENCE: Final = 100  # looks at a clock that stands still
#: Nanoseconds that a look takes where the one before showed the same, or where a float would show
#: less than what was slept between: a program may rely on neither happening to it.
LOOK: Final = 1_000


class Reading:
    """What one process has seen of the clock."""

    __slots__ = ("elapsed", "extra", "looks", "pause", "seen", "shown", "steps")

    def __init__(self) -> None:
        self.seen = -1  # the time at its last look
        self.looks = 0  # how often it looked since
        self.extra = 0  # what its looks took
        self.shown = 0  # what its last look showed, or at the beginning
        self.pause = TICK  # what the next look too many takes
        self.elapsed = 0  # time unknown: what it slept and waited itself
        self.steps = 0  # events of the run that `elapsed` takes in


def elapsed(world: Any, start: int = 0) -> int:
    """Nanoseconds since the run began, as the running process sees them.

    `start` is what its clock showed then: added to that, and in seconds as a float, it shows at
    least what has passed since the last look.
    """
    process = world.running.process
    readings = world.runtime.readings
    reading: Reading | None = readings.get(process)
    if reading is None:
        reading = readings[process] = Reading()
    now: int = world.now if world.timed else _waited(world, reading)
    if now != reading.seen:
        reading.seen = now
        reading.looks = 0
    reading.looks += 1
    if reading.looks <= PATIENCE:
        if reading.looks > 1 or _falls_short(start + reading.shown, start + now + reading.extra):
            reading.extra += LOOK
        reading.shown = now + reading.extra
        return reading.shown
    pause = reading.pause
    reading.pause *= 2
    world.perform(Operation(SLEEP, Clock(), value=pause / NANOSECONDS, timeout=pause))
    return elapsed(world, start)


def _falls_short(before: int, now: int) -> bool:
    """Whether two looks of a clock in seconds are less apart than what has passed."""
    return now / NANOSECONDS - before / NANOSECONDS < (now - before) / NANOSECONDS


def _waited(world: Any, reading: Reading) -> int:
    """Time unknown: the sum of what this process slept, and of its time-outs."""
    log = world.log
    process = world.running.process
    for step in range(reading.steps, len(log)):
        actor, operation, result = log[step]
        if actor.process is process and operation.timeout is not None and _expired(result):
            reading.elapsed += operation.timeout
    reading.steps = len(log)
    return reading.elapsed


def _expired(result: Any) -> bool:
    return result is None or result is False or type(result) is Raised


def sleep(real: Callable[[Any], None], seconds: Any, /) -> None:
    """`time.sleep`: wait on the virtual clock."""
    world = inside()
    if world is None:
        return real(seconds)
    if not isinstance(seconds, int | float):
        if not hasattr(seconds, "__index__") and not hasattr(seconds, "__float__"):
            kind = type(seconds).__name__
            raise TypeError(f"'{kind}' object cannot be interpreted as an integer")
        seconds = float(seconds)
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    wait = nanoseconds(seconds)
    if wait:
        world.perform(Operation(SLEEP, Clock(), value=seconds, timeout=wait))
    else:
        world.perform(Operation(YIELD, Clock(), value=seconds))
    return None


def _clock(start: int, *, as_float: bool) -> Callable[[Callable[[], Any]], Any]:
    def read(real: Callable[[], Any]) -> Any:
        world = inside()
        if world is None:
            return real()
        now = start + elapsed(world, start)
        return now / NANOSECONDS if as_float else now

    return read


def _clock_gettime(real: Callable[[int], float], clock: int) -> float:
    world = inside()
    return real(clock) if world is None else _of(clock, world) / NANOSECONDS


def _clock_gettime_ns(real: Callable[[int], int], clock: int) -> int:
    world = inside()
    return real(clock) if world is None else _of(clock, world)


def _of(clock: int, world: Any) -> int:
    start = EPOCH if clock == time.CLOCK_REALTIME else UPTIME
    return start + elapsed(world, start)


def _broken_down(real: Callable[..., Any], seconds: float | None = None) -> Any:
    """`localtime`, `gmtime` and `ctime` of now."""
    world = inside()
    if world is None or seconds is not None:
        return real(seconds)
    return real((EPOCH + elapsed(world, EPOCH)) / NANOSECONDS)


def _asctime(real: Callable[..., str], *moment: Any) -> str:
    return real(*moment) if moment or inside() is None else real(time.localtime())


def _strftime(real: Callable[..., str], form: str, *moment: Any) -> str:
    if moment or inside() is None:
        return real(form, *moment)
    return real(form, time.localtime())


#: (module, name) -> replacement, called with the real one first.
PATCHES: dict[tuple[Any, str], Callable[..., Any]] = {
    (time, "sleep"): sleep,
    (time, "time"): _clock(EPOCH, as_float=True),
    (time, "time_ns"): _clock(EPOCH, as_float=False),
    **{
        (time, name): _clock(UPTIME, as_float=True)
        for name in ("monotonic", "perf_counter", "process_time", "thread_time")
    },
    **{
        (time, f"{name}_ns"): _clock(UPTIME, as_float=False)
        for name in ("monotonic", "perf_counter", "process_time", "thread_time")
    },
    (time, "clock_gettime"): _clock_gettime,
    (time, "clock_gettime_ns"): _clock_gettime_ns,
    (time, "localtime"): _broken_down,
    (time, "gmtime"): _broken_down,
    (time, "ctime"): _broken_down,
    (time, "asctime"): _asctime,
    (time, "strftime"): _strftime,
}


def _now() -> float | None:
    world = inside()
    return None if world is None else (EPOCH + elapsed(world, EPOCH)) / NANOSECONDS


class _Passing(type):
    """A class that the instances of the real one are instances of."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.__mro__[1])

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls.__mro__[1])


class Datetime(datetime.datetime, metaclass=_Passing):
    """`datetime.datetime` whose now is virtual; what it makes are real datetimes."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Datetime:
            return datetime.datetime(*args, **kwargs)
        return super().__new__(cls, *args, **kwargs)

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        """The virtual now."""
        now = _now()
        kind = datetime.datetime if cls is Datetime else cls
        return datetime.datetime.now(tz) if now is None else kind.fromtimestamp(now, tz)

    @classmethod
    def utcnow(cls) -> Any:
        """The virtual now, in UTC and without saying so."""
        return cls.now(datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        """The virtual now."""
        return cls.now()


class Date(datetime.date, metaclass=_Passing):
    """`datetime.date` whose today is virtual; what it makes are real dates."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Date:
            return datetime.date(*args, **kwargs)
        return super().__new__(cls, *args, **kwargs)

    @classmethod
    def today(cls) -> Any:
        """The virtual day."""
        now = _now()
        return datetime.date.today() if now is None else datetime.date.fromtimestamp(now)
