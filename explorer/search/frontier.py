"""What is left of a search that was cut into parcels, and how what comes back changes it.

The end of a branch of a wakeup tree is where nobody sleeps any more (see `wakeup.insert`). So what
is to be found below it is the same whatever else was searched, before or after: that is a parcel.
One that is not done within its quota is cut at its first decision that has branches left: that
decision and those before it are *shared* from then on, and each end of a branch there is a parcel
of its own. A race that is reversed at a shared decision is an errand: a new branch, with a parcel
at its end, unless a branch that is there leads to the same runs.

Invariant: everything here is a function of the parcels and their receipts in the order of `take`
and `receive`, so it does not matter who works on them, or when each is done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from explorer.search.footprints import Footprint, Footprints
from explorer.search.parcels import Packer, Parcel, Receipt, Rest, Unpacker
from explorer.search.wakeup import NO, Branch, needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from explorer.search.reversals import Errand, Race
    from explorer.search.walk import Given


@dataclass(slots=True)
class Shared:
    """A decision that several parcels have in common.

    `sleep`: who sleeps there though no branch here is his, as far as that is not known from the
    decisions before. `fresh` and `open`: see `Parcel`. `share`: how much of the whole search seems
    to lie below it.
    """

    sleep: dict[str, Footprint]
    fresh: int
    open: tuple[Race, ...]
    share: float
    branches: list[Twig] = field(default_factory=list)


@dataclass(slots=True)
class Twig:
    """A branch that is known at a shared decision; at its end there is a parcel."""

    actor: str
    foot: Footprint
    below: Shared | None = None

    def branch(self) -> Branch:
        """What a search that comes before it has to know of it.

        Whether there is a way through it to the same runs is for the frontier to tell, unless this
        is all there is of it.
        """
        branch = Branch([(self.actor, self.foot)])
        branch.fresh = self.below is not None
        return branch


#: The first part of a run's decisions, in which a parcel is cut. Further down, what can be cut off
#: is small, and small parcels cost more than they are worth.
SHALLOW: Final = 0.3

#: Parcels that are worked on together: since most of them are small, each of a few runs.
MOST: Final = 16
#: Parcels that have to be there for each that is taken, so that there is enough for others.
FEW: Final = 8

#: Shared decisions, each with the place of the branch that is taken there.
Path = tuple[tuple[Shared, int], ...]


@dataclass(frozen=True, slots=True)
class Work:
    """A parcel that nobody has worked on: the branches taken at shared decisions, then its own."""

    path: Path = ()
    own: tuple[Given, ...] = ()
    following: tuple[Branch, ...] = ()
    fresh: int = 0
    open: tuple[Race, ...] = ()
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Taken:
    """A parcel that somebody works on, and how many branches he knows of at each decision."""

    work: Work
    parcel: Parcel
    known: tuple[int, ...]


@dataclass(slots=True)
class Frontier:
    """All the parcels that nobody has worked on, the next one last.

    `done` and `whole` are in shares of what the search seemed to be at first. `again`: parcels
    that had to be worked on again, since somebody else had found what they did not know of.
    """

    footprints: Footprints = field(default_factory=Footprints)
    waiting: list[Work] = field(default_factory=lambda: [Work()])
    done: float = 0.0
    whole: float = 1.0
    again: int = 0

    def take(self) -> list[Taken]:
        """The next ones, and what is to be sent of them: several where there are many."""
        number = max(1, min(MOST, len(self.waiting) // FEW))
        return [self._packed(self.waiting.pop()) for _ in range(number)]

    def _packed(self, work: Work) -> Taken:
        packer = Packer(self.footprints)
        given = [_given(shared, place) for shared, place in work.path] + list(work.own)
        nodes = tuple(packer.node(*node) for node in given)
        following = tuple(packer.branch(branch) for branch in work.following)
        floor = len(work.path)
        parcel = Parcel(tuple(packer.feet), nodes, following, floor, work.fresh, work.open)
        return Taken(work, parcel, tuple(len(shared.branches) for shared, _ in work.path))

    def give_back(self, taken: Sequence[Taken]) -> None:
        """Nobody has come to work on these."""
        self.waiting += [each.work for each in reversed(taken)]

    def receive(self, taken: Taken, receipt: Receipt) -> bool:
        """Somebody has worked on a parcel; False if it has to be done again."""
        work = taken.work
        unpacker = Unpacker(self.footprints, receipt.feet)
        new: list[Work] = []
        known = list(taken.known)
        valid = True
        for packed in receipt.errands:
            errand = unpacker.errand(packed)
            valid = self._accept(work.path, errand, known, new) and valid
        if not valid:
            self.again += 1
            self.waiting += [*reversed(new), work]
            return False
        self.done += work.share * receipt.fraction
        if receipt.rest is not None:
            left = work.share * (1 - receipt.fraction)
            new += self._divide(work, left, receipt.rest, unpacker)
        self.waiting += reversed(new)
        return True

    def _accept(self, path: Path, errand: Errand, known: list[int], new: list[Work]) -> bool:
        """Insert a sequence (see `wakeup.insert`).

        Args:
            known: of how many branches the sender knew at each decision.
            new: where the parcel goes, if that makes one.

        Returns:
            False if there is a branch that the sender did not know of, and because of which the
            race is not to be done with: it depends on what comes after it.
        """
        decision = errand.decision
        shared, first = path[decision]
        path = path[:decision]
        sequence, asleep = errand.sequence(), list(errand.asleep)
        first += 1
        valid = True
        while sequence.members:
            for place in range(first, len(shared.branches)):
                twig = shared.branches[place]
                found = sequence.begins_with(twig.actor, twig.foot)
                if found != NO:
                    break
                asleep.append(twig.foot)
            else:
                steps = [(errand.steps[at][0], errand.steps[at][1]) for at in sequence.left()]
                if len(path) == decision and len(shared.branches) == known[decision]:
                    known[decision] += 1
                share = shared.share / len(shared.branches)
                self.whole += share
                new.append(_grow(path, shared, steps[: needed(steps, asleep)], share))
                return valid
            if len(path) == decision and place >= known[decision]:
                valid = found >= 0 and bool(errand.early >> found & 1)
            if twig.below is None:
                return valid
            path = (*path, (shared, place))
            asleep = [foot for foot in asleep if not foot.conflicts(twig.foot)]
            if found >= 0:
                sequence.remove(found)
            shared, first = twig.below, 0
        return valid

    def _divide(self, work: Work, left: float, rest: Rest, unpacker: Unpacker) -> list[Work]:
        """The parcels that are left of one."""
        given = [unpacker.node(node) for node in rest.nodes]
        first = next((place for place, node in enumerate(given) if node[2]), len(given) - 1)
        own, following = tuple(given), tuple(unpacker.branch(branch) for branch in rest.following)
        path = work.path
        if first > (rest.decisions - len(path)) * SHALLOW:
            fresh = len(path) + len(given) - 1
            return [Work(path, own, following, fresh, rest.open, left)]
        for (actor, sleep, _), (number, foot) in zip(given[: first + 1], rest.events, strict=False):
            races = tuple(race for race in rest.open if race[1] < number)
            shared = Shared(sleep, len(path), races, left)
            shared.branches.append(Twig(actor, unpacker.feet[foot]))
            path = (*path, (shared, 0))
        todo = given[first][2]
        each = work.share * rest.share
        fresh = len(work.path) + len(given) - 1
        new = [Work(path, own[first + 1 :], following, fresh, rest.open, left - each * len(todo))]
        for branch in todo:
            new += _planted(path[:-1], path[-1][0], branch, each)
        return new


def _given(shared: Shared, place: int) -> Given:
    """What a parcel in this branch has to know of a decision."""
    sleep = dict(shared.sleep)
    for twig in shared.branches[:place]:
        sleep[twig.actor] = twig.foot
    later = [twig.branch() for twig in shared.branches[place + 1 :]]
    return shared.branches[place].actor, sleep, later


def _grow(path: Path, shared: Shared, steps: Sequence[tuple[str, Footprint]], share: float) -> Work:
    """The parcel at the end of a new branch that goes through these steps."""
    begins = shared
    for number, (actor, foot) in enumerate(steps):
        twig = Twig(actor, foot)
        shared.branches.append(twig)
        path = (*path, (shared, len(shared.branches) - 1))
        if number < len(steps) - 1:
            twig.below = shared = Shared({}, begins.fresh, begins.open, share)
    return Work(path, (), (), begins.fresh, begins.open, share)


def _planted(path: Path, shared: Shared, branch: Branch, share: float) -> Iterable[Work]:
    """The parcels at the ends of a branch that a search has left at a shared decision."""
    twig = Twig(branch.actor, branch.foot)
    shared.branches.append(twig)
    path = (*path, (shared, len(shared.branches) - 1))
    if not branch.then:
        yield Work(path, (), (), shared.fresh, shared.open, share)
        return
    twig.below = Shared({}, shared.fresh, shared.open, share)
    for other in branch.then:
        yield from _planted(path, twig.below, other, share / len(branch.then))
