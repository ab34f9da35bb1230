"""A run's schedule written as delays alone: who sleeps how long so that the same thing happens.

Preemptions name an order, delays bring it about: real processes can be made to sleep, but not to
be left. So the order is cut into *blocks* (each the events of one actor until another goes), and
block k is to happen at tick k: whoever arrives at an operation in block k and performs it in
block m sleeps m - k ticks before it. Most of these delays turn out not to be needed; which ones
are is found by running.

The result is equivalent, not identical: events that do not conflict may come in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from explorer.model.schedule import Delay, Place, Schedule, object_label
from explorer.search.playback import Playback, decisions, is_eager
from explorer.search.replay import Replay, Run, Tally

if TYPE_CHECKING:
    from explorer.engine.chooser import Chooser
    from explorer.engine.loop import LogEntry
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation

MOST_RUNS: Final = 300  # made while looking for the delays that are needed
MOST_EVENTS: Final = 60_000  # of all these runs and those that make the delays fewer and shorter

#: Who did what in which order, as far as it matters.
Shape = tuple[dict[str, list[str]], dict[object, list[list[str]]]]


def delays_of(run: Callable[[Chooser], Run], made: Run) -> Schedule | None:
    """Delays that show what the run `made` shows; None if none were found.

    Where runs are long they may not be the fewest, or not be found: see `MOST_EVENTS`.

    Args:
        run: runs the same case under a chooser.
    """
    wanted = shape(made.log)
    events = 0

    def shows(delays: Sequence[Delay]) -> bool:
        nonlocal events
        if events >= MOST_EVENTS:
            return False
        log = run(Replay(Schedule(delays=tuple(delays)))).log
        events += len(log)
        return shape(log) == wanted

    every = all_delays(run, made)
    needed = next((chosen for chosen in _attempts(every) if shows(chosen)), None)
    if needed is None:
        return None
    while True:
        shorter = _shorter(_fewer(needed, shows) if len(needed) == len(every) else needed, shows)
        needed = _fewer(shorter, shows)  # shorter delays may make one of them superfluous
        if len(needed) == len(shorter):
            return Schedule(delays=tuple(needed))


def shape(log: Iterable[LogEntry]) -> Shape:
    """What equivalent runs have in common: each actor's events, each location's conflicts.

    Reads of a location between two writes of it are unordered.
    """
    actors: dict[str, list[str]] = {}
    locations: dict[object, list[list[str]]] = {}
    for actor, operation, _ in log:
        done = f"{operation.kind.name} {object_label(operation)}"
        actors.setdefault(actor.name, []).append(done)
        for location, written in operation.accesses():
            groups = locations.setdefault(location, [[]])
            event = f"{actor.name}: {done}"
            if written:
                groups += [[event], []]
            else:
                groups[-1].append(event)
    for groups in locations.values():
        for group in groups:
            group.sort()
    return actors, locations


class _Arrivals:
    """Notes at which point of the run every actor comes to each of its operations."""

    def __init__(self, jitter: Callable[[Actor, Operation], int] | None) -> None:
        self.jitter = jitter
        self.noted: list[tuple[Place, int]] = []
        self.tally = Tally(())

    def begin(self, log: list[LogEntry]) -> None:
        self.tally = Tally(log)
        begin = getattr(self.jitter, "begin", None)
        if begin is not None:
            begin(log)

    def __call__(self, actor: Actor, operation: Operation) -> int:
        self.noted.append((self.tally.ahead(actor, operation), len(self.tally.log)))
        return 0 if self.jitter is None else self.jitter(actor, operation)


def all_delays(run: Callable[[Chooser], Run], made: Run) -> list[Delay]:
    """A delay before every operation that was performed in a later block than it was come to."""
    arrivals = _Arrivals(made.delay)
    again = run(Playback(decisions(made.log), arrivals))
    blocks = _blocks(again.log)
    performed = _performed(again.log)
    found = []
    for place, position in arrivals.noted:
        here = blocks[position - 1] if position else 0
        there = performed.get(place)
        until = (blocks[-1] + 1 if blocks else 1) if there is None else blocks[there]
        if until > here:
            found.append(Delay(place, until - here))
    return found


def _blocks(log: Sequence[LogEntry]) -> list[int]:
    """The block that each event belongs to; eager events belong to the one they happen in."""
    blocks, block = [], 0
    last: str | None = None
    for actor, operation, _ in log:
        if not is_eager(actor, operation):
            block += last not in (None, actor.name)
            last = actor.name
        blocks.append(block)
    return blocks


def _performed(log: Iterable[LogEntry]) -> dict[Place, int]:
    """Each event's place, and its step."""
    counts: dict[tuple[str, str, str], int] = {}
    found = {}
    for step, (actor, operation, _) in enumerate(log):
        key = (actor.name, operation.kind.name, object_label(operation))
        counts[key] = counts.get(key, 0) + 1
        found[Place(*key, counts[key])] = step
    return found


def _attempts(delays: Sequence[Delay]) -> Iterator[Sequence[Delay]]:
    """Subsets, smallest first, as far as the budget goes; then all of them."""
    made = 0
    for size in range(len(delays)):
        for chosen in combinations(delays, size):
            if made == MOST_RUNS:
                yield delays
                return
            made += 1
            yield chosen
    yield delays


def _fewer(delays: Sequence[Delay], shows: Callable[[Sequence[Delay]], bool]) -> Sequence[Delay]:
    """Leave out, one after another, those that are not needed."""
    for delay in delays:
        rest = [other for other in delays if other is not delay]
        if shows(rest):
            delays = rest
    return delays


def _shorter(delays: Sequence[Delay], shows: Callable[[Sequence[Delay]], bool]) -> Sequence[Delay]:
    """Give each its smallest number of ticks."""
    kept = list(delays)
    for place, delay in enumerate(kept):
        for ticks in range(1, delay.ticks):
            shorter = [*kept[:place], replace(delay, ticks=ticks), *kept[place + 1 :]]
            if shows(shorter):
                kept = shorter
                break
    return kept
