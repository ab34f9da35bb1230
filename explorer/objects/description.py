"""What a shared object looks like to a person: its parts and who holds it.

Kept out of the state machines, so that those hold no words. An object of a kind that is not named
here is described by its `locations()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from explorer.model.text import show
from explorer.objects.base import SharedObject

#: A part's name and its value, both as text; the name is "" for the object as a whole.
Part = tuple[str, str]

MOST_PARTS: Final = 40


def describe(found: SharedObject) -> tuple[Part, ...]:
    """The parts of an object as they are now, and who waits at it."""
    parts = list(islice(_DESCRIBERS.get(found.kind, _locations)(found), MOST_PARTS))
    waiting = [actor.name for actor in found.waiting if not actor.ready]
    if waiting and found.kind != "clock":
        parts.append(("waited for by", ", ".join(waiting)))
    return tuple(parts)


def holders(found: Any) -> tuple[str, ...]:
    """The actors that hold an object which can be held."""
    if found.kind == "lock":
        return () if found.owner is None else (found.owner.name,)
    if found.kind == "semaphore" and found.initial:
        return _names(found.owners)
    return ()


def _names(actors: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(actor.name for actor in actors))


def _locations(found: Any) -> Iterator[Part]:
    for part, value in found.locations():
        yield ("" if part is None else f"[{show(part)}]"), show(value)


def _lock(lock: Any) -> Iterator[Part]:
    if lock.owner is None:
        yield "", "free"
    else:
        again = f", {lock.count} times" if lock.count > 1 else ""
        yield "", f"held by {lock.owner.name}{again}"


def _semaphore(semaphore: Any) -> Iterator[Part]:
    yield "", f"{semaphore.value} left"
    if semaphore.initial and semaphore.owners:
        yield "taken by", ", ".join(_names(semaphore.owners))


def _condition(condition: Any) -> Iterator[Part]:
    yield "asleep", ", ".join(_names(condition.sleepers)) or "nobody"
    if condition.permits:
        yield "notifications", str(len(condition.permits))


def _event(event: Any) -> Iterator[Part]:
    yield "", "set" if event.flag else "not set"
    if event.sleepers:
        yield "asleep", ", ".join(_names(event.sleepers))


_BARRIER: Final = {1: "leaving", -1: "being reset", -2: "broken"}


def _barrier(barrier: Any) -> Iterator[Part]:
    state = _BARRIER.get(barrier.state)
    yield "", state or f"{barrier.count} of {barrier.parties} have come"


def _stream(stream: Any) -> Iterator[Part]:
    yield "", show("".join(stream.written)[-60:])


_DESCRIBERS: Final[dict[str, Callable[[Any], Iterator[Part]]]] = {
    "lock": _lock,
    "semaphore": _semaphore,
    "condition": _condition,
    "event": _event,
    "barrier": _barrier,
    "stream": _stream,
}
