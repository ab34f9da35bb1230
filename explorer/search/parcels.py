"""Parts of a search in a form that can be sent to another process.

Footprints number the locations that they touch, and each process numbers them in its own way: so
they travel as names, in a table that the rest of a parcel refers to. What is sent: a `Parcel`, the
decisions up to a node with what sleeps and what is left to do at each, and `Errand`s, sequences
that are to be inserted at a node that belongs to somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.search.footprints import Footprint, Footprints
from explorer.search.reversals import Errand, Race
from explorer.search.wakeup import Branch

#: Accesses, all locations that are touched, those that are written, the process that is ended.
PackedFoot = tuple[tuple[tuple[Any, bool], ...], tuple[Any, ...], tuple[Any, ...], str | None]
#: A stretch of (actor, footprint's place in the table), and what may follow it.
PackedBranch = tuple[tuple[tuple[str, int], ...], tuple[Any, ...]]
#: At one decision: who went, who slept there, which branches are left.
PackedNode = tuple[str, tuple[tuple[str, int], ...], tuple[PackedBranch, ...]]
#: The decision where to insert it; its events, each with those that it must come after; the place
#: of the last one that races; what else it touches, and writes.
PackedErrand = tuple[
    int, tuple[tuple[str, int, int], ...], int, tuple[tuple[Any, ...], tuple[Any, ...]]
]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A stack of nodes: the last one has no actor yet. Those before `floor` belong to others."""

    feet: tuple[PackedFoot, ...] = ()
    nodes: tuple[PackedNode, ...] = ()
    floor: int = 0
    open: tuple[Race, ...] = ()
    errands: tuple[PackedErrand, ...] = ()


class Packer:
    """Packs for one parcel."""

    def __init__(self, footprints: Footprints) -> None:
        self._names = list(footprints.numbers)
        self._places: dict[int, int] = {}
        self._kept: list[Footprint] = []
        self.feet: list[PackedFoot] = []

    def foot(self, foot: Footprint) -> int:
        """The place of a footprint in the table."""
        place = self._places.get(id(foot))
        if place is None:
            place = self._places[id(foot)] = len(self.feet)
            self._kept.append(foot)  # or another one might get its id
            accesses = tuple((self._names[number], written) for number, written in foot.accesses)
            self.feet.append((accesses, self.set(foot.touched), self.set(foot.written), foot.ends))
        return place

    def set(self, locations: int) -> tuple[Any, ...]:
        """A set of locations by their names."""
        found = []
        while locations:
            lowest = locations & -locations
            found.append(self._names[lowest.bit_length() - 1])
            locations ^= lowest
        return tuple(found)

    def branch(self, branch: Branch) -> PackedBranch:
        """A branch and all that may follow it."""
        line = [(branch.actor, self.foot(branch.foot))]
        while len(branch.then) == 1:
            branch = branch.then[0]
            line.append((branch.actor, self.foot(branch.foot)))
        return tuple(line), tuple(self.branch(other) for other in branch.then)

    def node(self, actor: str, sleep: dict[str, Footprint], todo: Iterable[Branch]) -> PackedNode:
        """One decision."""
        asleep = tuple((name, self.foot(foot)) for name, foot in sleep.items())
        return actor, asleep, tuple(self.branch(branch) for branch in todo)

    def errand(self, errand: Errand) -> PackedErrand:
        """A sequence to be inserted at a node of somebody else's."""
        steps = tuple((actor, self.foot(foot), past) for actor, foot, past in errand.steps)
        touched, written = errand.also
        return errand.decision, steps, errand.second, (self.set(touched), self.set(written))


class Unpacker:
    """Unpacks one parcel."""

    def __init__(self, footprints: Footprints, feet: Sequence[PackedFoot]) -> None:
        self._footprints = footprints
        self.feet = [self._foot(foot) for foot in feet]

    def _foot(self, packed: PackedFoot) -> Footprint:
        accesses, touched, written, ends = packed
        number = self._footprints.number
        foot = Footprint(tuple((number(location), wrote) for location, wrote in accesses))
        foot.touched, foot.written, foot.ends = self.set(touched), self.set(written), ends
        return foot

    def set(self, names: Iterable[Any]) -> int:
        """A set of locations from their names."""
        found = 0
        for name in names:
            found |= 1 << self._footprints.number(name)
        return found

    def branch(self, packed: PackedBranch) -> Branch:
        """A branch and all that may follow it."""
        line, then = packed
        return Branch.grown(
            [(actor, self.feet[place]) for actor, place in line],
            [self.branch(other) for other in then],
        )

    def node(self, packed: PackedNode) -> tuple[str, dict[str, Footprint], list[Branch]]:
        """One decision."""
        actor, asleep, todo = packed
        sleep = {name: self.feet[place] for name, place in asleep}
        return actor, sleep, [self.branch(branch) for branch in todo]

    def errand(self, packed: PackedErrand) -> Errand:
        """A sequence to be inserted."""
        decision, steps, second, (touched, written) = packed
        return Errand(
            decision,
            tuple((actor, self.feet[place], past) for actor, place, past in steps),
            second,
            (self.set(touched), self.set(written)),
        )
