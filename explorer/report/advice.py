"""The next step: what to do about a finding, in one or two sentences."""

from __future__ import annotations

from explorer.engine.clock import NANOSECONDS
from explorer.model.trace import Blocked, Event
from explorer.model.verdict import Finding, Kind
from explorer.report.places import place_of
from explorer.report.wording import clean, listed


def advice(finding: Finding) -> str:
    """What usually repairs such a defect, with the objects and lines of this one."""
    match finding.kind:
        case Kind.LOST_UPDATE:
            lines = _lines(finding)
            return (
                f"Hold one lock, the same in every process, from the read to the write{lines}. "
                "A lock around each of the two alone does not help."
            )
        case Kind.DEADLOCK:
            return _deadlock(finding)
        case Kind.STARVATION:
            return _starvation(finding)
        case Kind.LEAK:
            return (
                f"Release {_objects(finding)} whatever happens, by `with` or in a `finally` block. "
                "A process that may be killed must not hold it at all."
            )
        case Kind.LIVELOCK:
            return (
                "The loop waits for something that may never come. Block instead of polling "
                "(Event.wait, Queue.get, join), or give the loop an end."
            )
        case _ if not finding.complexity.operations:
            return (
                "The failing process had touched nothing shared by then: look at its own code "
                "first. (A plain object that another process changes stays as it is here.)"
            )
        case _ if (expired := _expired(finding)) is not None:
            return _time_out(expired)
        case _:
            return (
                "See which of the values above the failing process read, and who had written it: "
                "what it counts on must be kept by a lock, or waited for."
            )


def _expired(finding: Finding) -> Event | None:
    """The time-out that ran out in the line that fails, if one did."""
    symptom = finding.symptom
    there = [
        event
        for event in finding.trace.events
        if event.process in symptom.processes
        and event.where in symptom.where
        and event.operation != "sleep"
    ]
    return there[-1] if there and there[-1].timed_out is not None else None


def _time_out(expired: Event) -> str:
    seconds = (expired.timed_out or 0) / NANOSECONDS
    where = "" if expired.where is None else f" ({clean(place_of(expired.where))})"
    return (
        f"The wait of {seconds:g} s{where} ran out. Wait without a limit, or let the program "
        "expect that what it waits for comes later."
    )


def _deadlock(finding: Finding) -> str:
    blocked = {one.actor: one for one in finding.trace.blocked}
    cycle = [blocked[name] for name in finding.symptom.cycle if name in blocked]
    locks = sorted({clean(one.object) for one in cycle if one.operation == "acquire"})
    if len(cycle) == 1 and locks:
        return (
            f"It holds {locks[0]} already. Release it first, let the inner code rely on it being "
            "held, or use an RLock, which its owner may take again."
        )
    if any(one.operation == "join" for one in cycle):
        return (
            "join() waits for a process that waits for the one that joins it: give it what it "
            "waits for (empty the queue, release the lock) before join()."
        )
    if len(locks) == len(cycle):
        return f"Take {listed(locks)} in the same order everywhere, or make them one lock."
    return (
        "Break the circle at one of the lines above: no process may wait while others wait for it."
    )


def _starvation(finding: Finding) -> str:
    wanted = [one for one in finding.trace.blocked if one.object in finding.symptom.objects]
    if any(_takes(one) for one in wanted):
        return (
            "Whoever takes needs an end: one sentinel for each consumer, as many items as are "
            "taken, or a time-out."
        )
    if any(one.operation in ("put", "send", "flush") for one in wanted):
        return "Nobody is left to make room: take what was put, allow for more, or use a time-out."
    return (
        "Somebody must still be there to wake it when it waits; check that the wake-up cannot come "
        "before the wait, and that nobody ends without it."
    )


def _takes(blocked: Blocked) -> bool:
    return blocked.operation in ("get", "recv", "take")


def _lines(finding: Finding) -> str:
    lines = [place_of(line) for line in finding.symptom.where]
    return f" ({clean(listed(lines))})" if lines else ""


def _objects(finding: Finding) -> str:
    return clean(listed(finding.symptom.objects)) or "it"
