"""Lock placement as data: which operations of which process lie under which lock.

A placement is written the way it is read out: "none", "all", "all / none" (the first process
holds the lock over the whole update, all the others hold none). In that form it goes into case
files and is drawn, compared and repaired. A scenario's worker runs its operations under the three
locks that `hand_out` gives it; where the placement has no lock, there is one that locks nothing:

    with whole:
        with read:
            seen = counter.value
        with write:
            counter.value = seen + 1

So the lines that read and write are the same under every placement, and a defect keeps its
identity while its placement is made simpler.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple

from explorer.errors import UsageError

SEPARATOR: Final = " / "


class How(StrEnum):
    """How one process uses its locks, simplest first."""

    NONE = "none"  # no lock at all
    READ = "read"  # only the read
    WRITE = "write"  # only the write
    EACH = "each"  # the read and the write, each in a critical section of its own
    OWN = "own"  # the whole update, but under a lock that nobody else has
    ALL = "all"  # the whole update
    A_THEN_B = "A then B"  # two locks, nested
    B_THEN_A = "B then A"
    TWICE = "twice"  # acquired again while held
    UNRELEASED = "unreleased"  # acquired and not given back


#: The ways to guard one read and one write.
OF_AN_UPDATE: Final = (How.NONE, How.READ, How.WRITE, How.EACH, How.OWN, How.ALL)
#: The ways to nest two locks.
OF_TWO_LOCKS: Final = (How.A_THEN_B, How.B_THEN_A)

_RANK: Final = {how: rank for rank, how in enumerate(How)}


@dataclass(frozen=True, slots=True)
class Placement:
    """How the first process uses its locks, the second, …; the last part holds for all the rest."""

    parts: tuple[How, ...]

    def __post_init__(self) -> None:
        parts = self.parts
        while len(parts) > 1 and parts[-1] is parts[-2]:
            parts = parts[:-1]
        object.__setattr__(self, "parts", parts)

    @classmethod
    def parse(cls, text: str) -> Placement:
        """The placement that is written so; UsageError if there is none."""
        try:
            return cls(tuple(How(part.strip()) for part in text.split("/")))
        except ValueError as error:
            known = ", ".join(repr(how.value) for how in How)
            raise UsageError(
                f"The lock placement {text!r} is not known ({error}). It is one of {known} for "
                f"each process, separated by {SEPARATOR!r}; the last holds for all the rest."
            ) from None

    def __str__(self) -> str:
        return SEPARATOR.join(self.parts)

    def of(self, number: int) -> How:
        """How process `number`, counted from 0, uses its locks."""
        return self.parts[min(number, len(self.parts) - 1)]

    @property
    def complexity(self) -> tuple[int, ...]:
        """For comparing: uniform placements before mixed ones, "none" before all others."""
        return (len(self.parts), *(_RANK[how] for how in self.parts))


def placements(hows: Iterable[How]) -> tuple[str, ...]:
    """Every placement in which the first process does it one way and all the rest do it one way.

    Simplest first. That is few enough to try them all, and has every pair of ways in it.
    """
    ways = tuple(hows)
    found = {Placement((first, rest)) for first in ways for rest in ways}
    return tuple(str(each) for each in sorted(found, key=lambda each: each.complexity))


@lru_cache(maxsize=1024)
def spread(placement: str, processes: int) -> tuple[How, ...]:
    """How each of `processes` processes uses its locks."""
    parsed = Placement.parse(placement)
    return tuple(parsed.of(number) for number in range(processes))


class Locks(NamedTuple):
    """What one process enters around its update, its read and its write."""

    whole: Any
    read: Any
    write: Any


class Nothing:
    """A lock that locks nothing.

    Not a nullcontext: a virtual fork would copy that for each child, which makes a run four times
    as long; what is ours it knows to be constant.
    """

    __slots__ = ()

    def __enter__(self) -> bool:
        return True

    def __exit__(self, *exc: object) -> None:
        pass


OPEN: Final = Nothing()
_NO_LOCKS: Final = Locks(OPEN, OPEN, OPEN)


def hand_out(
    placement: str, processes: int, make_lock: Callable[[], Any], shared: Any = None
) -> list[Locks]:
    """The locks of each process.

    Args:
        make_lock: makes the locks that the placement needs, and no more: the one that all share
            at its first use, and one for each process that has its own.
        shared: the one that all share, if there is one already (a Value's own).
    """
    found = []
    for how in spread(placement, processes):
        if how is How.NONE:
            found.append(_NO_LOCKS)
            continue
        if how is How.OWN:
            found.append(Locks(make_lock(), OPEN, OPEN))
            continue
        if shared is None:
            shared = make_lock()
        found.append(_around(how, shared))
    return found


def _around(how: How, lock: Any) -> Locks:
    match how:
        case How.READ:
            return Locks(OPEN, lock, OPEN)
        case How.WRITE:
            return Locks(OPEN, OPEN, lock)
        case How.EACH:
            return Locks(OPEN, lock, lock)
        case How.ALL:
            return Locks(lock, OPEN, OPEN)
        case _:
            raise UsageError(f"The lock placement {how.value!r} has no meaning for one update.")
