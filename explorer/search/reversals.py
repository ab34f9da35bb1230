"""From a race to a branch: what has to be tried so that the two events come the other way round.

A race is a pair: the set of the events that are to be left out, with all that follows from them,
and the event that is to come in their place. The set has one member; or two where a process died
while it waited: then both what it waited for and its death are to come later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.search.footprints import Footprint, Footprints
from explorer.search.probe import Probes, word
from explorer.search.readiness import has_pictures, would_go
from explorer.search.wakeup import NO, UNSEEN, Sequence, insert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from explorer.model.actor import Actor
    from explorer.model.operation import Operation
    from explorer.search.history import History, MayGo
    from explorer.search.node import Node, World


@dataclass(frozen=True, slots=True)
class Errand:
    """A sequence to be inserted at a decision that belongs to another search.

    `steps`: actor, footprint, and which of the steps must come before it, as a set. `early`: the
    places of those that come no later than the second event of the race, as a set. `also`: see
    `Sequence`. `asleep`: see `wakeup.insert`.
    """

    decision: int
    steps: tuple[tuple[str, Footprint, int], ...]
    early: int
    also: tuple[int, int]
    asleep: tuple[Footprint, ...]

    def sequence(self) -> Sequence:
        """The sequence, its events numbered by their places."""
        actors = [actor for actor, _, _ in self.steps]
        feet = [foot for _, foot, _ in self.steps]
        past = [past for _, _, past in self.steps]
        return Sequence(list(range(len(actors))), actors, feet, past, self.also)


def errand(decision: int, sequence: Sequence, second: int, asleep: Iterable[Footprint]) -> Errand:
    """What is sent of a sequence of the current execution."""
    order = sequence.order
    steps = []
    early = 0
    for at, number in enumerate(order):
        past = sequence.past_of(number)
        before = sum(1 << place for place, other in enumerate(order) if past >> other & 1)
        steps.append((sequence.actors[number], sequence.foot(number), before))
        early |= (number <= second) << at
    return Errand(decision, tuple(steps), early, sequence.also, tuple(asleep))


#: (events to be left out, as a set; the event to come in their place)
Race = tuple[int, int]


class Reversals:
    """Adds branches to the nodes of one search.

    `open` are races of events of the current prefix whose test rested on events after them.
    """

    def __init__(
        self, history: History, nodes: list[Node], footprints: Footprints, probes: Probes
    ) -> None:
        self.history = history
        self.nodes = nodes
        self.footprints = footprints
        self.probes = probes
        self.open: list[Race] = []
        self.length = 0  # events of the current run
        self.floor = 0
        self.errands: list[Errand] = []  # what was added below the floor
        self._rest: dict[int, tuple[list[int], tuple[int, int]]] = {}

    def begin(self, first: int, floor: int) -> None:
        """A run has been made whose events from number `first` on are new.

        Args:
            floor: decisions at the beginning that others branch off from.
        """
        self.open = [race for race in self.open if race[1] < first]
        self.floor = floor

    def reverse_all(self, races: list[Race]) -> None:
        """Reverse these races of the current run, and the open ones."""
        self.length = len(self.history)
        self._rest = {}
        races = self.open + races
        self.open = []
        for race in races:
            if not self.reverse(*race):
                self.open.append(race)

    def reverse(self, gone: int, second: int) -> bool:
        """See that a run in which `second` comes without the events in `gone` will have been made.

        Returns:
            Whether that holds whatever comes after `second`.
        """
        sequence = self._sequence(gone, second)
        if not sequence.order:
            return True
        decision = self.history.decided[first_of(gone)]
        node = self.nodes[decision]
        answer = NO
        for actor, foot in node.sleep.items():
            found = sequence.begins_with(actor, foot)
            if 0 <= found <= second:
                return True
            answer = max(answer, found)
        if answer == NO:
            asleep = [node.foot, *node.sleep.values()]
            answer = insert(node.todo, sequence, asleep)
            if decision < self.floor and sequence.added:
                self.errands.append(errand(decision, sequence, second, asleep))
        return answer != UNSEEN and answer <= second

    def _sequence(self, gone: int, second: int) -> Sequence:
        """What did not have to come after those in `gone`, and `second`."""
        history = self.history
        rest = self._rest.get(gone)
        if rest is None:
            rest = self._rest[gone] = history.unrelated(gone, self.length)
        order, also = rest
        foot = history.feet[second]
        if second < self.length and history.decided[second] < 0:  # an eager event comes by itself
            also = also[0] | foot.touched, also[1] | foot.written
            return Sequence(order, history.actors, history.feet, history.past, also)
        if foot.ends is not None:
            foot = self._death(foot, gone)
            order = [*order, second]
        else:
            at = len(order)
            while at and order[at - 1] > second:
                at -= 1
            before = history.past[second]
            needed = [number for number in order[:at] if before >> number & 1]
            others = [number for number in order[:at] if not before >> number & 1]
            order = [*needed, second, *others, *order[at:]]
        sequence = Sequence(order, history.actors, history.feet, history.past, also)
        sequence.replace(second, foot, self._past_without(second, foot, order))
        return sequence

    def _death(self, foot: Footprint, gone: int) -> Footprint:
        """What the death of a process touches if it comes before what the process did in `gone`.

        Its belongings were others then. Hence also the order: it conflicts with events that it did
        not conflict with where it came later, so it has to come after them, as they stand.
        """
        assert foot.ends is not None
        node = self.nodes[self.history.decided[first_of(gone)]]
        if self.history.process_of(node.actor) != foot.ends:
            return foot
        return self.footprints.of_death(foot.ends, node.belongings)

    def _past_without(self, second: int, foot: Footprint, order: list[int]) -> int:
        """What must come before `second` where only `order` does.

        Not always what is left of `past`: the release of a lock, which is left out with the
        acquire before it, passes on to the next acquire what its holder has seen in between.
        """
        history = self.history
        past = history.causes_of[second] | 1 << second
        for number in order:
            if number == second:
                break
            if foot.conflicts(history.feet[number]):
                past |= history.past[number]
        return past

    def may_go(
        self,
        world: World,
        actor: Actor,
        operation: Operation,
        foot: Footprint,
        *,
        pending: bool = False,
        ended: int = 0,
    ) -> MayGo | None:
        """Where an operation could have been performed that is next in the history; None: anywhere.

        Args:
            pending: whether it never was.
            ended: the event that ended its process, as a set; 0 if none did.
        """
        kind = operation.kind
        if kind.ready is None or operation.timeout is not None:
            return None
        if not has_pictures(operation):
            return lambda rival: self._by_probe(
                1 << rival | ended, world, actor.name, operation, foot
            )
        at_the_end = not pending or kind.ready(operation.object, actor, operation)
        return lambda rival: self._by_picture(
            1 << rival | ended, actor.name, operation, otherwise=at_the_end
        )

    def _by_picture(self, gone: int, actor: str, operation: Operation, *, otherwise: bool) -> bool:
        """By the picture of the gate before its first change that depends on one of `gone`."""
        past, gate = self.history.past, operation.gate.name
        for node in self.nodes[self.history.decided[first_of(gone)] :]:
            if node.number >= len(past):
                break
            if node.pictures and past[node.number] & gone:
                for pictured, picture in node.pictures:
                    if pictured == gate:
                        return would_go(picture, actor, operation)
        return otherwise

    def _by_probe(
        self, gone: int, world: World, actor: str, operation: Operation, foot: Footprint
    ) -> bool:
        """By a run without those in `gone` and all that follows from them."""
        history = self.history
        first = first_of(gone)
        rest, _ = history.unrelated(gone, len(history))

        def order() -> list[str]:
            before = self.nodes[: history.decided[first]]
            return [node.actor for node in before] + [history.actors[number] for number in rest]

        done = word(world.log, [*range(first), *rest], history.feet, foot)
        return self.probes.could_go(actor, operation, order, done)


def first_of(events: int) -> int:
    """The smallest member of a set of events."""
    return (events & -events).bit_length() - 1
