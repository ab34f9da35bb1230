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
    """One actor to go next, with what it would do then; after it, one of `then`, or anything."""

    __slots__ = ("actor", "foot", "then")

    def __init__(self, actor: str, foot: Footprint, then: list[Branch]) -> None:
        self.actor = actor
        self.foot = foot
        self.then = then

    def __repr__(self) -> str:
        return f"{self.actor}{self.then or ''}"


class Sequence:
    """A continuation, as events that keep their numbers in `past`, `actors` and `feet`.

    Args:
        order: the numbers of its events, in an order in which they can happen.
        past: for each event those of the sequence that must come before it, itself, and others.
        last: an event for which `last_past` stands in for what `past` has.
        also: the union of what else happens on the way touches, and of what it writes.
    """

    __slots__ = (
        "actors",
        "also",
        "feet",
        "first",
        "last",
        "last_past",
        "members",
        "order",
        "past",
        "touched",
        "written",
    )

    def __init__(
        self,
        order: list[int],
        actors: list[str],
        feet: list[Footprint],
        past: list[int],
        last: int,
        last_past: int,
        also: tuple[int, int],
    ) -> None:
        self.order = order
        self.actors = actors
        self.feet = feet
        self.past = past
        self.last = last
        self.last_past = last_past
        self.also = also
        self._index()

    def _index(self) -> None:
        members = 0
        first: dict[str, int] = {}
        touched, written = self.also
        for number in self.order:
            members |= 1 << number
            first.setdefault(self.actors[number], number)
            foot = self.feet[number]
            touched |= foot.touched
            written |= foot.written
        self.members = members
        self.first = first
        self.touched = touched
        self.written = written

    def begins_with(self, actor: str, foot: Footprint) -> int:
        """Whether the sequence, or something equivalent to it, can begin with `actor`.

        Returns:
            The number of its event; `UNSEEN` if it does nothing in the sequence, but what it is
            about to do is independent of all of it; else `NO`.
        """
        number = self.first.get(actor)
        if number is not None:
            past = self.last_past if number == self.last else self.past[number]
            return number if past & self.members == 1 << number else NO
        if foot.written & self.touched or foot.touched & self.written:
            return NO
        return UNSEEN

    def remove(self, number: int) -> None:
        """Leave out its first event."""
        self.order = [other for other in self.order if other != number]
        self._index()

    def branch(self) -> Branch:
        """The sequence as a branch without side branches."""
        then: list[Branch] = []
        for number in reversed(self.order):
            then = [Branch(self.actors[number], self.feet[number], then)]
        return then[0]


def insert(tree: list[Branch], sequence: Sequence) -> int:
    """Add a sequence to a tree, unless one that is there leads to the same runs.

    Returns:
        The number of the event of the sequence that the tree now has among its first ones;
        `UNSEEN` if it has another first one, after which the sequence can still happen.
    """
    answer = NO
    while sequence.order:
        for branch in tree:
            found = sequence.begins_with(branch.actor, branch.foot)
            if found != NO:
                break
        else:
            if answer == NO:
                answer = sequence.order[0]
            tree.append(sequence.branch())
            return answer
        if answer == NO:
            answer = found
        if not branch.then:
            return answer
        if found >= 0:
            sequence.remove(found)
        tree = branch.then
    return answer
