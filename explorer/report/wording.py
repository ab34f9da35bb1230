"""The words and figures of a report: the same in every form of it.

Invariant: `clean` stands between the program under test and every terminal and page; names,
values, messages and source lines may hold escape sequences or text that runs backwards.
"""

from __future__ import annotations

from typing import Final

from explorer.model.verdict import Complexity, Kind

_LONGEST_VALUE: Final = 48

#: What is done to a process or the clock reads better in words of its own.
_ARROW_IN: Final = "←"
_ARROW_OUT: Final = "→"


def clean(text: str) -> str:
    """The text on one line, with everything that does not print written as an escape."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def count(number: int, noun: str) -> str:
    """ "1 process", "2 processes"."""
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
