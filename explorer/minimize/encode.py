"""A failing run written down: its sparse schedule, its recorded trace and its complexity."""

from __future__ import annotations

from dataclasses import replace

from explorer.causality import order_of_trace
from explorer.model.actor import MAIN
from explorer.model.case import Case
from explorer.model.schedule import Schedule
from explorer.model.trace import Trace
from explorer.model.verdict import Complexity, Finding, Kind, Symptom
from explorer.search.delays import delays_of
from explorer.search.replay import Replay, schedule_of
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld

#: Events that are part of a process's life, not of what it does to shared things.
_LIFE = frozenset({"start", "exit", "join", "die", "terminate", "poll", "sleep"})
#: Kinds that say what was noticed, not what led to it.
_NOTICED = frozenset({Kind.ASSERTION, Kind.EXCEPTION})


def finding_of(runner: Runner, case: Case, world: VirtualWorld, symptom: Symptom) -> Finding:
    """The finding that a run shows: its schedule written sparsely, its trace recorded."""
    schedule = schedule_of(lambda chooser: runner.run(case, chooser), world)
    sparse = replace(case, schedule=schedule)
    trace = runner.record(sparse, Replay(schedule))
    jitter = delays_of(lambda chooser: runner.run(case, chooser), world)
    delays = len(jitter.delays) if jitter is not None else len(schedule.switches)
    return Finding(symptom, sparse, trace, complexity_of(trace, symptom, schedule, delays))


def complexity_of(trace: Trace, symptom: Symptom, schedule: Schedule, delays: int) -> Complexity:
    """How simple a failing run is."""
    parties = parties_of(trace, symptom)
    operations = sum(
        event.process in (*parties, *symptom.processes) and event.operation not in _LIFE
        for event in trace.events
    )
    return Complexity(
        processes=len(parties),
        operations=operations,
        preemptions=schedule.preemptions,
        delays=delays,
        length=len(trace.events),
    )


def parties_of(trace: Trace, symptom: Symptom) -> tuple[str, ...]:
    """The processes that a finding takes.

    Whoever fails is only the one who noticed: the others are the children that did something before
    which it depends on. The main process counts if nobody else does.
    """
    if symptom.kind not in _NOTICED or not symptom.steps:
        return symptom.processes
    past = order_of_trace(trace).past[symptom.steps[-1]]
    did = [
        event.process
        for number, event in enumerate(trace.events)
        if past >> number & 1 and event.operation not in _LIFE
    ]
    children = dict.fromkeys(name for name in (*symptom.processes, *did) if name != MAIN)
    return tuple(children) or symptom.processes
