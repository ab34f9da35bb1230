"""How searches share the workers and the time of a session.

A hunt is split into shards only where workers would idle otherwise: with two workers and one
marked test the test is there twice, each with half the examples and a seed of its own, so the two
do not repeat each other. The first shard keeps the test's name, so that names do not depend on
how many workers there are. Workers do not talk to each other: what both find is saved to the same
file, and the controller unites what they saw.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import pytest

from explorer.pytest_plugin.items import keep_for_pytest, options_of_item
from explorer.pytest_plugin.marker import RaceOptions
from explorer.pytest_plugin.options import Settings, settings_of

OPTIONS: Final = pytest.StashKey[RaceOptions]()
SHARE: Final = pytest.StashKey["Share"]()
_CLOCK: Final = pytest.StashKey["Clock"]()


@dataclass(frozen=True, slots=True)
class Share:
    """One item's part of its test's search, and of the session's time."""

    shard: int = 0
    shards: int = 1
    seconds: float | None = None


@dataclass(slots=True)
class Clock:
    """Splits the session's seconds over what is left to do, counted from the first search on."""

    seconds: float
    items: int  # left for this process, as far as it knows
    began: float | None = None

    def next(self) -> float:
        """The seconds of the next search."""
        if self.began is None:
            self.began = perf_counter()
        left = max(0.0, self.seconds - (perf_counter() - self.began))
        share = left / max(1, self.items)
        self.items -= 1
        return max(share, 0.001)


def prepare(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Find the marked tests among the items, give each its options, and split them."""
    found: list[tuple[Any, RaceOptions]] = []
    for item in items:
        options = options_of_item(item)
        if options is not None:
            found.append((item, options))
    if not found:
        return
    settings = settings_of(config)
    # What is expected has to be found by one of them, and shards do not talk to each other.
    hunts = [item for item, options in found if not options.verify and not options.expect]
    shards = shards_for(settings, worker_count(config), len(found))
    for item, options in found:
        keep_for_pytest(item, options)
        item.stash[OPTIONS] = options
        item.stash[SHARE] = Share(0, shards if item in hunts else 1)
    for item in hunts:
        _add_shards(item, shards, items)
    if settings.seconds is not None:
        _set_clock(config, settings.seconds, items)


def shards_for(settings: Settings, workers: int, tests: int) -> int:
    """Into how many shards to split each hunt."""
    if settings.workers is not None:
        return settings.workers
    return max(1, -(-workers // tests)) if workers > 1 else 1


def worker_count(config: pytest.Config) -> int:
    """How many processes run the session's tests."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        return int(worker.get("workercount", 1))
    return 1


def share_of(item: Any) -> Share:
    """The item's part, with its time as of now."""
    share: Share = item.stash.get(SHARE, Share())
    clock = item.config.stash.get(_CLOCK, None)
    seconds = None if clock is None else clock.next()
    return Share(share.shard, share.shards, seconds)


def _set_clock(config: pytest.Config, seconds: float, items: Iterable[pytest.Item]) -> None:
    """Each worker takes the items that come to it as its part of them all."""
    searches = sum(OPTIONS in item.stash for item in items)
    config.stash[_CLOCK] = Clock(seconds, -(-searches // worker_count(config)))


def _add_shards(item: Any, shards: int, items: list[pytest.Item]) -> None:
    """Put the other shards of a test behind it."""
    place = items.index(item) + 1
    for shard in range(1, shards):
        other = _clone(item, shard, shards)
        other.stash[SHARE] = Share(shard, shards)
        items.insert(place + shard - 1, other)


def _clone(item: Any, shard: int, shards: int) -> Any:
    name = f"{item.originalname}@{shard + 1}of{shards}"
    other: Any = pytest.Function.from_parent(
        item.parent,
        name=item.name.replace(item.originalname, name, 1),
        originalname=name,
        callspec=getattr(item, "callspec", None),
        callobj=item.obj,
        fixtureinfo=item._fixtureinfo,
    )
    other.race_base = item.nodeid
    other.originalname = item.originalname
    other.race_needed = item.race_needed
    other.fixturenames = list(item.fixturenames)
    other.add_marker("races")
    other.stash[OPTIONS] = item.stash[OPTIONS]
    return other
