"""Pipes, gated: the methods of `multiprocessing.connection.Connection`, and `wait`.

A write that does not fit is two operations in the model: what goes in at once, and the rest.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from multiprocessing import connection, reduction
from multiprocessing.connection import Connection
from typing import Any, Final

from explorer.worlds.real import wire
from explorer.worlds.real.gate import Gate, gate

_real: Any = Connection
_send: Final = _real._send
_recv: Final = _real.recv
_recv_bytes: Final = _real._recv_bytes
_poll: Final = _real._poll
_close: Final = _real.close
_pipe: Final = connection.Pipe
_wait: Final = connection.wait
_reduce: Final = vars(connection)["reduce_connection"]


def pipe(duplex: bool = True) -> tuple[Any, Any]:
    """A pipe; its ends, and the streams between them, have names."""
    here = gate()
    ends: tuple[Any, Any]
    ends, name = here.made("Pipe", lambda: _pipe(duplex))
    first, second = ends
    if name is not None:
        into_first, into_second = name, None
        if duplex:
            into_first, into_second = f"{name} to [0]", f"{name} to [1]"
        first.gate_names = (f"{name}[0]", into_first, into_second)
        second.gate_names = (f"{name}[1]", into_second, into_first)
    return first, second


def _names(self: Any) -> tuple[str | None, str | None, str | None]:
    """The end, the stream it reads from and the one it writes to."""
    found: tuple[str | None, str | None, str | None]
    found = getattr(self, "gate_names", (None, None, None))
    return found


def send(self: Any, buf: Any) -> None:
    """Write one piece: a message, or the header or the body of a long one."""
    here = gate()
    label = _names(self)[2]
    if label is None or not here.open:
        _send(self, buf)
        return
    if here.ask("send", label) != wire.HALF:
        here.act(lambda: _send(self, buf), lambda _: True)
        return
    rest = here.act(lambda: write_some(self.fileno(), buf), lambda _: False)
    write_rest(here, "send", label, lambda: _send(self, rest), lambda _: True)


def write_rest(
    here: Gate, name: str, label: str, rest: Callable[[], Any], result: Callable[[Any], Any]
) -> None:
    """The second half of a write that does not fit: it goes in as readers make room.

    So it goes on while it is being asked for; only its end waits for the grant.
    """
    here.ask_only(name, label)
    try:
        here.within(rest)
    except OSError as error:
        here.wait_for_answer()
        here.say_done(error, raised=True)
        raise
    here.wait_for_answer()
    here.say_done(result(None))


def write_some(descriptor: int, data: Any) -> memoryview:
    """Write what goes in without waiting; what is left."""
    rest = memoryview(data)
    os.set_blocking(descriptor, False)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except BlockingIOError:
        pass
    finally:
        os.set_blocking(descriptor, True)
    return rest


def recv(self: Any) -> Any:
    """Read one object."""
    here = gate()
    if _names(self)[1] is None or not here.open:
        return _recv(self)
    self._check_closed()
    self._check_readable()
    return here.perform("recv", _names(self)[1], lambda: _recv(self))


def recv_bytes(self: Any, maxsize: int | None = None) -> Any:
    """Read one message."""
    return gate().perform(
        "recv",
        _names(self)[1],
        lambda: _recv_bytes(self, maxsize),
        result=lambda read: None if read is None else read.getvalue(),
    )


def poll(self: Any, timeout: float | None) -> bool:
    """Whether there is something to read."""
    here = gate()
    answer = here.perform("poll", _names(self)[1], lambda: _poll(self, here.patience(timeout)))
    return bool(answer)


def close(self: Any) -> None:
    """Close this process's copy."""
    if self.closed:
        return
    gate().perform("close", _names(self)[0], lambda: _close(self))


def wait(object_list: Iterable[Any], timeout: float | None = None) -> list[Any]:
    """Wait for connections and process sentinels."""
    here = gate()
    objects = list(object_list)
    if not here.open:
        return _wait(objects, timeout)
    sentinels = here.tables.get("sentinels", {})
    names = [
        _names(found)[1] if isinstance(found, Connection) else sentinels.get(found)
        for found in objects
    ]
    label = None if None in names else " or ".join(str(name) for name in names) or "nothing"
    return here.perform(
        "wait",
        label,
        lambda: _wait(objects, here.patience(timeout)),
        result=lambda ready: [place for place, found in enumerate(objects) if found in ready],
    )


def reduce(self: Any) -> Any:
    """The names go with an end to a spawned process."""
    return rebuild, (_reduce(self), _names(self))


def rebuild(reduced: Any, names: tuple[str | None, str | None, str | None]) -> Any:
    """The other half of `reduce`."""
    function, arguments = reduced
    found = function(*arguments)
    found.gate_names = names
    return found


def install() -> None:
    """Patch this interpreter, for good."""
    _real._send, _real._recv_bytes, _real._poll = send, recv_bytes, poll
    _real.recv, _real.close = recv, close
    reduction.register(Connection, reduce)
    vars(connection).update(Pipe=pipe, wait=wait)
