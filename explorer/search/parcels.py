"""Parts of a search in a form that can be sent to another process.

Footprints number the locations that they touch, and each process numbers them in its own way: so
they travel as names, in a table that the rest refers to. What goes out is a `Parcel`: the decisions
up to a branch, with what sleeps and what is left to do at each. What comes back is a `Receipt`:
counts, the decisions that are left, and errands, sequences that are to be inserted at decisions
that belong to somebody else.
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
#: A stretch of (actor, footprint's place in the table), what may follow it, and `Branch.fresh`.
PackedBranch = tuple[tuple[tuple[str, int], ...], tuple[Any, ...], bool]
#: At one decision: who went, who slept there, which branches are left.
PackedNode = tuple[str, tuple[tuple[str, int], ...], tuple[PackedBranch, ...]]
#: The decision where to insert it; its events, each with those that it must come after; which of
#: them are early; what else it touches, and writes; who sleeps there.
PackedErrand = tuple[
    int,
    tuple[tuple[str, int, int], ...],
    int,
    tuple[tuple[Any, ...], tuple[Any, ...]],
    tuple[int, ...],
]


@dataclass(frozen=True, slots=True)
class Parcel:
    """Decisions to be made again, and the branches of which one is to follow (none: anything may).

    Those before `floor` belong to others. Nobody has looked at the races of the events from
    decision `fresh` on. The empty parcel is a whole search.
    """

    feet: tuple[PackedFoot, ...] = ()
    nodes: tuple[PackedNode, ...] = ()
    following: tuple[PackedBranch, ...] = ()
    floor: int = 0
    fresh: int = 0
    open: tuple[Race, ...] = ()


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a parcel: its own decisions up to the next branch.

    `events`: for each decision the number of its event, and the footprint that it has.
    `share`: how much of the parcel seems to lie in one branch of the first decision that has some
    left. `decisions`: of a whole run.
    """

    nodes: tuple[PackedNode, ...]
    events: tuple[tuple[int, int], ...]
    following: tuple[PackedBranch, ...]
    open: tuple[Race, ...]
    share: float
    decisions: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a parcel. `notes`: what was kept of its runs; `stopped`: one of them was enough.

    `fraction`: how much of the parcel seems to be done. `rest`: None if nothing is left.
    """

    traces: int
    redundant: int
    probes: int
    cut_off: int
    bounded: bool
    fraction: float = 1.0
    notes: tuple[Any, ...] = ()
    stopped: bool = False
    feet: tuple[PackedFoot, ...] = ()
    errands: tuple[PackedErrand, ...] = ()
    rest: Rest | None = None

    @property
    def executions(self) -> int:
        """All runs made."""
        return self.traces + self.redundant + self.probes


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
        fresh = branch.fresh
        while len(branch.then) == 1:
            branch = branch.then[0]
            line.append((branch.actor, self.foot(branch.foot)))
        return tuple(line), tuple(self.branch(other) for other in branch.then), fresh

    def node(self, actor: str, sleep: dict[str, Footprint], todo: Iterable[Branch]) -> PackedNode:
        """One decision."""
        asleep = tuple((name, self.foot(foot)) for name, foot in sleep.items())
        return actor, asleep, tuple(self.branch(branch) for branch in todo)

    def errand(self, errand: Errand) -> PackedErrand:
        """A sequence to be inserted at a node of somebody else's."""
        steps = tuple((actor, self.foot(foot), past) for actor, foot, past in errand.steps)
        touched, written = errand.also
        asleep = tuple(self.foot(foot) for foot in errand.asleep)
        also = self.set(touched), self.set(written)
        return errand.decision, steps, errand.early, also, asleep


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
        line, then, fresh = packed
        branch = Branch.grown(
            [(actor, self.feet[place]) for actor, place in line],
            [self.branch(other) for other in then],
        )
        branch.fresh = fresh
        return branch

    def node(self, packed: PackedNode) -> tuple[str, dict[str, Footprint], list[Branch]]:
        """One decision."""
        actor, asleep, todo = packed
        sleep = {name: self.feet[place] for name, place in asleep}
        return actor, sleep, [self.branch(branch) for branch in todo]

    def errand(self, packed: PackedErrand) -> Errand:
        """A sequence to be inserted."""
        decision, steps, early, (touched, written), asleep = packed
        return Errand(
            decision,
            tuple((actor, self.feet[place], past) for actor, place, past in steps),
            early,
            (self.set(touched), self.set(written)),
            tuple(self.feet[place] for place in asleep),
        )
