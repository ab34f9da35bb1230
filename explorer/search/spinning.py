"""Does a process go round in a loop without getting anywhere? A fair bound for loops that wait.

`while not flag.value: pass` has as many traces as one cares to go round. A process *spins* if it
did the same operations with the same results in `ROUNDS` rounds one after the other, and is about
to begin another. The search lets a spinner go on only where nobody else can, and tries no branch
for the sake of one more round; that it had to is part of the verdict (`Exhaustive.bounded`). What
repeats by design, `for _ in range(5): cell.value`, stays below the bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from explorer.model.text import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.engine.loop import LogEntry
    from explorer.model.operation import Operation
    from explorer.search.node import Node

ROUNDS: Final = 8
LONGEST: Final = 8  # operations in one round


def spins(latest: Node | None, operation: Operation, log: Sequence[LogEntry]) -> bool:
    """Whether an actor is about to begin another round.

    Args:
        latest: its last decision.
        operation: what it is about to do.
        log: of the run that `latest` belongs to.
    """
    done: list[LogEntry] = []  # latest first
    while latest is not None and len(done) < ROUNDS * LONGEST:
        done.append(log[latest.number])
        latest = latest.before
    return any(
        _goes_round(done[: length * ROUNDS], length, operation)
        for length in range(1, len(done) // ROUNDS + 1)
    )


def _goes_round(done: Sequence[LogEntry], length: int, operation: Operation) -> bool:
    """Whether `done` is one round of this length again and again, and `operation` begins it."""
    return _same_operation(done[length - 1][1], operation) and all(
        _same_operation(done[step][1], done[step + length][1])
        and _same_result(done[step][2], done[step + length][2])
        for step in range(len(done) - length)
    )


def _same_operation(first: Operation, second: Operation) -> bool:
    return first is second or (
        first.kind is second.kind
        and (first.object is second.object or first.object.kind == second.object.kind == "clock")
        and show(first.key) == show(second.key)
        and show(first.value) == show(second.value)
    )


def _same_result(first: Any, second: Any) -> bool:
    return first is second or show(first) == show(second)
