"""Findings written by hand: five-line traces of the defects that a report has to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from explorer.model.case import Case
from explorer.model.schedule import Delay, Place, Schedule, Switch
from explorer.model.trace import Blocked, Ending, Event, SourceLine, Trace
from explorer.model.verdict import Complexity, Finding, Kind, Symptom

MAIN, ONE, TWO, THREE = "MainProcess", "Process-1", "Process-2", "Process-3"


class Program:
    """The source that events point to: its lines by number."""

    def __init__(self, file: str, **lines: str) -> None:
        self.file = file
        self.lines = {int(number[1:]): text for number, text in lines.items()}

    def __call__(self, line: int) -> SourceLine:
        return SourceLine(self.file, line, "work", self.lines.get(line, ""))


def event(
    actor: str,
    operation: str,
    label: str,
    where: SourceLine | None = None,
    *,
    enabled: Sequence[str] = (ONE, TWO),
    written: bool = True,
    **values: Any,
) -> Event:
    name, bracket, rest = label.partition("[")
    key = rest.removesuffix("]") if bracket else None
    return Event(
        step=0,
        actor=actor,
        process=actor.partition("/")[0],
        operation=operation,
        object=name,
        key=key,
        enabled=tuple(dict.fromkeys((*enabled, actor))),
        accesses=(((name, key), written),),
        where=where,
        **values,
    )


def trace(*events: Event, end: str = "finished", **rest: Any) -> Trace:
    numbered = tuple(replace(one, step=step) for step, one in enumerate(events))
    return Trace(events=numbered, end=end, **rest)


COUNTER = Program(
    "counter.py",
    _6='num = data["num"]',
    _7='data["num"] = num - 1',
    _12="child.start()",
    _14="child.join()",
)


def lost_update() -> Finding:
    num = "dict#1['num']"
    recorded = trace(
        event(MAIN, "start", ONE, COUNTER(12), enabled=()),
        event(MAIN, "start", TWO, COUNTER(12), enabled=(ONE,)),
        event(ONE, "read", num, COUNTER(6), result="10", written=False),
        event(TWO, "read", num, COUNTER(6), result="10", written=False),
        event(TWO, "write", num, COUNTER(7), value="9"),
        event(TWO, "exit", TWO),
        event(ONE, "write", num, COUNTER(7), value="9", enabled=(ONE,)),
        event(ONE, "exit", ONE, enabled=(ONE,)),
        event(MAIN, "join", ONE, COUNTER(14), result="True", enabled=()),
        output="start\nleft: 9\n",
        endings=(Ending(ONE, 0), Ending(TWO, 0), Ending(MAIN, 0)),
    )
    leave = Switch(Place(ONE, "write", num), TWO)
    return Finding(
        Symptom(
            Kind.LOST_UPDATE,
            f"{ONE} overwrote {TWO}'s write of {num}",
            objects=("dict#1",),
            where=(COUNTER(6), COUNTER(7)),
            processes=(ONE, TWO),
            steps=(2, 4, 6),
            left="9",
            serial=("8",),
        ),
        Case("counter.py", schedule=Schedule((leave,))),
        recorded,
        Complexity(2, 4, 1, 1, 9),
        minimal="proven",
        file="reports/counter-lost-update.json",
    )


def jittered() -> Finding:
    """The same by one delay."""
    found = lost_update()
    delay = Delay(Place(ONE, "write", "dict#1['num']"), 1)
    events = [
        replace(one, enabled=(TWO,)) if 3 <= one.step <= 5 else one for one in found.trace.events
    ]
    return replace(
        found,
        case=replace(found.case, schedule=Schedule(delays=(delay,))),
        trace=replace(found.trace, events=tuple(events)),
        complexity=Complexity(2, 4, 0, 1, 9),
    )


def noticed() -> Finding:
    """A lost update that an assertion in the main process noticed."""
    found = lost_update()
    check = SourceLine("counter.py", 16, "<module>", 'assert data["num"] == 8, data["num"]')
    endings = (
        Ending(ONE, 0),
        Ending(TWO, 0),
        Ending(MAIN, 1, "AssertionError: 9", "AssertionError", check),
    )
    return replace(
        found,
        symptom=replace(found.symptom, also=(Kind.ASSERTION,)),
        trace=replace(found.trace, endings=endings, output=""),
    )


BANK = Program("bank.py", _8="with mine:", _9="with yours:", _18="p.start()", _20="p.join()")


def crossed_locks() -> Finding:
    recorded = trace(
        event(MAIN, "start", ONE, BANK(18), enabled=()),
        event(MAIN, "start", TWO, BANK(18), enabled=(ONE,)),
        event(ONE, "acquire", "Lock#1", BANK(8), result="True"),
        event(TWO, "acquire", "Lock#2", BANK(8), result="True"),
        end="blocked",
        blocked=(
            Blocked(MAIN, MAIN, "join", ONE, None, (ONE,), (), BANK(20)),
            Blocked(ONE, ONE, "acquire", "Lock#2", None, (TWO,), (), BANK(9)),
            Blocked(TWO, TWO, "acquire", "Lock#1", None, (ONE,), (), BANK(9)),
        ),
    )
    leave = Switch(Place(ONE, "acquire", "Lock#2"), TWO)
    return Finding(
        Symptom(
            Kind.DEADLOCK,
            f"{ONE} waits for Lock#2, {TWO} waits for Lock#1",
            objects=("Lock#1", "Lock#2"),
            where=(BANK(9),),
            processes=(ONE, TWO),
            cycle=(ONE, TWO),
        ),
        Case("bank.py", arguments=("--fast",), schedule=Schedule((leave,))),
        recorded,
        Complexity(2, 4, 1, 1, 4),
        minimal="proven",
        file="reports/bank-deadlock.json",
    )


def philosophers(number: int = 5) -> Finding:
    table = Program("dinner.py", _6="with left:", _7="with right:")
    names = [f"Process-{place + 1}" for place in range(number)]
    forks = [f"Lock#{place + 1}" for place in range(number)]
    taken = [
        event(name, "acquire", fork, table(6), result="True", enabled=names[place - 1 :])
        for place, (name, fork) in enumerate(zip(names, forks, strict=True))
    ]
    waiting = tuple(
        Blocked(
            name,
            name,
            "acquire",
            forks[(place + 1) % number],
            None,
            (names[(place + 1) % number],),
            (),
            table(7),
        )
        for place, name in enumerate(names)
    )
    return Finding(
        Symptom(
            Kind.DEADLOCK,
            ", ".join(f"{one.process} waits for {one.object}" for one in waiting),
            objects=tuple(sorted(forks)),
            where=(table(7),),
            processes=tuple(names),
            cycle=tuple(names),
        ),
        Case("philosophers", parameters={"philosophers": number, "placement": "A then B"}),
        trace(*taken, end="blocked", blocked=waiting),
        Complexity(number, 2 * number, number - 1, number - 1, number),
        minimal="up to 6,000 smaller schedules tried",
        file="reports/philosophers-deadlock.json",
    )


def self_deadlock() -> Finding:
    twice = Program("twice.py", _4="lock.acquire()", _5="lock.acquire()")
    recorded = trace(
        event(MAIN, "acquire", "Lock#1", twice(4), result="True", enabled=()),
        end="blocked",
        blocked=(Blocked(MAIN, MAIN, "acquire", "Lock#1", None, (MAIN,), (), twice(5)),),
    )
    return Finding(
        Symptom(
            Kind.DEADLOCK,
            f"{MAIN} waits for Lock#1, which it holds itself",
            objects=("Lock#1",),
            where=(twice(5),),
            processes=(MAIN,),
            cycle=(MAIN,),
        ),
        Case("twice.py"),
        recorded,
        Complexity(1, 2, 0, 0, 1),
        minimal="proven",
        file="reports/twice-deadlock.json",
    )


def starved_queue() -> Finding:
    pool = Program(
        "pool.py", _5="item = queue.get()", _9="p.start()", _11="queue.put(None)", _14="p.join()"
    )
    feeder = f"{MAIN}/feeder of Queue#1"
    recorded = trace(
        event(MAIN, "start", ONE, pool(9), enabled=()),
        event(MAIN, "start", TWO, pool(9), enabled=(ONE,)),
        event(MAIN, "put", "Queue#1", pool(11), value="None", enabled=(MAIN,)),
        event(feeder, "flush", "Queue#1", value="None", enabled=()),
        event(ONE, "get", "Queue#1", pool(5), result="None", enabled=(ONE, TWO)),
        event(ONE, "exit", ONE, enabled=(ONE,)),
        event(MAIN, "join", ONE, pool(14), result="True", enabled=()),
        end="blocked",
        blocked=(
            Blocked(MAIN, MAIN, "join", TWO, None, (TWO,), (), pool(14)),
            Blocked(TWO, TWO, "get", "Queue#1", None, (), (), pool(5)),
        ),
        endings=(Ending(ONE, 0),),
    )
    return Finding(
        Symptom(
            Kind.STARVATION,
            f"{TWO} waits for ever in get on Queue#1: nobody is left who could wake it",
            objects=("Queue#1",),
            where=(pool(5),),
            processes=(TWO,),
        ),
        Case("pool.py"),
        recorded,
        Complexity(1, 3, 0, 0, 7),
        minimal="proven",
        file="reports/pool-starvation.json",
    )


def leaked_lock() -> Finding:
    leak = Program("leak.py", _5="lock.acquire()", _8="child.start()", _10="with lock:")
    recorded = trace(
        event(MAIN, "start", ONE, leak(8), enabled=()),
        event(ONE, "acquire", "Lock#1", leak(5), result="True", enabled=(MAIN,)),
        event(ONE, "exit", ONE, enabled=()),
        end="blocked",
        blocked=(Blocked(MAIN, MAIN, "acquire", "Lock#1", None, (ONE,), (), leak(10)),),
        endings=(Ending(ONE, 0),),
    )
    return Finding(
        Symptom(
            Kind.LEAK,
            f"{ONE} ended while it held Lock#1, which {MAIN} waits for",
            objects=("Lock#1",),
            where=(leak(10),),
            processes=(MAIN, ONE),
            also=(Kind.DEADLOCK,),
        ),
        Case("leak.py"),
        recorded,
        Complexity(1, 2, 1, 1, 3),
        minimal="proven",
        file="reports/leak-leak.json",
    )


def lone_assertion() -> Finding:
    early = Program(
        "early.py",
        _4="flag.value = 1",
        _7="p.start()",
        _8="sleep(0.5)",
        _9="assert flag.value == 1",
    )
    recorded = trace(
        event(MAIN, "start", ONE, early(7), enabled=()),
        event(MAIN, "sleep", "clock", early(8), value="0.5", enabled=(ONE,), written=False),
        event(
            MAIN,
            "read",
            "Value#1",
            early(9),
            result="0",
            enabled=(ONE,),
            written=False,
            time=500_000_000,
        ),
        event(ONE, "write", "Value#1", early(4), value="1", enabled=(), time=500_000_000),
        event(ONE, "exit", ONE, value="0", enabled=(), time=500_000_000),
        event(MAIN, "join", ONE, result="True", enabled=(), time=500_000_000),
        event(MAIN, "exit", MAIN, value="1", enabled=(), time=500_000_000),
        endings=(
            Ending(ONE, 0),
            Ending(MAIN, 1, "AssertionError", "AssertionError", early(9)),
        ),
        output="checking\n" * 30,
    )
    return Finding(
        Symptom(
            Kind.ASSERTION,
            f"{MAIN} raised AssertionError",
            objects=("AssertionError",),
            where=(early(9),),
            processes=(MAIN,),
            steps=(2,),
        ),
        Case("early.py"),
        recorded,
        Complexity(1, 2, 0, 1, 4),
        minimal="proven",
        file="reports/early-assertion.json",
    )


def livelock(rounds: int = 5_000) -> Finding:
    spin = Program("spin.py", _5="while flag.value:", _6="turn.value = me")
    events = [event(MAIN, "start", name, spin(9), enabled=()) for name in (ONE, TWO)]
    for number in range(rounds):
        name = (ONE, TWO)[number % 2]
        events.append(event(name, "read", "Value#1", spin(5), result="1", written=False))
        events.append(event(name, "write", "Value#2", spin(6), value=str(number % 2)))
    return Finding(
        Symptom(
            Kind.LIVELOCK,
            f"{ONE}, {TWO} did not come to an end in {len(events)} operations",
            objects=("Value#1", "Value#2"),
            where=(spin(5), spin(6)),
            processes=(ONE, TWO),
            steps=(len(events) - 1,),
        ),
        Case("spin.py"),
        trace(*events, end="cut off"),
        Complexity(2, 2 * rounds, 0, 0, len(events)),
        file="reports/spin-livelock.json",
    )


def join_before_drain() -> Finding:
    drain = Program("drain.py", _5="queue.put(big)", _9="p.start()", _10="p.join()")
    feeder = f"{ONE}/feeder of Queue#1"
    recorded = trace(
        event(MAIN, "start", ONE, drain(9), enabled=()),
        event(ONE, "put", "Queue#1", drain(5), value="b'xxxxxxxx…'", enabled=(ONE,)),
        end="blocked",
        blocked=(
            Blocked(MAIN, MAIN, "join", ONE, None, (ONE,), (), drain(10)),
            Blocked(ONE, ONE, "join", feeder, None, (feeder,), (), drain(5)),
            Blocked(feeder, ONE, "flush", "Queue#1", None, (), (MAIN,), None),
        ),
    )
    return Finding(
        Symptom(
            Kind.DEADLOCK,
            f"{MAIN} waits for {ONE}, {ONE} waits for {feeder}, {ONE} waits for Queue#1",
            objects=("Queue#1",),
            where=(drain(5), drain(10)),
            processes=(MAIN, ONE),
            cycle=(MAIN, ONE, feeder),
        ),
        Case("drain.py"),
        recorded,
        Complexity(1, 2, 0, 0, 2),
        minimal="proven",
        file="reports/drain-deadlock.json",
    )


def hostile() -> Finding:
    """Everything that comes from the program tries to break out."""
    found = lost_update()
    evil = "[bold red]\x1b[2J\u202egnirts[/]\n\x07漢字👩‍👩‍👧"
    line = SourceLine(f"{evil}.py", 6, evil, f'x = "{evil}"')
    events = [
        replace(
            one,
            object=f"dict#1{evil}" if one.object.startswith("dict") else one.object,
            value=None if one.value is None else repr(evil) + evil,
            where=line,
        )
        for one in found.trace.events
    ]
    return replace(
        found,
        symptom=replace(found.symptom, summary=f"{ONE} overwrote {evil}", where=(line,)),
        case=replace(found.case, target=f"{evil}.py", parameters={evil: evil}),
        trace=replace(found.trace, events=tuple(events), output=f"{evil}\n" * 3),
        file=f"reports/{evil}.json",
    )


FINDINGS = {
    made.__name__: made
    for made in (
        lost_update,
        jittered,
        noticed,
        crossed_locks,
        philosophers,
        self_deadlock,
        starved_queue,
        leaked_lock,
        lone_assertion,
        livelock,
        join_before_drain,
        hostile,
    )
}
