"""What a shared object looks like to a person: its parts and who holds it.

Kept out of the state machines, so that those hold no words. An object of a kind that is not named
here is described by its `locations()`.
"""

from __future__ import annotations

import io
import pickle
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
    if getattr(condition, "permits", ()):
        yield "notifications", str(len(condition.permits))


def _event(event: Any) -> Iterator[Part]:
    yield "", "set" if event.flag else "not set"
    if getattr(event, "sleepers", ()):
        yield "asleep", ", ".join(_names(event.sleepers))


_BARRIER: Final = {1: "leaving", -1: "being reset", -2: "broken"}


def _barrier(barrier: Any) -> Iterator[Part]:
    state = _BARRIER.get(barrier.state)
    yield "", state or f"{barrier.count} of {barrier.parties} have come"


def _stream(stream: Any) -> Iterator[Part]:
    yield "", show("".join(stream.written)[-60:])


class _Plain(pickle.Unpickler):
    """Reads back numbers, texts and containers; refuses whatever would run the program's code."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        raise pickle.UnpicklingError(f"{module_name}.{global_name}")


def tell(found: SharedObject, value: Any) -> str:
    """What was put into an object or came out of it: of a queue the item, not its pickle."""
    if isinstance(value, bytes) and _DESCRIBERS.get(found.kind) is _channel:
        return _message(value)
    return show(value)


def _message(message: bytes) -> str:
    """An item in a pipe: its value if that is plain, else its size."""
    try:
        return show(_Plain(io.BytesIO(message)).load())
    except Exception:  # whatever a damaged pickle raises
        return f"<{len(message)} bytes>"


def _channel(channel: Any) -> Iterator[Part]:
    if "unbounded" not in channel.kind and hasattr(channel, "slots"):
        yield "slots taken", f"{channel.taken} of {channel.slots}"
    for process, buffer in getattr(channel, "buffers", {}).items():
        if buffer.items:
            items = ", ".join(show(item) for item in islice(buffer.items, MOST_PARTS))
            yield f"buffer of {process.name}", items
    messages = ", ".join(_message(each) for each in islice(channel.messages, MOST_PARTS))
    yield "pipe", messages or "empty"
    if hasattr(channel, "tasks"):
        yield "tasks left", str(channel.tasks)


def _managed_queue(queue: Any) -> Iterator[Part]:
    yield "", ", ".join(show(item) for item in islice(queue.items, MOST_PARTS)) or "empty"


def _manager(server: Any) -> Iterator[Part]:
    yield "", "has ended" if server.down else "running"


def _pipe(stream: Any) -> Iterator[Part]:
    size = len(stream.data)
    yield "on its way", f"{size} {'byte' if size == 1 else 'bytes'}" if size else "nothing"


def _end(end: Any) -> Iterator[Part]:
    yield "open in", ", ".join(process.name for process in end.processes) or "no process"


_DESCRIBERS: Final[dict[str, Callable[[Any], Iterator[Part]]]] = {
    "lock": _lock,
    "semaphore": _semaphore,
    "condition": _condition,
    "event": _event,
    "barrier": _barrier,
    "stream": _stream,
    "queue": _channel,
    "unbounded queue": _channel,
    "joinable queue": _channel,
    "unbounded joinable queue": _channel,
    "simple queue": _channel,
    "managed queue": _managed_queue,
    "manager": _manager,
    "pipe": _pipe,
    "end": _end,
}
