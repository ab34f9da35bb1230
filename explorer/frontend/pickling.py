"""How values travel between processes: pickled by the sender, unpickled by whoever takes them.

Handles of shared objects are the same Python object in every process, so a pickled handle is only
its name, looked up in the run. Most handles refuse to be pickled unless a process is just being
started, as CPython's do (Lib/multiprocessing/context.py, `assert_spawning`).
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from explorer.frontend.current import slot, world
from explorer.model.text import show

#: Values that cannot be changed and look the same from every process.
PLAIN: Final = frozenset({int, float, str, bytes, bool, type(None), complex})


class _Spawning:
    """Whether the arguments of a process that is being spawned are just being pickled."""

    now = False


@contextmanager
def spawning() -> Iterator[None]:
    """Let handles be pickled in here that travel by inheritance only."""
    before, _Spawning.now = _Spawning.now, True
    try:
        yield
    finally:
        _Spawning.now = before


def assert_spawning(handle: object) -> None:
    """Refuse to pickle `handle` unless a process is being started."""
    if not _Spawning.now:
        raise RuntimeError(
            f"{type(handle).__name__} objects should only be shared between processes "
            "through inheritance"
        )


class Travelling:
    """A handle that can be sent to another process: a proxy, a connection."""

    _object: Any

    def __reduce__(self) -> Any:
        return _arrive, (self._ticket(),)

    def _ticket(self) -> tuple[str, str]:
        """The name by which the handle is found again."""
        ticket = (type(self).__qualname__, self._object.name)
        world().runtime.handles[ticket] = self
        return ticket

    def _arrived(self) -> None:
        """The handle was unpickled by the running process."""


class Inherited(Travelling):
    """A handle that only a child gets, from the parent that starts it."""

    def __reduce__(self) -> Any:
        assert_spawning(self)
        return super().__reduce__()


def _arrive(ticket: tuple[str, str]) -> Any:
    handle: Travelling = world().runtime.handles[ticket]
    handle._arrived()
    return handle


class Packed(bytes):
    """A pickle that knows what it is a pickle of, for the traces that are looked at."""

    text: str | None = None

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>" if self.text is None else self.text


def dumps(value: Any) -> bytes:
    """The pickle of `value`, as it goes into a pipe."""
    data = pickle.dumps(value)
    looked_at = getattr(slot.world, "recorder", None) is not None
    return labelled(data, show(value)) if looked_at else data


def labelled(data: bytes, text: str) -> Packed:
    """The same bytes, shown as `text`."""
    packed = Packed(data)
    packed.text = text
    return packed


def dumps_in(process: Any, value: Any) -> bytes:
    """The pickle of `value`, made in the memory of `process`, whoever is running."""
    running = slot.world
    here, there = running.space, process.main.context
    if here is there:
        return dumps(value)
    running.change_space(there)
    try:
        return dumps(value)
    finally:
        running.change_space(here)


def loads(data: bytes) -> Any:
    """The value, unpickled in the running process."""
    return pickle.loads(data)


def copied(value: Any) -> Any:
    """What arrives when `value` is sent to another process."""
    return value if type(value) in PLAIN else pickle.loads(pickle.dumps(value))
