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
from explorer.engine.chooser import keep_running
from explorer.errors import Nondeterministic
from explorer.search.footprints import Footprint, Footprints
from explorer.search.history import History
from explorer.search.node import Node, World
from explorer.search.playback import is_eager
from explorer.search.probe import Probes
from explorer.search.readiness import pictures
from explorer.search.reversals import Race, Reversals

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.engine.chooser import Chooser
    from explorer.engine.loop import LogEntry
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation
    from explorer.search.wakeup import Branch


class Exhaustive:
    """The search: a chooser for its runs, and what it learns from them.

    Make a run under it, then `learn` from its world, and so on while `learn` returns True.

    Args:
        run: makes a run under a chooser, for probes.
    """

    every_step = True
    delay: Callable[[Actor, Operation], int] | None = None

    def __init__(self, run: Callable[[Chooser], World]) -> None:
        self.probes = Probes(run)
        self.footprints = Footprints()
        self.history = History()
        self.nodes: list[Node] = []
        self.reversals = Reversals(self.history, self.nodes, self.footprints, self.probes)
        self.kept = 0  # decisions that the next run repeats; a branch is taken after them
        self.following: list[Branch] = []  # what it must go on with
        self.log: list[LogEntry] = []
        self.decision = 0
        self.failure: Nondeterministic | None = None

    # A run.

    def begin(self, log: list[LogEntry]) -> None:
        """A run begins."""
        self.log = log
        self.decision = 0

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """Who goes next: as before, then as the branch says, then anybody who is not asleep."""
        decision = self.decision
        self.decision = decision + 1
        if decision < self.kept:
            node = self.nodes[decision]
            if node.place < len(ready):
                actor = ready[node.place]
                if actor.name == node.actor:
                    return actor
            self._give_up(decision, node.actor, ready)
            return None
        if decision < len(self.nodes):
            return self._turn(self.nodes[decision], ready)
        sleep = self._sleep()
        todo: list[Branch] = []
        if self.following:
            branch, *todo = self.following
            wanted = find(branch.actor, ready)
            if wanted is None:
                self._give_up(decision, branch.actor, ready)
                return None
            chosen = wanted
            self.following = branch.then
        else:
            chosen = keep_running(ready, last)
            if chosen.name in sleep:
                awake = [actor for actor in ready if actor.name not in sleep]
                if not awake:
                    return None
                chosen = awake[0]
        operation = chosen.pending
        assert operation is not None
        self.nodes.append(
            Node(
                chosen.name,
                ready.index(chosen),
                len(self.log),
                self.footprints.of(chosen, operation),
                sleep,
                todo,
                pictures(operation),
                tuple(chosen.process.belongings),
            )
        )
        return chosen

    def _turn(self, node: Node, ready: list[Actor]) -> Actor | None:
        """Take the branch at a node that is there."""
        chosen = find(node.actor, ready)
        if chosen is None:
            self._give_up(self.decision - 1, node.actor, ready)
            return None
        operation = chosen.pending
        assert operation is not None
        node.place = ready.index(chosen)
        node.foot = self.footprints.of(chosen, operation)
        node.pictures = pictures(operation)
        node.belongings = tuple(chosen.process.belongings)
        return chosen

    def _sleep(self) -> dict[str, Footprint]:
        """Who need not go next: its turn has been tried, and nothing that matters came between."""
        if not self.nodes:
            return {}
        node = self.nodes[-1]
        sleep = node.sleep
        if not sleep:
            return sleep
        sleep = still_asleep(sleep, node.foot)
        for actor, operation, _ in self.log[node.number + 1 :]:
            sleep = still_asleep(sleep, self.footprints.of(actor, operation))
        return sleep

    def _give_up(self, decision: int, wanted: str, ready: list[Actor]) -> None:
        """The run does not do what an earlier one did. Said in `learn`, not inside a process."""
        names = ", ".join(actor.name for actor in ready)
        self.failure = Nondeterministic(
            f"Decision {decision + 1}: {wanted} should go next, as in an earlier run, but only "
            f"{names} can. The program reads something outside its case: the clock, urandom, the "
            "environment, the order of a set of strings, or state that an earlier run left in a "
            "module."
        )

    # After a run.

    def learn(self, world: World) -> bool:
        """Note what the run's races ask for and get ready for the next; False if all is done.

        Raises:
            Nondeterministic: the run did not do what an earlier one did.
        """
        if self.failure is not None:
            raise self.failure
        log = world.log
        while self.nodes and self.nodes[-1].number >= len(log):
            self.nodes.pop()  # decided, but the run was cut off before
        first = len(self.history)
        if self.kept < len(self.nodes):
            first = min(first, self.nodes[self.kept].number)
        self.history.truncate(first)
        self.reversals.begin(first)
        races = self._append_events(world, first)
        self.reversals.reverse_all(races)
        self._reverse_pending(world)
        return self._turn_back()

    def _append_events(self, world: World, first: int) -> list[Race]:
        history, nodes, log = self.history, self.nodes, world.log
        may_go = self.reversals.may_go
        woken = wakers(log, world.wakes) if world.wakes else {}
        races = []
        decision = self.kept
        for number in range(first, len(log)):
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
                for rival in rivals:
                    races.append((1 << rival, number))
                decision += 1
            else:
                foot = self.footprints.of(actor, operation)
                past = history.study(foot, causes, nowhere)[0]
                history.append(actor, foot, causes, past, starts=starts)
        return races

    def _reverse_pending(self, world: World) -> None:
        """What somebody was about to do when the run ended, or he was killed, races as well."""
        history = self.history
        for actor, operation in self._pending(world):
            foot = self.footprints.of(actor, operation)
            wakes = [count for count, woken in world.wakes if woken is actor and count]
            waker = wakes[-1] - 1 if wakes else None
            causes = history.causes(actor.name, actor.process.name, waker)
            ended = history.end_of(actor.process.name) if actor.ended else 0
            may_go = self.reversals.may_go(world, actor, operation, foot, pending=True, ended=ended)
            past, rivals = history.study(foot, causes, may_go, ended)
            number = len(history)
            history.append(actor, foot, causes, past)
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
            if operation is not None and not is_eager(actor, operation)
        ]

    def _turn_back(self) -> bool:
        """Go back to the deepest node that has a branch left."""
        while self.nodes:
            following = self.nodes[-1].turn()
            if following is not None:
                self.kept = len(self.nodes) - 1
                self.following = following
                return True
            self.nodes.pop()
        return False


def find(name: str, ready: list[Actor]) -> Actor | None:
    """The actor of this name among those that can go."""
    return next((actor for actor in ready if actor.name == name), None)


def nowhere(rival: int) -> bool:
    """An eager operation goes on as soon as it can: it could not have come earlier."""
    return False


def still_asleep(sleep: dict[str, Footprint], foot: Footprint) -> dict[str, Footprint]:
    """Those in `sleep` for whom nothing has changed by an event with this footprint."""
    return {actor: other for actor, other in sleep.items() if not other.conflicts(foot)}
