"""Every trace of a program once: optimal dynamic partial-order reduction, without stored states.

Paper: Abdulla, Aronis, Jonsson, Sagonas, "Source sets", JACM 64(4), 2017, algorithm 2 (ODPOR).

    Explore(E, Sleep, WuT)            the runs of one `Exhaustive`; E is `history`
    one step of E that was chosen     a `Node`
    Sleep, sleep(E)                   `Node.sleep`: actor -> footprint of what it would do
    WuT, wut(E)                       `Node.todo`, a list of `Branch`
    e ≲ e' (a race)                   `History.study`
    v = notdep(e, E).e'               `Reversals._sequence`
    sleep(E') ∩ WI(v) = ∅             `Sequence.begins_with`
    insert(v, wut(E'))                `wakeup.insert`

A run plays the decisions of `nodes` again, takes a branch at the last of them, and goes on by
itself. Then its new events are looked at for races, each race adds a branch to the node before
its first event, and the deepest node with a branch left is next. Where we differ:

- Operations wait. What waits at the end of a run (a deadlock), or was killed while it was about to
  do something, races as if it came next. `readiness` tells which races can be reversed; where it
  cannot tell, a *probe* tries: a run up to that point only.
- A race between two events of the shared prefix is not looked at again in each run. The paper does,
  since v, and with it the test against sleep, depends on what follows e'. We keep the races whose
  test rested on what follows (`Reversals.open`) and look only at these again: the others have an
  initial among the events up to e', which every later v shares.
- Eager operations of the main process are events, but nobody decides about them: they take their
  place in `history`, and no race is reversed at one.

Actors are known by name; runs of one program are deterministic, and a run that does not repeat the
decisions of an earlier one is refused (`Nondeterministic`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.causality import wakers
from explorer.search.history import History
from explorer.search.node import World
from explorer.search.playback import is_eager
from explorer.search.probe import Probes
from explorer.search.reversals import Race, Reversals
from explorer.search.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from explorer.engine.chooser import Chooser
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation
    from explorer.search.footprints import Footprints


class Exhaustive(Walk):
    """The search: a chooser for its runs, and what it learns from them.

    Make a run under it, then `learn` from its world, and so on while `learn` returns True; or let
    `explore` do so. `bounded` tells whether a loop that waits was not followed for ever.

    Args:
        run: makes a run under a chooser, for probes.
        footprints: those of another search of the same program.
    """

    def __init__(
        self, run: Callable[[Chooser], World], footprints: Footprints | None = None
    ) -> None:
        super().__init__(footprints)
        self.probes = Probes(run)
        self.history = History()
        self.reversals = Reversals(self.history, self.nodes, self.footprints, self.probes)

    def learn(self, world: World) -> bool:
        """Note what the run's races ask for and get ready for the next; False if all is done.

        Raises:
            Nondeterministic: the run did not do what an earlier one did.
        """
        if self.failure is not None:
            raise self.failure
        fair_from = world.fair_from
        length = len(world.log) if fair_from is None else self._forget(fair_from)
        first = len(self.history)
        if self.kept < len(self.nodes):
            first = min(first, self.nodes[self.kept].number)
        self.history.truncate(first)
        new = max(first, self.nodes[self.fresh].number) if self.given else first
        self.reversals.begin(new, self.floor)
        races = [race for race in self._append_events(world, first, length) if race[1] >= new]
        self.given = []
        self.reversals.reverse_all(races)
        if world.cut_off or fair_from is None:
            self._reverse_pending(world, {actor for actor, _, _ in world.log[length:]})
        return self.turn_back()

    def _forget(self, length: int) -> int:
        """Take back what a long run did after so many events, and before them if that was to spin.

        Returns:
            How many of its events are left.
        """
        nodes = self.nodes
        shortest = max(self.kept + 1, len(self.given))
        while len(nodes) > shortest and (nodes[-1].number >= length or nodes[-1].spins):
            self.undo(nodes[-1])
            length = min(length, nodes.pop().number)
            self.bounded = True
        return length

    def _append_events(self, world: World, first: int, length: int) -> list[Race]:
        history, nodes, log = self.history, self.nodes, world.log
        may_go = self.reversals.may_go
        woken = wakers(log, world.wakes) if world.wakes else {}
        races = []
        decision = self.kept
        for number in range(first, length):
            actor, operation, _ = log[number]
            causes = history.causes(actor.name, actor.process.name, woken.get(number))
            starts = operation.object.name if operation.kind.name == "start" else None
            if decision < len(nodes) and nodes[decision].number == number:
                foot = nodes[decision].foot
                may = None
                if operation.kind.ready is not None and operation.timeout is None:
                    may = may_go(world, actor, operation, foot)
                past, rivals = history.study(foot, causes, may)
                history.append(actor, foot, causes, past, decision, starts)
                if nodes[decision].spins:
                    self.bounded = self.bounded or bool(rivals)
                else:
                    races += [(1 << rival, number) for rival in rivals]
                decision += 1
            else:
                foot = self.footprints.of(actor, operation)
                past = history.study(foot, causes, nowhere)[0]
                history.append(actor, foot, causes, past, starts=starts)
        return races

    def _reverse_pending(self, world: World, moved: Container[Actor]) -> None:
        """What somebody was about to do when the run ended, or he was killed, races as well.

        `moved` are those who went on after what is left of the run.
        """
        history = self.history
        for actor, operation in self._pending(world):
            if actor in moved:
                continue
            foot = self.footprints.of(actor, operation)
            wakes = [count for count, woken in world.wakes if woken is actor and count]
            waker = wakes[-1] - 1 if wakes else None
            causes = history.causes(actor.name, actor.process.name, waker)
            ended = history.end_of(actor.process.name) if actor.ended else 0
            may_go = self.reversals.may_go(world, actor, operation, foot, pending=True, ended=ended)
            past, rivals = history.study(foot, causes, may_go, ended)
            number = len(history)
            history.append(actor, foot, causes, past)
            if rivals and self.would_spin(actor, operation):
                self.bounded = True
                rivals = []
            for rival in rivals:
                self.reversals.reverse(1 << rival | ended, number)
            history.truncate(number)

    def _pending(self, world: World) -> list[tuple[Actor, Operation]]:
        """Who was about to do what, and never did."""
        found = [*zip(world.stranded, world.waited_for, strict=True), *world.victims]
        names = {actor.name for actor, _ in found}
        for count, actor in world.wakes:  # a hidden actor that ended with its process
            if (
                actor.ended
                and actor.name not in names
                and not self.history.acted(actor.name, count)
            ):
                found.append((actor, actor.pending))
        return [
            (actor, operation)
            for actor, operation in found
            if operation is not None
            and not is_eager(actor, operation)
            and not (world.cut_off and actor.ready)
        ]


def nowhere(rival: int) -> bool:
    """An eager operation goes on as soon as it can: it could not have come earlier."""
    return False
