"""Which prefixes of runs lead to the same state: those that are the same Mazurkiewicz trace.

A state is named by a number that does not depend on the order in which independent events came:
the sum of the names of its events, each made of its actor and of the events that it directly
depends on. Equal numbers are equal traces, but for collisions of 128-bit digests.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from explorer.causality import ENDINGS

if TYPE_CHECKING:
    from explorer.engine.loop import LogEntry


def states(log: Sequence[LogEntry]) -> list[int]:
    """The state before the first event of a run, after the first, and so on.

    The list ends where time plays a part: what is to come depends then on when things happened, not
    on their order alone.
    """
    found = [0]
    written: dict[Any, int] = {}  # location -> the name of its last writer
    read: dict[Any, int] = {}  # location -> the sum of the names of its readers since
    latest: dict[str, int] = {}  # actor -> the name of its last event
    done: dict[str, int] = {}  # process -> the sum of the names of its actors' events
    for actor, operation, _ in log:
        if operation.timeout is not None:
            break
        accesses = operation.accesses()
        causes = [f"{actor.name} {latest.get(actor.name, 0)}"]
        for location, writes in accesses:
            readers = read.get(location, 0) if writes else 0
            causes.append(f"{location} {written.get(location, 0)} {readers}")
        if operation.object.kind == "process" and operation.name in ENDINGS:
            causes.append(f"end {done.get(operation.object.name, 0)}")
        name = int.from_bytes(blake2b("\n".join(causes).encode(), digest_size=16).digest())
        latest[actor.name] = name
        done[actor.process.name] = done.get(actor.process.name, 0) + name
        for location, writes in accesses:
            if writes:
                written[location], read[location] = name, 0
            else:
                read[location] = read.get(location, 0) + name
        found.append(found[-1] + name)
    return found
