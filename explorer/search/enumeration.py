"""Every schedule of a case, those with the fewest preemptions first.

Iterative context bounding (Musuvathi and Qadeer, PLDI 2007) over stateless runs. A *preemption*
is leaving an actor that could go on; a switch where the running one is blocked or has ended costs
nothing. After a run, every decision past its prefix is branched on, and the branches wait in a
bucket by their number of preemptions.

Where we differ: leaving a process before its exit is not tried unless somebody looks at whether
it has ended without waiting, since otherwise nobody could tell. And where two runs come to the same
state with the same process running, which they do when they differ in the order of independent
events only (`search.states`), the second is not branched on again: what follows has been tried, and
for no more preemptions. So every trace is run with the fewest preemptions that it can have, but not
every schedule of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from explorer.engine.chooser import keep_running
from explorer.engine.loop import LogEntry
from explorer.model.actor import Actor
from explorer.model.operation import Operation
from explorer.search.states import states

#: Operations that can tell a process which has yet to exit from one that has exited.
_LOOKS = frozenset({"poll", "terminate", "die"})

World = TypeVar("World", bound="Finished")


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another actor that could have gone at a decision, and whether that preempts `last`."""

    decision: int
    events: int  # that had happened then
    last: str
    actor: str
    preemptive: bool
    before_exit: bool  # the preempted one was about to exit


@dataclass(slots=True)
class Branching:
    """A chooser that follows a prefix of actor names, then the default, noting alternatives."""

    prefix: tuple[str, ...]
    delay: Callable[[Actor, Operation], int] | None = None
    every_step: bool = False
    names: list[str] = field(default_factory=list)
    alternatives: list[Alternative] = field(default_factory=list)
    log: list[LogEntry] = field(default_factory=list)

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins: jitter that counts what has happened counts anew."""
        self.log = log
        begin = getattr(self.delay, "begin", None)
        if begin is not None:
            begin(log)

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """The prefix's actor, else the default one; None if the prefix cannot be followed."""
        decision = len(self.names)
        if decision < len(self.prefix):
            wanted = self.prefix[decision]
            chosen = next((actor for actor in ready if actor.name == wanted), None)
            if chosen is None:
                return None
        else:
            chosen = keep_running(ready, last)
            events = len(self.log)
            exiting = last.ready and last.pending is not None and last.pending.name == "exit"
            self.alternatives.extend(
                Alternative(decision, events, last.name, actor.name, last.ready, exiting)
                for actor in ready
                if actor is not chosen
            )
        self.names.append(chosen.name)
        return chosen


class Finished(Protocol):
    """What the enumeration needs of a run that was made."""

    log: list[LogEntry]
    fair_from: int | None


def schedules(
    run: Callable[[Branching], World],
    *,
    bound: int | None = None,
    delay: Callable[[Actor, Operation], int] | None = None,
    on_cut: Callable[[], None] | None = None,
) -> Iterator[tuple[int, World]]:
    """Run every trace that at most `bound` preemptions lead to (None: all), fewest first.

    Args:
        run: makes one run under the given chooser and returns its world.
        on_cut: called where a schedule is left out because of the bound.

    Yields:
        The number of preemptions and the world of each run.
    """
    buckets: list[deque[tuple[Sequence[str], int, str]]] = [deque([((), 0, "")])]
    tried: set[tuple[int, str, str]] = set()
    level = 0
    while level < len(buckets):
        bucket = buckets[level]
        while bucket:
            names, length, other_name = bucket.popleft()
            chooser = Branching((*names[:length], other_name) if other_name else (), delay)
            world = run(chooser)
            yield level, world
            looked = any(operation.name in _LOOKS for _, operation, _ in world.log)
            reached = states(world.log) if delay is None else []
            for other in chooser.alternatives:
                total = level + other.preemptive
                if other.before_exit and not looked:
                    continue
                if world.fair_from is not None and other.events >= world.fair_from:
                    break  # from there on nobody chooses
                if bound is not None and total > bound:
                    if on_cut is not None:
                        on_cut()
                    continue
                if other.events < len(reached):
                    step = (reached[other.events], other.last, other.actor)
                    if step in tried:
                        continue
                    tried.add(step)
                while len(buckets) <= total:
                    buckets.append(deque())
                buckets[total].append((chooser.names, other.decision, other.actor))
        level += 1
