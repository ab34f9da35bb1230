"""The words and figures of a report: the same in every form of it.

Invariant: `clean` stands between the program under test and every terminal and page; names,
values, messages and source lines may hold escape sequences, or text that runs backwards.
"""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import Final

from explorer.detect.lateness import Lateness
from explorer.model.trace import Blocked, Event
from explorer.model.verdict import Complexity, Kind

_LONGEST_VALUE: Final = 60
_SECOND: Final = 1_000_000_000  # nanoseconds

#: Operations whose True says no more than that they were done.
_DONE: Final = frozenset({"acquire", "join", "wait", "put"})


def clean(text: str) -> str:
    """The text on one line, with everything that does not print written as an escape."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def printable(text: str) -> str:
    """The same for a text of several lines: it keeps its lines, tabs and columns."""
    return "\n".join("\t".join(map(clean, line.split("\t"))) for line in text.split("\n"))


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def clip(text: str, longest: int) -> str:
    """The text, its end cut off if it is too long."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def count(number: int, noun: str) -> str:
    """A number of things: "1 process", "2 processes"."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}{'es' if noun.endswith('s') else 's'}"


def title(kind: Kind) -> str:
    """A kind in words: "lost update"."""
    return kind.value.replace("-", " ")


def size(complexity: Complexity, minimal: str) -> str:
    """How simple a case is, and how sure that is."""
    parts = [
        count(complexity.processes, "process"),
        count(complexity.operations, "operation"),
        count(complexity.preemptions, "preemption"),
        count(complexity.delays, "delay"),
    ]
    return f"{', '.join(parts)}; minimal: {minimal}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words as a sentence has them: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def alternatives(words: Sequence[str]) -> str:
    """Words of which one holds: "a, b or c"."""
    return listed(words, "or")


def duration(nanoseconds: int) -> str:
    """Virtual time: "2 s", "1.5 ms"."""
    for unit, length in (("s", _SECOND), ("ms", _SECOND // 1_000), ("µs", _SECOND // 1_000_000)):
        if nanoseconds >= length:
            return f"{nanoseconds / length:.6g} {unit}"
    return f"{nanoseconds} ns"


def event_text(event: Event) -> str:
    """What an event did, with values: "read num → 10", "write num ← 9"."""
    done = _life(event)
    if done is not None:
        return clean(done)
    text = f"{event.operation} {event.label}"
    if event.value is not None:
        text += f" ← {clip(event.value, _LONGEST_VALUE)}"
    if event.error:
        text += f" raises {clip(event.result or 'an error', _LONGEST_VALUE)}"
    elif event.result is not None and not (event.result == "True" and event.operation in _DONE):
        text += f" → {clip(event.result, _LONGEST_VALUE)}"
    return clean(text)


def _life(event: Event) -> str | None:
    """Events in the life of a process, and sleeping, in words of their own."""
    match event.operation:
        case "exit":
            return "exit" if event.value in (None, "0") else f"exit with code {event.value}"
        case "die":
            return f"{event.object} dies of {_signal(event.value)}"
        case "terminate":
            return f"send {_signal(event.value)} to {event.object}"
        case "poll" if event.object.startswith("Process-"):
            return f"look at {event.object} → " + (
                "still runs" if event.result is None else f"exit code {event.result}"
            )
        case "sleep":
            return "sleep" if event.value is None else f"sleep {event.value} s"
    return None


def _signal(number: str | None) -> str:
    try:
        return signal.Signals(int(number or "")).name
    except ValueError:
        return f"signal {number}"


def blocked_text(blocked: Blocked) -> str:
    """What a blocked process is about to do: "acquire Lock#2"."""
    part = "" if blocked.key is None else f"[{blocked.key}]"
    return clean(f"{blocked.call} {blocked.object}{part}")


def delay_text(late: Lateness) -> str:
    """What a run needs that takes time as unknown: "Process-1 to be 3 s late at write Value#1"."""
    event = late.event
    where = f" ({event.where})" if event.where is not None else ""
    text = f"{event.actor} to be {duration(late.nanoseconds)} late at {event.operation}"
    return clean(f"{text} {event.label}{where}")
