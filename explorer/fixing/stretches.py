"""Stretches of a program that should be one step: from which operation to which, in which call.

Of a lost update: from each read to the write that rests on it, of everybody who writes the same
object. Of what has no recognised cause: all that a process does to what it shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from explorer.fixing.measure import NO_WORK
from explorer.fixing.sites import MEETING, Site
from explorer.model.actor import MAIN
from explorer.report.spots import Spot


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the operation at `first` to the one at `last`, in one call of one function.

    Args:
        held: the locks that everybody who comes by holds all along.
        locks: those that everybody who comes by can reach, by the same expression.
        gate: the lock that comes with the object, if it does, …
        access: … and where the object is read or written.
    """

    first: Spot
    last: Spot
    held: frozenset[str]
    locks: Mapping[str, str]
    gate: str | None
    access: Spot

    def merged(self, other: Stretch) -> Stretch:
        """The same stretch, of those who came by there as well."""
        same = {lock: text for lock, text in self.locks.items() if other.locks.get(lock) == text}
        return replace(self, held=self.held & other.held, locks=same)


def of_updates(sites: Iterable[Site], objects: Iterable[str]) -> list[Stretch]:
    """The stretches of those who write one of these objects, resting on what they read."""
    wanted = set(objects)
    streams: dict[tuple[str, str], list[Site]] = {}
    for site in sites:
        if site.object in wanted:
            streams.setdefault((site.actor, site.label), []).append(site)
    return _merged(pair for stream in streams.values() for pair in _updates(stream))


def of_everything_shared(sites: Iterable[Site], *, main: bool) -> list[Stretch]:
    """From the first to the last that each process does to what others use too.

    Args:
        main: of the main process as well, which often does no more than look at the end.
    """
    known = list(sites)
    shared = _shared(known)
    streams: dict[str, list[Site]] = {}
    for site in known:
        if site.object in shared and not site.alone and (main or site.actor != MAIN):
            streams.setdefault(site.actor, []).append(site)
    return _merged((stream[0], stream[-1]) for stream in streams.values())


def _updates(stream: list[Site]) -> Iterator[tuple[Site, Site]]:
    """Each last read before a write, with the last write before the next read."""
    read: Site | None = None
    begin: Site | None = None
    last: Site | None = None
    for site in stream:
        if site.reads:
            if begin is not None and last is not None:
                yield begin, last
            read, begin, last = site, None, None
        else:
            begin, last = begin or read or site, site
    if begin is not None and last is not None:
        yield begin, last


def _shared(sites: list[Site]) -> set[str]:
    """The objects that several use at once and one of them changes."""
    users: dict[str, set[str]] = {}
    changed: set[str] = set()
    for site in sites:
        is_data = site.kind not in NO_WORK and site.kind != "stream"
        if not site.alone and (is_data or site.kind in MEETING):
            users.setdefault(site.object, set()).add(site.actor)
            if site.writes:
                changed.add(site.object)
    return {name for name, actors in users.items() if len(actors) > 1 and name in changed}


def _merged(pairs: Iterable[tuple[Site, Site]]) -> list[Stretch]:
    """The stretches between these sites, but for those where nobody else is there."""
    busy = (pair for pair in pairs if not (pair[0].alone and pair[1].alone))
    return unique(stretch for pair in busy if (stretch := stretch_of(*pair)) is not None)


def unique(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Those at the same lines made one, in their order in the source."""
    found: dict[tuple[str, int, int], Stretch] = {}
    for each in stretches:
        key = (each.first.file, each.first.line, each.last.line)
        found[key] = found[key].merged(each) if key in found else each
    return [found[key] for key in sorted(found)]


def stretch_of(first: Site, last: Site) -> Stretch | None:
    """From one site to another of the same process, in the innermost call that led to both."""
    ends = {call.number: call for call in last.calls}
    for call in first.calls:
        if call.number in ends:
            return Stretch(
                first=call.spot,
                last=ends[call.number].spot,
                held=first.held & last.held,
                locks=call.locks,
                gate=first.gate,
                access=first.calls[0].spot,
            )
    return None
