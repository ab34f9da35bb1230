"""What is left of a search that was cut into parcels, and how what comes back changes it.

A parcel is a subtree of decisions that one process works on for a while. What it leaves is cut at
its first decision that has branches left: that decision and those before it are *shared* from then
on, each of its branches is a parcel of its own. A race that is reversed at a shared decision is an
errand: it becomes a new parcel, unless a branch that is there leads to the same runs.

Why that is as good as one search (Abdulla et al. 2017): each branch of a node is searched to its
end with the branches before it asleep, and what is found there does not depend on how far the
others are. So each trace is still run once. What a sequence inserted *below* a branch would give
is found in that branch's own search.

Invariant: everything here is a function of the parcels and their receipts in the order of `take`,
so it does not matter who works on them, or when each is done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from explorer.search.footprints import Footprint, Footprints
from explorer.search.parcels import Packer, Parcel, Receipt, Rest, Unpacker
from explorer.search.wakeup import Branch

if TYPE_CHECKING:
    from explorer.search.reversals import Errand, Race
    from explorer.search.walk import Given


class Shared:
    """A decision that several parcels have in common.

    `number` is that of its event, `branches` who goes there in turn, `sleep` who need not,
    `open` see `Reversals`; `share` is how much of the whole search seems to lie below it.
    """

    __slots__ = ("branches", "number", "open", "share", "sleep")

    def __init__(
        self, number: int, given: Given, foot: Footprint, races: list[Race], share: float
    ) -> None:
        actor, self.sleep, todo = given
        self.number = number
        self.branches = [(actor, foot), *((branch.actor, branch.foot) for branch in todo)]
        self.open = [race for race in races if race[1] < number]
        self.share = share

    def at(self, place: int) -> Given:
        """What a parcel in this branch has to know of the decision."""
        actor = self.branches[place][0]
        sleep = {**self.sleep, **dict(self.branches[:place])}
        return actor, sleep, [Branch([other]) for other in self.branches[place + 1 :]]

    def leads_to(self, errand: Errand) -> bool:
        """Whether what an errand asks for will be found below one of the branches, for sure."""
        sequence = errand.sequence()
        return any(
            0 <= sequence.begins_with(actor, foot) <= errand.second
            for actor, foot in (*self.sleep.items(), *self.branches)
        )


@dataclass(frozen=True, slots=True)
class Work:
    """A parcel that nobody has worked on: the branches taken at shared decisions, then its own."""

    path: tuple[tuple[Shared, int], ...] = ()
    own: tuple[Given, ...] = ()
    following: tuple[Branch, ...] = ()
    open: tuple[Race, ...] = ()
    share: float = 1.0


@dataclass(slots=True)
class Frontier:
    """All the parcels that nobody has worked on, the next one last.

    `done` and `whole` are in shares of what the search seemed to be at first.
    """

    footprints: Footprints = field(default_factory=Footprints)
    waiting: list[Work] = field(default_factory=lambda: [Work()])
    done: float = 0.0
    whole: float = 1.0

    def take(self) -> tuple[Work, Parcel]:
        """The next one, and what is to be sent of it."""
        work = self.waiting.pop()
        packer = Packer(self.footprints)
        given = [shared.at(place) for shared, place in work.path] + list(work.own)
        nodes = tuple(packer.node(*node) for node in given)
        following = tuple(packer.branch(branch) for branch in work.following)
        return work, Parcel(tuple(packer.feet), nodes, following, len(work.path), work.open)

    def receive(self, work: Work, receipt: Receipt) -> None:
        """Somebody has worked on a parcel."""
        unpacker = Unpacker(self.footprints, receipt.feet)
        new = []
        for packed in receipt.errands:
            found = self._accept(work, unpacker.errand(packed))
            if found is not None:
                new.append(found)
        if receipt.rest is None:
            self.done += work.share
        else:
            self.done += work.share * receipt.rest.fraction
            new += self._divide(work, receipt.rest, unpacker)
        self.waiting += reversed(new)

    def _accept(self, work: Work, errand: Errand) -> Work | None:
        """The parcel that an errand asks for; None if there is no need for one."""
        shared, _ = work.path[errand.decision]
        if shared.leads_to(errand):
            return None
        steps = [(actor, foot) for actor, foot, _ in errand.steps]
        share = shared.share / len(shared.branches)
        self.whole += share
        shared.branches.append(steps[0])
        path = (*work.path[: errand.decision], (shared, len(shared.branches) - 1))
        following = (Branch(steps, 1),) if len(steps) > 1 else ()
        return Work(path, (), following, tuple(shared.open), share)

    def _divide(self, work: Work, rest: Rest, unpacker: Unpacker) -> list[Work]:
        """The parcels that are left of one."""
        given = [unpacker.node(node) for node in rest.nodes]
        races = list(rest.open)
        left = work.share * (1 - rest.fraction)
        first = next((place for place, node in enumerate(given) if node[2]), len(given) - 1)
        shared = [
            Shared(number, node, unpacker.feet[foot], races, left)
            for node, (number, foot) in zip(given[: first + 1], rest.events, strict=False)
        ]
        todo = given[first][2]
        each = work.share * rest.share
        above = (*work.path, *((other, 0) for other in shared[:-1]))
        going_on = Work(
            (*above, (shared[-1], 0)),
            tuple(given[first + 1 :]),
            tuple(unpacker.branch(branch) for branch in rest.following),
            tuple(races),
            left - each * len(todo),
        )
        others = [
            Work(
                (*above, (shared[-1], place)),
                (),
                tuple(branch.then),
                tuple(shared[-1].open),
                each,
            )
            for place, branch in enumerate(todo, start=1)
        ]
        return [going_on, *others]
