"""Runs of one program: fast ones to search with, recorded ones to look at.

A fast run keeps only its log. What looks suspicious (`glance`) is run again, decision by
decision, with a recorder, and the detectors look at that trace.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.detect.diagnose import diagnose
from explorer.detect.livelock import WINDOW
from explorer.detect.lost_update import READS, outcome_of
from explorer.errors import Nondeterministic
from explorer.model.verdict import Kind, Symptom
from explorer.objects.description import tell
from explorer.search.playback import Playback, decisions
from explorer.search.serial import Serial, orders
from explorer.worlds.execute import DEFAULT_LIMIT, execute
from explorer.worlds.recorder import Recorder, trace_of
from explorer.worlds.watchdog import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.detect.lost_update import SerialOutcomes
    from explorer.engine.chooser import Chooser
    from explorer.frontend.program import Program
    from explorer.model.case import Case
    from explorer.model.trace import Trace
    from explorer.worlds.virtual import VirtualWorld


class Runner:
    """Runs `program` under any case and chooser; counts the executions it makes."""

    def __init__(self, program: Program, *, limit: int = DEFAULT_LIMIT) -> None:
        self.program = program
        self.limit = limit
        self.check: Callable[..., None] | None = getattr(program, "check", None)
        self.executions = 0
        self._serial: dict[object, SerialOutcomes | None] = {}

    def run(self, case: Case, chooser: Chooser) -> VirtualWorld:
        """One fast run."""
        check()
        self.executions += 1
        return execute(self.program, case, chooser, limit=self.limit)

    def record(self, case: Case, chooser: Chooser) -> Trace:
        """One recorded run."""
        self.executions += 1
        recorder = Recorder(self.program.is_user_code)
        world = execute(self.program, case, chooser, limit=self.limit, recorder=recorder)
        return trace_of(world, recorder)

    def again(self, case: Case, world: VirtualWorld) -> Trace:
        """The trace of a run that was made: the same decisions again, recorded."""
        playback = Playback(decisions(world.log), world.delay)
        results = [
            tell(operation.object, result) if type(result) in _COMPARABLE else None
            for _, operation, result in world.log
        ]
        trace = self.record(case, playback)
        playback.finish()
        _compare(results, trace)
        return trace

    def diagnose(self, case: Case, trace: Trace) -> tuple[Symptom, ...]:
        """What is wrong with a trace of `case`."""
        writers = dict.fromkeys(e.process for e in trace.events if e.object == "stdout")
        if not writers:
            writers = dict.fromkeys(ending.process for ending in trace.endings)
        broken = tuple(
            replace(symptom, processes=tuple(writers))
            for symptom in self._broken(case, trace.output)
        )
        return diagnose(trace, lambda: self.serial_outcomes(case), broken)

    def suspicious(self, case: Case, world: VirtualWorld) -> tuple[object, ...]:
        """What looks wrong with a fast run, as a hashable key; () if nothing does."""
        signs = glance(world)
        if self.check is not None and self._broken(case, "".join(world.runtime.output)):
            signs = (*signs, "check")
        return signs

    def _broken(self, case: Case, output: str) -> tuple[Symptom, ...]:
        if self.check is None:
            return ()
        try:
            self.check(output, **case.parameters)
        except AssertionError as error:
            return (Symptom(Kind.ASSERTION, str(error), objects=("output",)),)
        return ()

    def serial_outcomes(self, case: Case) -> SerialOutcomes | None:
        """What each location holds after serial executions of `case`; None if none can be made.

        Time is taken as unknown here: a sleep in the middle of an update must not let others in,
        or the serial executions would lose it too.
        """
        key = (repr(sorted(case.parameters.items())), case.absent, case.seed)
        if key not in self._serial:
            self._serial[key] = self._serial_outcomes(replace(case, timed=False))
        return self._serial[key]

    def _serial_outcomes(self, case: Case) -> SerialOutcomes | None:
        first = self.run(case, Serial(()))
        names = [process.name for process in first.processes if process.parent is not None]
        found: dict[str, set[tuple[str, str]]] = {}
        for order in orders(names):
            trace = trace_of(self.run(case, Serial(order)))
            for location, _ in trace.final:
                found.setdefault(location, set()).add(outcome_of(trace, location))
        return {location: frozenset(outcomes) for location, outcomes in found.items()}


#: Results that show whether a run was repeated; others are told differently when looked at.
_COMPARABLE = frozenset({int, float, str, bytes, bool, type(None)})


def _compare(results: list[str | None], trace: Trace) -> None:
    """Refuse a run that was made again with other results."""
    for event, result in zip(trace.events, results, strict=False):
        again = "None" if event.result is None else event.result
        if result is not None and again != result and not event.error:
            raise Nondeterministic(
                f"Step {event.step + 1}: {event.actor} {event.operation} {event.label} "
                f"({event.where}) gave {result}, and {again} when the same run was made again. "
                "The program reads something outside its case: the clock, urandom, the "
                "environment, or the order of a set of strings."
            )


def glance(world: VirtualWorld) -> tuple[object, ...]:
    """What looks suspicious in a fast run, as a hashable key; () if nothing does.

    Cheap (about 0.2 µs an event) and never misses what the detectors would find: the same
    patterns, without locations and without judging.
    """
    signs: list[object] = []
    if world.cut_off:
        signs.append(("cut off", *_loop(world)))
    elif world.stranded:
        signs.append(
            tuple(
                (actor.name, operation.kind.name, operation.object.name)
                for actor, operation in zip(world.stranded, world.waited_for, strict=True)
                if operation is not None
            )
        )
    for process in world.processes:
        if (process.exitcode or process.error is not None) and not process.killed:
            signs.append((process.name, process.exitcode, type(process.error).__name__))
    signs.extend(_stale_writes(world))
    return tuple(signs)


def _loop(world: VirtualWorld) -> list[tuple[str, str, str]]:
    """What a run that was cut off did in the end, again and again."""
    tail = world.log[-WINDOW:]
    return sorted({(actor.name, done.kind.name, done.object.name) for actor, done, _ in tail})


def _stale_writes(world: VirtualWorld) -> set[object]:
    reads: dict[object, int] = {}
    writes: dict[object, tuple[int, object]] = {}
    found: set[object] = set()
    for step, (actor, operation, _) in enumerate(world.log):
        name = operation.kind.name
        if name in READS:
            reads[actor.index, operation.object, operation.key] = step
        elif name == "write":
            place = (operation.object, operation.key)
            read = reads.pop((actor.index, *place), None)
            if read is not None and place in writes:
                when, who = writes[place]
                if when > read and who is not actor:
                    found.add((operation.object.name, operation.key))
            writes[place] = (step, actor)
    return found
