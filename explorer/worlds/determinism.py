"""The same case twice: whatever differs comes from outside of the schedule.

A replay is worth nothing if the program reads what no case can hold: a file that another program
writes, the order of a set of strings, a C library's own random numbers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from explorer.errors import Nondeterministic
from explorer.worlds.execute import DEFAULT_LIMIT, execute
from explorer.worlds.recorder import Recorder, trace_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.engine.chooser import Chooser
    from explorer.frontend.program import Program
    from explorer.model.case import Case
    from explorer.model.trace import Event, Trace

_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")


def check(
    program: Program,
    case: Case,
    chooser_factory: Callable[[], Chooser],
    *,
    limit: int = DEFAULT_LIMIT,
) -> Trace:
    """Run `case` twice; the trace if both are the same.

    Raises:
        Nondeterministic: they differ; the message says where first.
    """
    first, second = (_record(program, case, chooser_factory(), limit) for _ in range(2))
    for one, other in zip(first.events, second.events, strict=False):
        if _told(one) != _told(other):
            raise _difference(one.step, f"the first run {_told(one)}", f"the second {_told(other)}")
    if len(first.events) != len(second.events):
        longer, which = (
            (first, "first") if len(first.events) > len(second.events) else (second, "second")
        )
        step = min(len(first.events), len(second.events))
        more = _told(longer.events[step])
        raise _difference(step, f"the {which} run {more}", "the other one was over")
    if (first.end, first.final, first.output) != (second.end, second.final, second.output):
        raise _difference(len(first.events), "both runs end here", "what they leave differs")
    return first


def _record(program: Program, case: Case, chooser: Chooser, limit: int) -> Trace:
    recorder = Recorder(program.is_user_code)
    world = execute(program, case, chooser, limit=limit, recorder=recorder)
    return trace_of(world, recorder)


def _told(event: Event) -> str:
    """An event in words, without addresses in memory, which may differ."""
    at = "" if event.key is None else f"[{event.key}]"
    value = "" if event.value is None else f" {event.value}"
    result = "" if event.result is None else f" -> {event.result}"
    where = "" if event.where is None else f" ({event.where.file}:{event.where.line})"
    text = f"has {event.actor} {event.operation} {event.object}{at}{value}{result}{where}"
    return _ADDRESS.sub("0x…", text)


def _difference(step: int, first: str, second: str) -> Nondeterministic:
    return Nondeterministic(
        f"The same case gave two different runs. At step {step} {first}, {second}. The program "
        "reads something that the explorer does not control: a file or a service that changes, "
        "the order of a set of strings (set PYTHONHASHSEED), a library's own random numbers or "
        "clock. Make it a constant, or an argument of the program."
    )
