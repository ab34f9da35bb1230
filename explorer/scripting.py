"""From a saved case to a script that shows it on plain multiprocessing (`report.script`).

A scenario is written out as a plain program first; a user's program stays as it is. The delays
that force the finding are found by running that very program virtually, and put into its source.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from textwrap import wrap
from typing import Final

from explorer.api import Target, open_target
from explorer.engine.chooser import KeepRunning
from explorer.errors import NotSupported
from explorer.frontend.modules import source_text
from explorer.frontend.program import FunctionProgram
from explorer.frontend.script import FileFunctionProgram, ScriptProgram
from explorer.model.case import Case
from explorer.model.operation import Operation
from explorer.model.saved import SavedCase
from explorer.model.schedule import Delay, Place, Schedule, object_label
from explorer.model.trace import Trace
from explorer.model.verdict import Finding, Symptom
from explorer.report.ending import Ending, ending_of
from explorer.report.insertion import Sleep, Source
from explorer.report.places import find_target
from explorer.report.plain import plain_source
from explorer.report.script import Script, called, write_script
from explorer.report.spots import Spot, SpotRecorder
from explorer.report.visits import Visits, meanwhile
from explorer.report.wording import title
from explorer.search.enumeration import schedules
from explorer.search.playback import Playback, decisions
from explorer.search.replay import Replay
from explorer.worlds.execute import execute, session
from explorer.worlds.real.forcing import Forcing, stretched
from explorer.worlds.real.plan import Plan, forces
from explorer.worlds.recorder import trace_of
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld

#: Milliseconds that a tick of delay takes in a script; the first that the finding shows with.
TICKS: Final = (200, 500, 100, 50, 20, 1)
_WIDTH: Final = 97  # characters of a line of the head
#: Schedules that are tried to see in a written-out scenario what the scenario shows.
_MOST_TRIED: Final = 2_000

Wanted = Callable[[Symptom], bool]


def script(saved: SavedCase, file: str) -> Script:
    """The script for a saved case.

    Raises:
        BadCase, UsageError: its target cannot be opened.
        NotSupported: it cannot be written down.
    """
    name = find_target(saved, file)
    target = open_target(name, saved.case.arguments)
    case = replace(saved.case, target=name)
    return _script(target, case, lambda symptom: symptom.kind is saved.shows.kind)


def script_of(target: Target, finding: Finding) -> Script:
    """The same for a finding that was not saved."""
    return _script(target, finding.case, lambda symptom: symptom.kind is finding.kind)


def _script(target: Target, case: Case, wanted: Wanted) -> Script:
    with _plain(target, case) as (plain, plain_case), session(plain.program):
        return _Writer(plain, plain_case, wanted, case).script()


@contextmanager
def _plain(target: Target, case: Case) -> Iterator[tuple[Target, Case]]:
    """The target as a program in one file."""
    program = target.program
    if isinstance(program, FunctionProgram):
        text = plain_source(program.body, case.parameters, program.check)
        check = program.check
        with _file(text, target.stem) as path:
            opened = open_target(path)
            if check is not None:
                vars(opened.program)["check"] = lambda output: check(output, **case.parameters)
            yield opened, replace(case, target=path, parameters={})
    elif isinstance(program, FileFunctionProgram):
        text = called(source_text(program.path), program.function)
        with _file(text, target.stem) as path:
            yield open_target(path, case.arguments), replace(case, target=path)
    else:
        yield target, case


@contextmanager
def _file(text: str, stem: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="race-explorer-") as folder:
        path = os.path.join(folder, f"{stem.replace('-', '_')}.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        yield path


@dataclass(slots=True)
class _Run:
    """A recorded run and where its events come from."""

    world: VirtualWorld
    trace: Trace
    recorder: SpotRecorder

    def spots(self) -> dict[Place, tuple[int, Spot]]:
        """Each place's step and spot; of operations that were never done, no step but -1."""
        counts: dict[tuple[str, str, str], int] = {}
        found: dict[Place, tuple[int, Spot]] = {}
        for event, spot in zip(self.trace.events, self.recorder.spots, strict=True):
            key = (event.actor, event.operation, event.label)
            counts[key] = counts.get(key, 0) + 1
            if spot is not None:
                found[Place(*key, counts[key])] = (event.step, spot)
        for actor, operation, spot in self._undone():
            key = (actor, operation.kind.name, object_label(operation))
            found.setdefault(Place(*key, counts.get(key, 0) + 1), (-1, spot))
        return found

    def _undone(self) -> Iterator[tuple[str, Operation, Spot]]:
        """What actors were about to do when they were killed, or for ever."""
        yield from self.recorder.killed_at
        stranded = zip(self.world.stranded, self.world.waited_for, strict=True)
        for (actor, operation), spot in zip(stranded, self.recorder.stranded_spots, strict=False):
            if operation is not None and spot is not None:
                yield actor.name, operation, spot


def origin_of(place: Place) -> Place:
    """The operation of the program that a place goes back to: of what a feeder writes, its put."""
    process, _, queue = place.process.partition("/feeder of ")
    if not queue or place.operation != "flush":
        return place
    return Place(process, "put", place.object, place.occurrence)


class _Writer:
    """Writes the script of one program."""

    def __init__(self, target: Target, case: Case, wanted: Wanted, given: Case) -> None:
        assert isinstance(target.program, ScriptProgram)
        self.program = target.program
        self.case = replace(case, timed=True)
        self.wanted = wanted
        self.given = given
        self.runner = Runner(target.program)
        self.text = source_text(self.program.path)
        self.source = Source(self.text)
        self.is_scenario = bool(given.parameters)

    def script(self) -> Script:
        """Find the sleeps, write them down, and see by running it that they do."""
        made = self._failing_run()
        recorded = self._record(Schedule(), made)
        found: Script | None = None
        for usable in (self._is_exact, self._has_place):
            script = self._forced(made, lambda delay, test=usable: test(delay, recorded))  # type: ignore[misc]
            if script is not None and script.sure:
                return script
            found = found or script
        return found or self._written(recorded, [])

    def _forced(self, made: VirtualWorld, usable: Callable[[Delay], bool]) -> Script | None:
        plan = Plan(self.runner, self.case, made, self.wanted, usable)
        forcing = plan.forcing
        if forcing is None:
            return None
        tick = next((tick for tick in TICKS if self._lasts(plan, forcing, tick)), 1)
        forced = self._record(stretched(forcing.schedule, tick))
        if not any(map(self.wanted, self.runner.diagnose(self.case, forced.trace))):
            return None
        sleeps = [
            self._sleep(delay, delay.ticks * tick, forced) for delay in forcing.schedule.delays
        ]
        return self._written(forced, sleeps, sure=forcing.sure)

    def _lasts(self, plan: Plan, forcing: Forcing, tick: int) -> bool:
        if forcing.sure:
            return plan.lasts(forcing.schedule, tick)
        return plan.shows(plan.run(Replay(stretched(forcing.schedule, tick))))

    def _written(self, forced: _Run, sleeps: list[Sleep], *, sure: bool = False) -> Script:
        symptom = next(filter(self.wanted, self.runner.diagnose(self.case, forced.trace)))
        ending = ending_of(
            symptom, forced.trace, forced.recorder.scopes, forced.trace.time / 1e9, self.source
        )
        absent = self._absent()
        # What a feeder or a send does in the middle of its work cannot be run virtually.
        if not any(sleep.of_item or sleep.in_send for sleep in sleeps):
            sure = self._is_sure(write_script(self.source, sleeps, Ending(), [], absent=absent))
        text = write_script(
            Source(self.text),
            sleeps,
            ending,
            self._head(symptom, sleeps, sure=sure),
            absent=absent,
            checks_output=symptom.objects == ("output",),
            sure=sure,
        )
        return Script(text, self.text, len(sleeps), sure, forced.trace.time / 1e9)

    def _is_sure(self, text: str) -> bool:
        """Whether a program shows the finding in every order of simultaneous events."""
        with _file(text, "sleeps") as path:
            opened = open_target(path, self.case.arguments)
            vars(opened.program)["check"] = self.runner.check
            case = replace(self.case, target=path, schedule=Schedule())
            return forces(Runner(opened.program), case, self.wanted)

    def _failing_run(self) -> VirtualWorld:
        """A run that shows the finding: the case's own, or the first that is found."""
        made = self.runner.run(self.case, Replay(self.case.schedule))
        if self._shows(made):
            return made
        every = schedules(lambda chooser: self.runner.run(self.case, chooser))
        for _, world in islice(every, _MOST_TRIED):
            if self._shows(world):
                return world
        raise NotSupported("the program on its own does not show what the case shows")

    def _shows(self, world: VirtualWorld) -> bool:
        trace = self.runner.again(self.case, world)
        return any(map(self.wanted, self.runner.diagnose(self.case, trace)))

    def _record(self, schedule: Schedule, again: VirtualWorld | None = None) -> _Run:
        recorder = SpotRecorder(self.program.is_user_code)
        chooser = Replay(schedule) if again is None else self._same_as(again)
        world = execute(self.program, self.case, chooser, recorder=recorder)
        return _Run(world, trace_of(world, recorder), recorder)

    def _same_as(self, world: VirtualWorld) -> Playback:
        return Playback(decisions(world.log), world.delay)

    def _has_place(self, delay: Delay, made: _Run) -> bool:
        """Whether a sleep can be put before the statement, or the call, that does it."""
        found = made.spots().get(origin_of(delay.at))
        if found is None or found[1].file != self.program.path:
            return False
        sleep = self._sleep(delay, 1, made)
        is_thread = "/" in origin_of(delay.at).process
        return self.source.has_place(sleep) and not (is_thread and sleep.process is not None)

    def _is_exact(self, delay: Delay, made: _Run) -> bool:
        """Whether it can be put before that very operation."""
        if not self._has_place(delay, made):
            return False
        place = origin_of(delay.at)
        step, spot = made.spots()[place]
        inside = self._visits(place, step, spot, made).is_inside_a_call()
        return place.operation == "send" or not inside

    def _visits(self, place: Place, step: int, spot: Spot, run: _Run) -> Visits:
        return Visits(self.source, run.trace, run.recorder, place, step, spot)

    def _sleep(self, delay: Delay, milliseconds: int, forced: _Run) -> Sleep:
        place = origin_of(delay.at)
        step, spot = forced.spots()[place]
        visits = self._visits(place, step, spot, forced)
        return Sleep(
            spot=spot,
            operation=delay.at.operation,
            seconds=milliseconds / 1000,
            comment=meanwhile(forced.trace, forced.recorder.titles, delay, step, milliseconds),
            process=visits.process_to_name(),
            passing=visits.passing(),
            earlier=visits.earlier(),
            of_item=place != delay.at,
            in_send=place.operation == "send" and visits.is_inside_a_call(),
        )

    def _absent(self) -> list[tuple[int, list[str]]]:
        """The functions whose processes are left out, by line, and the names of these."""
        if not self.case.absent:
            return []
        recorder = SpotRecorder(self.program.is_user_code)
        case = replace(self.case, absent=())
        world = execute(self.program, case, KeepRunning(), recorder=recorder)
        found: dict[int, dict[str, None]] = {}
        for (actor, _, _), spot in zip(world.log, recorder.spots, strict=True):
            if spot is not None and actor.process.name in self.case.absent:
                names = found.setdefault(spot.first_line, {})
                names[recorder.titles[actor.process.name]] = None
        return [(line, list(names)) for line, names in sorted(found.items())]

    def _head(self, symptom: Symptom, sleeps: list[Sleep], *, sure: bool) -> list[str]:
        summary = " ".join(symptom.summary.split()).rstrip(": ")  # some exceptions say nothing
        told = f"{title(symptom.kind).upper()}: {summary}."
        lines = [
            *wrap(told, _WIDTH),
            "Run it with plain Python; it needs nothing but the standard library. It prints what",
            "went wrong, and ends with exit code 1 if the race showed, with 0 if not.",
        ]
        if sleeps:
            lines.append("The lines with time.sleep bring about the order in which it shows.")
        if not sure:
            lines += [
                "Not all of it can be forced by sleeps: something is decided where none can be put",
                "(who of those that wait gets a lock, when a queue's thread writes an item). So it",
                "shows in most runs, perhaps not in all.",
            ]
        if self.is_scenario:
            lines.append(f"This is race-explorer's scenario {self.given.target}, written out.")
        return lines
