"""How a generated program reads as a person would write it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from strategies.programs import NESTING, Program, Statement

#: How a statement is written; `{}` is the number of its object.
_WORDS: Final[dict[str, str]] = {
    "read": "r = cell{0}.value",
    "write": "cell{0}.value = {1}",
    "add": "cell{0}.value = r + {1}",
    "load": "r = array[{0}]",
    "store": "array[{0}] = {1}",
    "guarded read": "r = guarded{0}.value",
    "guarded write": "guarded{0}.value = {1}",
    "when": "if r == {1}:",
    "sleep": "time.sleep({1} / 100)",
    "with": "with lock{0}:",
    "rwith": "with rlock{0}:",
    "acquire": "lock{0}.acquire()",
    "release": "lock{0}.release()",
    "try": "if lock{0}.acquire(False):",
    "timed": "if lock{0}.acquire(timeout=0.01):",
    "down": "semaphore{0}.acquire()",
    "up": "semaphore{0}.release()",
    "permit": "with semaphore{0}:",
    "set": "event{0}.set()",
    "clear": "event{0}.clear()",
    "is_set": "r = event{0}.is_set()",
    "wait": "event{0}.wait()",
    "await": "with condition{0}: cell{0}.value == 1 or condition{0}.wait()",
    "notify": "with condition{0}: cell{0}.value = 1; condition{0}.notify()",
    "notify_all": "with condition{0}: condition{0}.notify_all()",
    "put": "queue{0}.put({1})",
    "get": "r = queue{0}.get()",
    "get_nowait": "r = queue{0}.get_nowait()  # or -1",
    "qsize": "r = queue{0}.qsize()",
    "terminate": "process{0}.terminate()",
    "poll": "process{0}.is_alive()",
    "join in time": "process{0}.join(0.01)",
}


def text(program: Program) -> str:
    """A program as a person would write it."""
    lines = [f"# permits: {program.permits}, slots: {program.slots}"]
    for number, statements in enumerate(program.processes):
        lines.append(f"process {number}:")
        lines += _lines(statements, 1)
    if program.main:
        lines.append("main, after starting all:")
        lines += _lines(program.main, 1)
    return "\n".join(lines)


def _lines(statements: Sequence[Statement], depth: int) -> list[str]:
    found = []
    for statement in statements:
        found.append("    " * depth + _WORDS[statement.what].format(statement.on, statement.value))
        if statement.what in NESTING:
            found += _lines(statement.then, depth + 1) or ["    " * (depth + 1) + "pass"]
        if statement.what in ("try", "timed"):
            found.append("    " * (depth + 1) + f"lock{statement.on}.release()")
    return found
