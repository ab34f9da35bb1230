"""Schedules as people read them: playing one, and writing down what a run decided.

A schedule says only what differs from the default (`keep_running`), at places named by process,
operation, object and occurrence. `Replay` plays it; `Transcript` writes it down while any other
chooser decides. Both name a place by the same function of the same state, so what was written
down plays back to the same run, event by event.

Where the last actor *stands* is the place of its pending operation; one that has ended, or sleeps
with nothing to do (a feeder), stands after what it did last: "after exit".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from explorer.engine.chooser import keep_running
from explorer.model.schedule import Delay, Place, Schedule, Switch, object_label
from explorer.search.playback import Playback, decisions

if TYPE_CHECKING:
    from explorer.engine.chooser import Chooser
    from explorer.engine.loop import LogEntry
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation

AFTER: Final = "after "  # begins the operation of a place behind an actor's last event

_Key = tuple[str, str, str]  # actor, operation, object


class Tally:
    """How often each operation has been performed so far in one run, counted when asked."""

    def __init__(self, log: Sequence[LogEntry]) -> None:
        self.log = log
        self.counted = 0
        self.counts: dict[_Key, int] = {}

    def count(self, actor: str, operation: str, label: str) -> int:
        """How many events of the run so far are `actor` doing `operation` to `label`."""
        for performer, done, _ in self.log[self.counted :]:
            key = (performer.name, done.kind.name, object_label(done))
            self.counts[key] = self.counts.get(key, 0) + 1
        self.counted = len(self.log)
        return self.counts.get((actor, operation, label), 0)

    def ahead(self, actor: Actor, operation: Operation) -> Place:
        """The place of an operation that `actor` is about to perform."""
        name, label = operation.kind.name, object_label(operation)
        return Place(actor.name, name, label, self.count(actor.name, name, label) + 1)

    def stand(self, actor: Actor) -> Place:
        """The place where an actor that has performed the previous event now stands."""
        if actor.pending is not None and not actor.ended:
            return self.ahead(actor, actor.pending)
        done = next((done for performer, done, _ in reversed(self.log) if performer is actor), None)
        if done is None:
            return Place(actor.name, AFTER + "nothing", "")
        name, label = done.kind.name, object_label(done)
        return Place(actor.name, AFTER + name, label, self.count(actor.name, name, label))


class Jitter:
    """The delays of a schedule, as the engine asks for them. Serves one run at a time."""

    def __init__(self, delays: Sequence[Delay]) -> None:
        self.ticks = {delay.at: delay.ticks for delay in delays}
        self.sleepers = {delay.at.process for delay in delays}
        self.tally = Tally(())

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins."""
        self.tally = Tally(log)

    def __call__(self, actor: Actor, operation: Operation) -> int:
        """The ticks that `actor` sleeps before `operation`."""
        if actor.name not in self.sleepers:
            return 0
        return self.ticks.get(self.tally.ahead(actor, operation), 0)


class Replay:
    """Plays `schedule` over the default: keep running, else round robin.

    A switch to an actor that cannot go on is passed over. Serves any number of runs, one at a time.
    """

    every_step = False

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.tally = Tally(())
        self.switches = {switch.at: switch.to for switch in schedule.switches}
        self.leaving = {switch.at.process for switch in schedule.switches}
        jitter = Jitter(schedule.delays)
        self.jitter = jitter
        self.delay: Callable[[Actor, Operation], int] | None = jitter if jitter.ticks else None

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins."""
        self.tally = Tally(log)
        self.jitter.begin(log)

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """Whom the schedule names where `last` stands, else the default."""
        if last.name in self.leaving:
            wanted = self.switches.get(self.tally.stand(last))
            for actor in ready:
                if actor.name == wanted:
                    return actor
        return keep_running(ready, last)


class Transcript:
    """Decides as `chooser` does and writes the schedule down; for one run."""

    def __init__(self, chooser: Chooser) -> None:
        self.chooser = chooser
        self.every_step = chooser.every_step
        self.tally = Tally(())
        self.switches: list[Switch] = []
        self.delays: list[Delay] = []
        self.delay: Callable[[Actor, Operation], int] | None = (
            None if chooser.delay is None else self._delay
        )

    @property
    def schedule(self) -> Schedule:
        """What was decided so far."""
        return Schedule(tuple(self.switches), tuple(self.delays))

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins."""
        self.tally = Tally(log)
        begin = getattr(self.chooser, "begin", None)
        if begin is not None:
            begin(log)

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """Whom `chooser` names."""
        chosen = self.chooser.choose(ready, last)
        if chosen is not None and chosen is not keep_running(ready, last):
            self.switches.append(Switch(self.tally.stand(last), chosen.name, last.ready))
        return chosen

    def _delay(self, actor: Actor, operation: Operation) -> int:
        assert self.chooser.delay is not None
        ticks = self.chooser.delay(actor, operation)
        if ticks:
            self.delays.append(Delay(self.tally.ahead(actor, operation), ticks))
        return ticks


class Run(Protocol):
    """What is needed of a run that was made."""

    log: list[LogEntry]

    @property
    def delay(self) -> Callable[[Actor, Operation], int] | None:
        """The jitter it was made with."""
        ...


def schedule_of(run: Callable[[Transcript], object], made: Run) -> Schedule:
    """The sparse schedule that reproduces the run `made` exactly.

    The log alone does not tell who else could have gone on, so the run is made once more:
    `run(chooser)` runs the same case under a chooser.
    """
    playback = Playback(decisions(made.log), made.delay)
    transcript = Transcript(playback)
    run(transcript)
    playback.finish()
    return transcript.schedule
