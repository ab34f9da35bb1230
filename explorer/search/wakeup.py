"""Wakeup trees: the continuations that a search still has to try from one state.

Paper (Abdulla, Aronis, Jonsson, Sagonas: Source sets, JACM 64(4), 2017) ↔ here: a wakeup tree with
its order ↔ a list of `Branch`; a wakeup sequence w, as events of the current execution ↔
`Sequence`; weak initials, p ∈ WI(w) ↔ `Sequence.begins_with`; insert(w, B) ↔ `insert`.
The events that a process performs without a decision (`Operation.eager`) are no elements of a
sequence, for nobody can choose them, but their footprints count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from explorer.search.footprints import Footprint

#: Answers of `Sequence.begins_with` beside the number of an event.
NO: Final = -2
UNSEEN: Final = -1


class Branch:
    """One actor to go next, with what it would do then; after it, one of `then`, or anything.

    A branch without side branches is kept as one line of (actor, footprint), shared by all that
    are on it, until somebody asks: most of a tree is never looked at again.
    """

    __slots__ = ("_at", "_line", "_then", "actor", "foot", "fresh")

    def __init__(self, line: list[tuple[str, Footprint]], at: int = 0) -> None:
        self.actor, self.foot = line[at]
        self._line = line
        self._at = at + 1
        self._then: list[Branch] | None = None
        self.fresh = False  # `insert` has added it

    @classmethod
    def grown(cls, line: list[tuple[str, Footprint]], then: list[Branch]) -> Branch:
        """The branch along this line, with what may follow its end."""
        for at in reversed(range(len(line))):
            branch = cls(line, at)
            branch._then = then
            then = [branch]
        return then[0]

    @property
    def then(self) -> list[Branch]:
        """What may follow; empty if anything may."""
        if self._then is None:
            self._then = [Branch(self._line, self._at)] if self._at < len(self._line) else []
        return self._then

    def __repr__(self) -> str:
        return f"{self.actor}{self.then or ''}"


class Sequence:
    """A continuation, as events that keep their numbers in `past`, `actors` and `feet`.

    Args:
        order: the numbers of its events, in an order in which they can happen.
        past: for each event those of the sequence that must come before it, itself, and others.
        also: the union of what else happens on the way touches, and of what it writes.
    """

    __slots__ = (
        "_all",
        "_first",
        "_next",
        "_replaced",
        "actors",
        "added",
        "also",
        "feet",
        "members",
        "order",
        "past",
    )

    def __init__(
        self,
        order: list[int],
        actors: list[str],
        feet: list[Footprint],
        past: list[int],
        also: tuple[int, int],
    ) -> None:
        self.order = order
        self.actors = actors
        self.feet = feet
        self.past = past
        self.also = also
        self.added = False  # to a tree, or led there by a branch that had been added before
        self.members = 0
        for number in order:
            self.members |= 1 << number
        self._first: dict[str, int] | None = None  # actor -> its first event
        self._next: dict[int, int] = {}  # event -> the next of the same actor
        self._all: tuple[int, int] | None = None  # what all its events touch, and write
        self._replaced: tuple[int, Footprint | None, int] = (UNSEEN, None, 0)

    def replace(self, number: int, foot: Footprint, past: int) -> None:
        """In this sequence, an event has another footprint and another past."""
        self._replaced = number, foot, past

    def foot(self, number: int) -> Footprint:
        """The footprint of an event."""
        replaced, foot, _ = self._replaced
        return foot if foot is not None and number == replaced else self.feet[number]

    def past_of(self, number: int) -> int:
        """What must come before an event."""
        replaced, _, past = self._replaced
        return past if number == replaced else self.past[number]

    def begins_with(self, actor: str, foot: Footprint) -> int:
        """Whether the sequence, or something equivalent to it, can begin with `actor`.

        Returns:
            The number of its event; `UNSEEN` if it does nothing in the sequence, but what it is
            about to do is independent of all of it; else `NO`.
        """
        first = self._firsts()
        if actor in first:
            number = first[actor]
            return number if self.past_of(number) & self.members == 1 << number else NO
        touched, written = self._union()
        return NO if foot.written & touched or foot.touched & written else UNSEEN

    def _firsts(self) -> dict[str, int]:
        if self._first is None:
            self._first = {}
            for number in reversed(self.order):
                actor = self.actors[number]
                if actor in self._first:
                    self._next[number] = self._first[actor]
                self._first[actor] = number
        return self._first

    def _union(self) -> tuple[int, int]:
        if self._all is None:
            touched, written = self.also
            for number in self.order:
                if self.members >> number & 1:
                    foot = self.foot(number)
                    touched |= foot.touched
                    written |= foot.written
            self._all = touched, written
        return self._all

    def remove(self, number: int) -> None:
        """Leave out the first event of an actor."""
        self.members ^= 1 << number
        self._all = None
        first = self._firsts()
        if number in self._next:
            first[self.actors[number]] = self._next[number]
        else:
            del first[self.actors[number]]

    def left(self) -> list[int]:
        """The events that were not removed, in their order."""
        return [number for number in self.order if self.members >> number & 1]


def insert(tree: list[Branch], sequence: Sequence, asleep: list[Footprint]) -> int:
    """Add a sequence to a tree, unless one that is there leads to the same runs.

    It is cut where nobody sleeps any more: what comes after that is searched in any case.

    Args:
        asleep: what those would do who sleep when the first branch of the tree is taken.

    Returns:
        The number of the event of the sequence that the tree now has among its first ones;
        `UNSEEN` if it has another first one, after which the sequence can still happen.
    """
    answer = NO
    while sequence.members:
        for branch in tree:
            found = sequence.begins_with(branch.actor, branch.foot)
            if found != NO:
                break
            asleep = [*asleep, branch.foot]
        else:
            left = sequence.left()
            sequence.added = True
            if answer == NO:
                answer = left[0]
            line = [(sequence.actors[one], sequence.foot(one)) for one in left]
            made = Branch(line[: needed(line, asleep)])
            made.fresh = True
            tree.append(made)
            return answer
        sequence.added = sequence.added or branch.fresh
        if answer == NO:
            answer = found
        if not branch.then:
            return answer
        asleep = [foot for foot in asleep if not foot.conflicts(branch.foot)]
        if found >= 0:
            sequence.remove(found)
        tree = branch.then
    return answer


def needed(line: list[tuple[str, Footprint]], asleep: list[Footprint]) -> int:
    """How many events it takes until everybody is awake; all of them if somebody stays asleep."""
    for place, (_, foot) in enumerate(line):
        asleep = [other for other in asleep if not other.conflicts(foot)]
        if not asleep:
            return place + 1
    return len(line)
