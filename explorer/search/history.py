"""The execution that the search is in: happens-before, and which events race.

It is kept up to date as the search goes back and forth: runs share prefixes, so only the events
past the shared prefix are looked at. Invariant: `past[i]` is the set of events that had to come
before event i, itself among them, as an integer with bit j for event j.

Event `e` *races* with a later event or pending operation `f` iff they conflict, no third event had
to come between them, and `f` could have been performed in the place of `e`. An `f` that waits could
often not: a lock's release does not race with the next acquire, which could not have come before.
Then the events before that `e` are looked at, for the acquire that took the lock first does race.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.model.actor import Actor
    from explorer.search.footprints import Footprint

#: Whether an operation could have been performed just before the event with this number.
MayGo = Callable[[int], bool]


class History:
    """The events of the current execution, with their order. Grows and shrinks at its end."""

    def __init__(self) -> None:
        self.actors: list[str] = []
        self.feet: list[Footprint] = []
        self.past: list[int] = []
        self.causes_of: list[int] = []  # what had to come before whatever the actor did there
        self.decided: list[int] = []  # the number of the decision, -1 if the event was none
        self._before: list[int] = []  # the actor's event before, -1 if it is its first
        self._latest: dict[str, int] = {}
        self._started: dict[str, int] = {}  # process -> the event that started it
        self._of_process: dict[str, dict[str, None]] = {}  # process -> its actors so far
        self._ended: dict[str, int] = {}  # process -> the first event that ended it
        self._writers: dict[int, list[int]] = {}
        self._readers: dict[int, list[int]] = {}

    def __len__(self) -> int:
        return len(self.past)

    def truncate(self, length: int) -> None:
        """Forget the events from number `length` on."""
        for number in range(len(self.past) - 1, length - 1, -1):
            foot, actor, before = self.feet.pop(), self.actors.pop(), self._before.pop()
            for location, written in foot.accesses:
                (self._writers if written else self._readers)[location].pop()
            if before < 0:
                del self._latest[actor]
            else:
                self._latest[actor] = before
            if foot.ends is not None and self._ended[foot.ends] == number:
                del self._ended[foot.ends]
        del self.past[length:], self.causes_of[length:], self.decided[length:]

    def causes(self, actor: str, process: str, waker: int | None) -> int:
        """What had to come before the next event of `actor`, whatever it does.

        Args:
            waker: the number of the event that made or woke the actor, if one did.
        """
        before = self._latest.get(actor)
        if before is None:
            before = self._started.get(process)
        found = 0 if before is None else self.past[before]
        return found if waker is None else found | self.past[waker]

    def process_of(self, actor: str) -> str | None:
        """The process of an actor that has acted."""
        return next((name for name, actors in self._of_process.items() if actor in actors), None)

    def acted(self, actor: str, count: int) -> bool:
        """Whether the last event of `actor` came after the first `count` events."""
        return self._latest.get(actor, -1) >= count

    def study(
        self, foot: Footprint, causes: int, may_go: MayGo | None, ended: int = 0
    ) -> tuple[int, list[int]]:
        """The events before an operation that comes next, and those of them that it races with.

        Args:
            causes: see `causes`.
            may_go: None if the operation never has to wait.
            ended: what ended its process before, as a set of events.
        """
        rivals = self._rivals(foot, causes, may_go is None)
        if foot.ends is not None:
            rivals += self._last_of(foot.ends, causes)
        if ended:
            rivals.append(ended.bit_length() - 1)
        if not rivals:
            return causes, rivals
        if len(rivals) > 1:
            rivals.sort(reverse=True)
        past = covered = causes
        racing = []
        for rival in rivals:
            past |= self.past[rival]
            if covered >> rival & 1:
                continue
            if self.decided[rival] >= 0 and (may_go is None or may_go(rival)):
                racing.append(rival)
                covered |= self.past[rival]
            else:
                covered |= 1 << rival
        return past, racing

    def _rivals(self, foot: Footprint, causes: int, latest_only: bool) -> list[int]:
        """The conflicting events outside `causes`.

        Args:
            latest_only: leave out those that must lie before others of them.
        """
        found: list[int] = []
        for location, written in foot.accesses:
            oldest = 0  # what touched the location before this event need not be looked at
            for number in reversed(self._writers.get(location, ())):
                if causes >> number & 1:
                    oldest = number
                    break
                found.append(number)
                if latest_only and self.decided[number] >= 0:
                    oldest = number
                    break
            if written:
                for number in reversed(self._readers.get(location, ())):
                    if number < oldest:
                        break
                    if not causes >> number & 1:
                        found.append(number)
        return found

    def _last_of(self, process: str, causes: int) -> list[int]:
        """The events outside `causes` of the actors of a process that comes to its end."""
        found = []
        for actor in self._of_process.get(process, ()):
            number = self._latest.get(actor, -1)
            while number >= 0 and not causes >> number & 1:
                found.append(number)
                number = self._before[number]
        return found

    def append(
        self,
        actor: Actor,
        foot: Footprint,
        causes: int,
        past: int,
        decided: int = -1,
        starts: str | None = None,
    ) -> None:
        """The next event.

        Args:
            causes: see `causes`.
            past: what had to come before it (from `study`).
            decided: the number of the decision, -1 if it was performed without one.
            starts: the process that it starts.
        """
        number = len(self.past)
        for location, written in foot.accesses:
            lists = self._writers if written else self._readers
            if location in lists:
                lists[location].append(number)
            else:
                lists[location] = [number]
        name = actor.name
        self.actors.append(name)
        self.feet.append(foot)
        self.past.append(past | 1 << number)
        self.causes_of.append(causes)
        self.decided.append(decided)
        before = self._latest.get(name, -1)
        if before < 0:
            self._of_process.setdefault(actor.process.name, {})[name] = None
        self._before.append(before)
        self._latest[name] = number
        if starts is not None:
            self._started[starts] = number
        elif foot.ends is not None:
            self._ended.setdefault(foot.ends, number)

    def unrelated(self, gone: int, length: int) -> tuple[list[int], tuple[int, int]]:
        """What did not have to come after those in `gone`, of the first `length` events.

        Returns:
            The decisions after the first of them, in their order; what the other events after it
            touch, and write.
        """
        past, decided = self.past, self.decided
        found = []
        touched = written = 0
        for later in range((gone & -gone).bit_length(), length):
            if not past[later] & gone:
                if decided[later] >= 0:
                    found.append(later)
                else:
                    touched |= self.feet[later].touched
                    written |= self.feet[later].written
        return found, (touched, written)

    def end_of(self, process: str) -> int:
        """The event that ended a process, as a set of events; 0 if it has not ended."""
        return 1 << self._ended[process] if process in self._ended else 0

    def check(self) -> None:
        """All lists are of one length; every event is among its own causes, and no later one."""
        assert len(self.actors) == len(self.feet) == len(self.past) == len(self.decided)
        for number, past in enumerate(self.past):
            assert past >> number == 1
        for lists in (self._writers, self._readers):
            for numbers in lists.values():
                assert numbers == sorted(numbers)
                assert not numbers or numbers[-1] < len(self.past)
