"""The runs of an exhaustive search: repeat decisions, take a branch, go on by oneself.

Invariant: `nodes` are the decisions of the last run, or, after `turn_back`, those that the next run
repeats and one that is to branch off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.engine.chooser import keep_running
from explorer.errors import Nondeterministic
from explorer.search.footprints import Footprint, Footprints
from explorer.search.node import Node
from explorer.search.spinning import ROUNDS, spins
from explorer.search.wakeup import Branch

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.engine.loop import LogEntry
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation


#: Who goes at a decision, who sleeps there beside those who slept before, which branches are left.
Given = tuple[str, dict[str, Footprint], list[Branch]]


class Walk:
    """The chooser of one search's runs."""

    every_step = True
    delay: Callable[[Actor, Operation], int] | None = None

    def __init__(self, footprints: Footprints | None = None) -> None:
        self.footprints = Footprints() if footprints is None else footprints
        self.nodes: list[Node] = []
        self.latest: dict[str, Node] = {}  # actor -> its last decision
        self.kept = 0  # decisions that the next run repeats; a branch is taken after them
        self.following: list[Branch] = []  # what it must go on with
        self.branch: Branch | None = None  # the one that the next run takes
        self.given: list[Given] = []  # the first decisions of a search that another one began
        self.fresh = 0  # the first of them whose races nobody has looked at
        self.log: list[LogEntry] = []
        self.floor = 0  # decisions at the beginning that others branch off from
        self.decision = 0
        self.failure: Nondeterministic | None = None
        self.bounded = False  # a loop that waits was not followed for ever

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
                operation = actor.pending
                if actor.name == node.actor and operation and operation.kind is node.kind:
                    return actor
            self._give_up(node.actor, ready)
            return None
        if decision < len(self.nodes):
            return self._branch_off(self.nodes[decision], ready)
        node = Node(len(self.log), self._sleep(), [])
        expected = None
        spinning = False
        if decision < len(self.given):
            name, sleep, node.todo = self.given[decision]
            node.sleep = {**node.sleep, **sleep}
            chosen = self._find(name, ready)
        elif self.following:
            branch, *node.todo = self.following
            self.following = branch.then
            chosen, expected = self._find(branch.actor, ready), branch.foot
        else:
            chosen, spinning = self._anybody(ready, last, node.sleep)
        if chosen is None or not self._take(node, chosen, ready, expected, spinning=spinning):
            return None
        self.nodes.append(node)
        return chosen

    def _branch_off(self, node: Node, ready: list[Actor]) -> Actor | None:
        """Take the branch at a node that is there."""
        chosen = self._find(node.actor, ready)
        if chosen is None or not self._take(node, chosen, ready, node.foot):
            return None
        return chosen

    def _find(self, name: str, ready: list[Actor]) -> Actor | None:
        chosen = next((actor for actor in ready if actor.name == name), None)
        if chosen is None:
            self._give_up(name, ready)
        return chosen

    def _take(
        self,
        node: Node,
        chosen: Actor,
        ready: list[Actor],
        expected: Footprint | None = None,
        *,
        spinning: bool = False,
    ) -> bool:
        """Let `chosen` go; False if it is about to do something else than `expected`."""
        operation = chosen.pending
        assert operation is not None
        foot = self.footprints.of(chosen, operation)
        known = expected is None or operation.kind.wide or foot.accesses == expected.accesses
        if not known or len(self.log) != node.number:
            self._give_up(chosen.name, ready)
            return False
        node.take(
            chosen,
            ready.index(chosen),
            foot,
            self.latest.get(chosen.name),
            spins=spinning or self.spins(chosen),
        )
        self.latest[chosen.name] = node
        return True

    def _anybody(
        self, ready: list[Actor], last: Actor, sleep: dict[str, Footprint]
    ) -> tuple[Actor | None, bool]:
        """Who goes next where nobody has to, and whether all who could go spin."""
        chosen = keep_running(ready, last)
        if chosen.name not in sleep and not self.spins(chosen):
            return chosen, False
        awake = [actor for actor in ready if actor.name not in sleep]
        for actor in awake:
            if not self.spins(actor):
                return actor, False
        if awake and len(awake) < len(ready):
            # Those who spin touch nothing that who sleeps is about to. So once he goes on, as in
            # the end he must, it is as if he had gone before them, and that was tried.
            self.bounded = True
            return None, True
        after = [actor for actor in awake if actor.index > last.index]
        return next(iter(after or awake), None), True

    def spins(self, actor: Actor) -> bool:
        """Whether an actor goes round in a loop without getting anywhere."""
        operation = actor.pending
        assert operation is not None
        return self.would_spin(actor, operation)

    def would_spin(self, actor: Actor, operation: Operation) -> bool:
        """Whether an operation would be but another round."""
        latest = self.latest.get(actor.name)
        return latest is not None and latest.count >= ROUNDS and spins(latest, operation, self.log)

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

    def _give_up(self, wanted: str, ready: list[Actor]) -> None:
        """The run does not do what an earlier one did. Raised after it, not inside a process."""
        names = ", ".join(actor.name for actor in ready)
        self.failure = Nondeterministic(
            f"Decision {self.decision}: {wanted} should go next and do as in an earlier run, but "
            f"it cannot, or is about to do something else; {names} can go on. The program reads "
            "something outside its case: the clock, urandom, the environment, the order of a set "
            "of strings, or state that an earlier run left in a module. If it reads nothing of "
            "the kind, this is a defect of race-explorer: please report it with the program."
        )

    def turn_back(self) -> bool:
        """Go back to the deepest node that has a branch left; False if there is none."""
        nodes = self.nodes
        while len(nodes) > self.floor:
            self.undo(nodes[-1])
            self.branch = nodes[-1].turn()
            if self.branch is not None:
                self.kept = len(nodes) - 1
                self.following = self.branch.then
                return True
            nodes.pop()
        return False

    def undo(self, node: Node) -> None:
        """The last decision of the run is taken back."""
        if node.before is None:
            del self.latest[node.actor]
        else:
            self.latest[node.actor] = node.before


def still_asleep(sleep: dict[str, Footprint], foot: Footprint) -> dict[str, Footprint]:
    """Those in `sleep` for whom nothing has changed by an event with this footprint."""
    return {actor: other for actor, other in sleep.items() if not other.conflicts(foot)}
