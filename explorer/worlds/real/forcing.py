"""Which sleeps force a finding on processes that nobody schedules.

The delays of a case (`search.delays`) bring it about where everything else takes no time and goes
in a fixed order. Real processes do what is due at the same moment in any order. So of the delays
that put every block of the run at a moment of its own, as few are kept as will do in *every* order
of what is simultaneous: all of these orders are run, as far as the budget goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import Any, Final

from explorer.engine.chooser import Chooser
from explorer.model.actor import Actor
from explorer.model.operation import Operation
from explorer.model.schedule import Delay, Place, Schedule, object_label
from explorer.search.delays import all_delays
from explorer.search.enumeration import schedules
from explorer.search.replay import Jitter, Replay
from explorer.worlds.virtual import VirtualWorld

#: Orders of simultaneous events that are run for one set of delays.
MOST_ORDERS: Final = 150
#: Sets of delays that are tried; each costs two runs, those that look good `MOST_ORDERS`.
MOST_SETS: Final = 400

Run = Callable[[Chooser], VirtualWorld]
Shows = Callable[[VirtualWorld], bool]


@dataclass(frozen=True, slots=True)
class Forcing:
    """Delays that force a finding.

    `sure`: it showed in every order of simultaneous events that was run; if not, only in the
    default one. `timed`: the program sleeps or has time-outs of its own, so a delay means so many
    milliseconds and cannot be stretched at will.
    """

    schedule: Schedule
    sure: bool
    timed: bool


class _Backwards:
    """Of what is due at the same moment, the last comes first."""

    every_step = True

    def __init__(self, delays: Sequence[Delay]) -> None:
        self.jitter = Jitter(delays)
        self.delay: Callable[[Actor, Operation], int] | None = self.jitter

    def begin(self, log: Any) -> None:
        """A run begins."""
        self.jitter.begin(log)

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """The last."""
        return ready[-1]


class _InAnyOrder:
    """A chooser of the enumeration, under delays."""

    def __init__(self, branching: Any, delays: Sequence[Delay]) -> None:
        self.jitter = Jitter(delays)
        self.delay: Callable[[Actor, Operation], int] | None = self.jitter
        self.every_step = branching.every_step
        self.choose = branching.choose

    def begin(self, log: Any) -> None:
        """A run begins."""
        self.jitter.begin(log)


def force(
    run: Run, made: VirtualWorld, shows: Shows, usable: Callable[[Delay], bool] = lambda _: True
) -> Forcing | None:
    """Delays that force what the run `made` shows; None if none were found.

    Args:
        run: runs the same case, timed, under a chooser.
        shows: whether a run shows the finding.
        usable: whether a delay can be brought about where it is wanted.
    """
    every = list(filter(usable, _sent_later(all_delays(run, made), made)))
    timed = any(operation.timeout for _, operation, _ in made.log)
    for chosen in _sets(every):
        if shows_always(run, chosen, shows):
            return Forcing(Schedule(delays=_shorter(run, chosen, shows)), True, timed)
    late = sum(delay.ticks for delay in every)
    for delays in ([*every, *filter(usable, _queued_first(made, late))], every):
        if shows(run(Replay(Schedule(delays=tuple(delays))))):
            return Forcing(Schedule(delays=tuple(delays)), False, timed)
    return None


def _queued_first(made: VirtualWorld, ticks: int) -> Iterator[Delay]:
    """Delays around the first notification, so that the others queue for the lock before.

    Real locks mostly go to the first in the queue. Who comes in between a notification and the
    return from `wait` has to be there before the one who was notified.
    """
    counts: dict[tuple[str, str, str], int] = {}
    notifier = None
    for actor, operation, _ in made.log:
        key = (actor.name, operation.kind.name, object_label(operation))
        counts[key] = counts.get(key, 0) + 1
        if key[1] == "notify" and notifier is None:
            notifier = actor
            yield Delay(Place(*key, counts[key]), ticks)
        elif key[1] == "release" and actor is notifier:
            yield Delay(Place(*key, counts[key]), 1)
            return


def _sent_later(delays: Sequence[Delay], made: VirtualWorld) -> list[Delay]:
    """The delays, those of a signal on its way laid before its sending.

    A signal is delivered at once; only who sends it can wait.
    """
    senders = {
        operation.object.name: Place(actor.name, "terminate", operation.object.name)
        for actor, operation, _ in reversed(made.log)
        if operation.kind.name == "terminate"
    }
    found: dict[Place, int] = {}
    for delay in delays:
        at = delay.at
        if at.operation == "die" and at.object in senders:
            at = senders[at.object]
        found[at] = found.get(at, 0) + delay.ticks
    return [Delay(at, ticks) for at, ticks in found.items()]


def stretched(schedule: Schedule, factor: int) -> Schedule:
    """The same delays, each so many times as long."""
    longer = (replace(delay, ticks=delay.ticks * factor) for delay in schedule.delays)
    return Schedule(delays=tuple(longer))


def holds(run: Run, schedule: Schedule, shows: Shows) -> bool:
    """Whether a set of delays forces the finding in both orders of what is simultaneous."""
    return _shows_both_ways(run, schedule.delays, shows)


def _sets(delays: Sequence[Delay]) -> Iterator[tuple[Delay, ...]]:
    """Subsets, smallest first, as far as the budget goes; then all of them.

    Each as it is, and with what is left out of a process slept at its next delay.
    """
    sizes = (combinations(range(len(delays)), size) for size in range(len(delays)))
    for places in islice((chosen for subsets in sizes for chosen in subsets), MOST_SETS):
        chosen = tuple(delays[place] for place in places)
        yield chosen
        later = _catching_up(delays, places)
        if later != chosen:
            yield later
    yield tuple(delays)


def _catching_up(delays: Sequence[Delay], places: Sequence[int]) -> tuple[Delay, ...]:
    """The delays at these places, each process coming to them no earlier than with all."""
    owed: dict[str, int] = {}
    found = []
    for place, delay in enumerate(delays):
        process = delay.at.process
        owed[process] = owed.get(process, 0) + delay.ticks
        if place in places:
            found.append(replace(delay, ticks=owed.pop(process)))
    return tuple(found)


def shows_always(run: Run, delays: Sequence[Delay], shows: Shows) -> bool:
    """Whether delays force the finding in every order of simultaneous events that is run."""
    return _shows_both_ways(run, delays, shows) and _shows_in_any_order(run, delays, shows)


def _shows_both_ways(run: Run, delays: Sequence[Delay], shows: Shows) -> bool:
    forwards = Replay(Schedule(delays=tuple(delays)))
    return shows(run(forwards)) and shows(run(_Backwards(delays)))


def _shows_in_any_order(run: Run, delays: Sequence[Delay], shows: Shows) -> bool:
    every = schedules(lambda branching: run(_InAnyOrder(branching, delays)))
    return all(shows(world) for _, world in islice(every, MOST_ORDERS))


def _shorter(run: Run, delays: Sequence[Delay], shows: Shows) -> tuple[Delay, ...]:
    """Give each its smallest number of ticks that does in any order."""
    kept = list(delays)
    for place, delay in enumerate(kept):
        for ticks in range(1, delay.ticks):
            shorter = [*kept[:place], replace(delay, ticks=ticks), *kept[place + 1 :]]
            if shows_always(run, shorter, shows):
                kept = shorter
                break
    return tuple(kept)
