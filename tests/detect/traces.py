"""Hand-written traces, five lines each."""

from __future__ import annotations

from explorer.model.trace import Blocked, Ending, Event, SourceLine, Trace


def line(number: int) -> SourceLine:
    """A line of the program."""
    return SourceLine("counter.py", number, "work", f"line {number}")


def events(*rows: str) -> tuple[Event, ...]:
    """Events from rows like "P1 read x 0" or "P2 write x 1", each at the line of its process."""
    made = []
    for step, row in enumerate(rows):
        process, operation, location, *value = row.split()
        made.append(
            Event(
                step=step,
                actor=process,
                process=process,
                operation=operation,
                object=location,
                value=value[0] if value and operation == "write" else None,
                result=value[0] if value and operation == "read" else None,
                where=line(6 if operation == "read" else 7),
            )
        )
    return tuple(made)


def trace(
    *rows: str,
    end: str = "finished",
    final: dict[str, str] | None = None,
    blocked: tuple[Blocked, ...] = (),
    endings: tuple[Ending, ...] = (),
) -> Trace:
    """A trace of these events."""
    return Trace(
        events=events(*rows),
        end=end,
        blocked=blocked,
        endings=endings,
        final=tuple(sorted((final or {}).items())),
    )


def waits(
    actor: str,
    wanted: str,
    *holders: str,
    operation: str = "acquire",
    at: int = 9,
    could_wake: tuple[str, ...] = (),
) -> Blocked:
    """`actor` waits for `wanted`, which `holders` hold."""
    return Blocked(actor, actor, operation, wanted, None, holders, could_wake, line(at))
