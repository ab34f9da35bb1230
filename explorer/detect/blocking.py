"""Deadlock, starvation and leak: processes that wait for ever, and for whom.

The waits-for graph has an edge from a blocked actor to each actor that owns what it waits for
(lock holders, the process it joins) and to each that could make room where it waits for room (a
full queue or pipe). A cycle is a deadlock; waiting for somebody who has ended is a leak; waiting
with no edge at all is starvation: nobody is left who could wake it.
"""

from __future__ import annotations

from explorer.model.trace import Blocked, SourceLine, Trace
from explorer.model.verdict import Kind, Symptom

#: Operations that wait for what a process owes them, not for what it holds: a dead process that
#: was asleep in an Event never says that it has woken, and whoever sets the Event starves.
_OWED = frozenset({"join", "set", "notify"})

Graph = dict[str, tuple[str, ...]]


def blocking(trace: Trace) -> list[Symptom]:
    """The blockages of a trace: each knot or cause once."""
    if trace.end != "blocked":
        return []
    waiting = {blocked.actor: blocked for blocked in trace.blocked}
    graph = {name: _edges(blocked, waiting) for name, blocked in waiting.items()}
    leaks = _leaks(trace, waiting)
    if leaks:
        return leaks
    cycles = _cycles(graph)
    if cycles:
        return [_deadlock(cycle, waiting) for cycle in cycles]
    return _starvation(waiting, graph)


def _edges(blocked: Blocked, waiting: dict[str, Blocked]) -> tuple[str, ...]:
    named = (*blocked.waits_for, *blocked.could_wake)
    found = dict.fromkeys(name for name in named if name in waiting)
    others = tuple(name for name in found if name != blocked.actor)
    return others or tuple(found)  # of several holders, it can hope for the others first


def _leaks(trace: Trace, waiting: dict[str, Blocked]) -> list[Symptom]:
    """Blocked on something whose holder has ended."""
    ended = {ending.process for ending in trace.endings if ending.exitcode is not None}
    found: dict[str, Symptom] = {}
    for blocked in waiting.values():
        owners = [owner for owner in blocked.waits_for if owner in ended]
        if blocked.operation in _OWED or not owners or blocked.object in found:
            continue
        found[blocked.object] = Symptom(
            kind=Kind.LEAK,
            summary=f"{owners[0]} ended while it held {blocked.object}, "
            f"which {blocked.process} waits for",
            objects=(blocked.object,),
            where=_lines([blocked]) or (),
            processes=tuple(sorted({owners[0], blocked.process})),
            also=(Kind.DEADLOCK,),
        )
    return list(found.values())


def _cycles(graph: Graph) -> list[tuple[str, ...]]:
    """The shortest cycle through each knot of the graph, each starting at its smallest name."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    covered: set[str] = set()
    for start in sorted(graph):
        cycle = _shortest_cycle(graph, start)
        if cycle and not covered & set(cycle):
            covered |= set(cycle)
            first = cycle.index(min(cycle))
            found[frozenset(cycle)] = cycle[first:] + cycle[:first]
    return list(found.values())


def _shortest_cycle(graph: Graph, start: str) -> tuple[str, ...]:
    """A shortest cycle from `start` back to it, by breadth-first search; () if there is none."""
    paths: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for path in paths:
        for following in graph.get(path[-1], ()):
            if following == start:
                return path
            if following not in seen:
                seen.add(following)
                paths.append((*path, following))
    return ()


def _deadlock(cycle: tuple[str, ...], waiting: dict[str, Blocked]) -> Symptom:
    members = [waiting[name] for name in cycle]
    wanted = sorted({member.object for member in members if member.operation != "join"})
    if len(cycle) == 1:
        member = members[0]
        summary = f"{member.process} waits for {member.object}, which it holds itself"
    else:
        parts = [f"{member.process} waits for {member.object}" for member in members]
        summary = ", ".join(parts)
    return Symptom(
        kind=Kind.DEADLOCK,
        summary=summary,
        objects=tuple(wanted) or tuple(sorted({member.object for member in members})),
        where=_lines(members),
        processes=tuple(dict.fromkeys(member.process for member in members)),
        cycle=cycle,
        firm=_is_firm(cycle, waiting),
    )


def _is_firm(cycle: tuple[str, ...], waiting: dict[str, Blocked]) -> bool:
    """Whether every edge of the cycle is one of ownership, which nobody outside can end."""
    return all(
        cycle[(place + 1) % len(cycle)] in waiting[name].waits_for
        for place, name in enumerate(cycle)
    )


def _starvation(waiting: dict[str, Blocked], graph: Graph) -> list[Symptom]:
    """One symptom per object that somebody waits at with nobody left to wake it."""
    roots: dict[str, list[Blocked]] = {}
    for name in sorted(graph):
        if not graph[name]:
            roots.setdefault(waiting[name].object, []).append(waiting[name])
    return [
        Symptom(
            kind=Kind.STARVATION,
            summary=f"{_names(stuck)} for ever in {stuck[0].call} on {wanted}: "
            "nobody is left who could wake it",
            objects=(wanted,),
            where=_lines(stuck),
            processes=tuple(dict.fromkeys(blocked.process for blocked in stuck)),
        )
        for wanted, stuck in roots.items()
    ]


def _names(stuck: list[Blocked]) -> str:
    names = list(dict.fromkeys(blocked.process for blocked in stuck))
    if len(names) == 1:
        return f"{names[0]} waits"
    return f"{', '.join(names[:-1])} and {names[-1]} wait"


def _lines(members: list[Blocked]) -> tuple[SourceLine, ...]:
    lines = {str(member.where): member.where for member in members if member.where}
    return tuple(lines[line] for line in sorted(lines))
