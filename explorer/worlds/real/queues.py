"""Queues, gated: Queue, JoinableQueue and SimpleQueue, and the threads that feed them.

After Lib/multiprocessing/queues.py. A feeder is an actor of its own, as it is in the model; it
asks before it writes an item into the pipe.
"""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import queues
from multiprocessing.reduction import ForkingPickler
from queue import Empty, Full
from typing import Any, Final

from explorer.model.text import show
from explorer.objects.channel import EMPTY, PARKED, UNFINISHED
from explorer.worlds.real import wire
from explorer.worlds.real.gate import SILENT, Gate, gate
from explorer.worlds.real.pipes import write_rest, write_some

_Queue: Any = queues.Queue
_Joinable: Any = queues.JoinableQueue
_Simple: Any = queues.SimpleQueue
_init: Final = _Queue.__init__
_joinable_init: Final = _Joinable.__init__
_simple_init: Final = _Simple.__init__
_put: Final = _Queue.put
_joinable_put: Final = _Joinable.put
_get: Final = _Queue.get
_simple_get: Final = _Simple.get
_simple_put: Final = _Simple.put
_start_thread: Final = _Queue._start_thread
_feed: Final = _Queue._feed
_join_thread: Final = _Queue.join_thread
_close: Final = _Queue.close
_getstate: Final = _Queue.__getstate__
_setstate: Final = _Queue.__setstate__
_simple_getstate: Final = _Simple.__getstate__
_simple_setstate: Final = _Simple.__setstate__
_SENTINEL: Final = queues._sentinel  # type: ignore[attr-defined]


def _made(real: Callable[..., None], label: str) -> Callable[..., None]:
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        _, self.gate_name = gate().made(label, lambda: real(self, *args, **kwargs))

    return init


def _putting(real: Callable[..., None]) -> Callable[..., None]:
    def put(self: Any, obj: Any, block: bool = True, timeout: float | None = None) -> None:
        """Take a slot, and give the item to the feeder."""
        here = gate()
        if self._closed or not here.open:
            real(self, obj, block, timeout)
            return

        def try_to() -> bool:
            try:
                real(self, obj, block, here.patience(timeout) if block else None)
            except Full:
                return False
            return True

        if self not in _fed(here):
            _fed(here).append(self)
        if not here.perform("put", self.gate_name, try_to, value=obj):
            raise Full

    return put


def _fed(here: Gate) -> list[Any]:
    """The queues that this process has put something into, in this order."""
    found: list[Any] = here.tables.setdefault("fed", [])
    return found


def start_thread(self: Any) -> None:
    """Start the feeder, which is to know its queue's name."""
    names = gate().tables.setdefault("feeders", {})
    names[id(self._buffer)] = self.gate_name
    _start_thread(self)


def feed(
    buffer: Any,
    notempty: Any,
    send_bytes: Any,
    writelock: Any,
    reader_close: Any,
    writer_close: Any,
    ignore_epipe: bool,
    onerror: Any,
    queue_sem: Any,
) -> None:
    """A feeder's life."""
    here = gate()
    name = here.tables.get("feeders", {}).get(id(buffer))
    if name is None:
        _feed(
            *(buffer, notempty, send_bytes, writelock, reader_close, writer_close),
            *(ignore_epipe, onerror, queue_sem),
        )
        return
    here.join(f"{here.process}/feeder of {name}")
    while True:
        with notempty:
            while not buffer:
                notempty.wait()
        item = buffer.popleft()
        if item is _SENTINEL:
            here.within(reader_close)
            here.within(writer_close)
            here.leave()
            return
        how = here.ask("flush", name)
        try:
            data = here.within(lambda item=item: ForkingPickler.dumps(item))  # type: ignore[misc]
        except Exception as error:
            here.act(
                lambda error=error: f"cannot be pickled: {type(error).__name__}",  # type: ignore[misc]
                _as_text,
            )
            here.within(lambda error=error, item=item: onerror(error, item))  # type: ignore[misc]
            here.perform("drop", name, queue_sem.release, result=lambda _: None)
            continue
        _flush(here, name, writelock, send_bytes.__self__, data, how)


class _Said:
    """A result that is shown as it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _as_text(text: str) -> _Said:
    return _Said(text)


def _flush(here: Gate, name: str, lock: Any, writer: Any, data: Any, how: int) -> None:
    """Write an item into the pipe, in two goes if it does not fit."""
    if how != wire.HALF:

        def whole() -> None:
            with lock:
                writer.send_bytes(data)

        here.act(whole, None)
        return

    def begin() -> memoryview:
        lock.acquire()
        return write_some(writer.fileno(), framed(data))

    rest = here.act(begin, lambda _: UNFINISHED)

    write_rest(here, "flush", name, lambda: writer._send(rest), lambda _: here.within(lock.release))


def framed(data: Any) -> bytes:
    """A message as a Connection writes it: its length first."""
    return len(data).to_bytes(4, "big") + bytes(data)


def get(self: Any, block: bool = True, timeout: float | None = None) -> Any:
    """Take an item out."""
    here = gate()
    if self._closed or not here.open:
        return _get(self, block, timeout)
    if here.ask("get", self.gate_name) == wire.HALF:
        here.act(self._rlock.acquire, lambda _: PARKED)
        data = here.perform("get", self.gate_name, lambda: _take_parked(self), result=_raw)
    else:
        data = here.act(lambda: _take(self, block, here.patience(timeout)), _raw)
    if data is None:
        raise Empty
    return ForkingPickler.loads(data)


def _raw(data: Any) -> Any:
    """The item, if it is plain data; the model shows others in another way."""
    if data is None:
        return EMPTY
    item = ForkingPickler.loads(data)
    return _Said(show(item)) if _is_plain(item) else SILENT


def _is_plain(item: Any) -> bool:
    if isinstance(item, list | tuple | set | frozenset):
        return all(map(_is_plain, item))
    if isinstance(item, dict):
        return all(_is_plain(part) for pair in item.items() for part in pair)
    return type(item) in (int, float, str, bytes, bool, complex, type(None))


def _take_parked(self: Any) -> Any:
    try:
        data = self._recv_bytes()
        self._sem.release()
        return data
    finally:
        self._rlock.release()


def _take(self: Any, block: bool, timeout: float | None) -> Any:
    """The message that is next; None if there is none in time."""
    if block and timeout is None:
        self._rlock.acquire()
        return _take_parked(self)
    if not self._rlock.acquire(block, timeout if block else None):
        return None
    if not self._poll(timeout if block and timeout else 0.0):
        self._rlock.release()
        return None
    return _take_parked(self)


def join_thread(self: Any) -> None:
    """Wait for the feeder of this process."""
    if gate().open and self._closed and self._jointhread and not _is_joined(self):
        _join_feeder(self)
    gate().within(lambda: _join_thread(self))


def _is_joined(self: Any) -> bool:
    return getattr(self, "gate_joined", None) is self._thread


def _join_feeder(self: Any) -> None:
    self.gate_joined = self._thread
    gate().perform("join_thread", self.gate_name, self._thread.join)


def join_feeders() -> None:
    """Wait for all feeders, at the end of the process."""
    for queue in gate().tables.get("fed", ()):
        if queue._thread is not None and not queue._joincancelled and not _is_joined(queue):
            gate().within(queue.close)
            _join_feeder(queue)


def _whole(name: str, owner: Any) -> None:
    real = getattr(owner, name)

    def method(self: Any) -> Any:
        return gate().perform(name, self.gate_name, lambda: real(self))

    setattr(owner, name, method)


def close(self: Any) -> None:
    """This process puts no more."""
    gate().within(lambda: _close(self))


def simple_put(self: Any, obj: Any) -> None:
    """Write an item into the pipe."""
    here = gate()
    if not here.open:
        _simple_put(self, obj)
        return
    data = ForkingPickler.dumps(obj)
    if self._writer.closed:
        raise OSError("handle is closed")
    how = here.ask("put", self.gate_name)
    if how != wire.HALF:
        here.act(lambda: _locked_send(self, data), None)
        return

    def begin() -> memoryview:
        self._wlock.acquire()
        return write_some(self._writer.fileno(), framed(data))

    rest = here.act(begin, lambda _: UNFINISHED)

    write_rest(
        here,
        "put",
        self.gate_name,
        lambda: self._writer._send(rest),
        lambda _: here.within(self._wlock.release),
    )


def _locked_send(self: Any, data: Any) -> None:
    with self._wlock:
        self._writer.send_bytes(data)


def simple_get(self: Any) -> Any:
    """Take the oldest item."""
    here = gate()
    if not here.open or self._reader.closed:
        return _simple_get(self)
    if here.ask("get", self.gate_name) == wire.HALF:
        here.act(self._rlock.acquire, lambda _: PARKED)
        data = here.perform("get", self.gate_name, lambda: _receive(self), result=_raw)
    else:
        data = here.act(lambda: _locked_receive(self), _raw)
    return ForkingPickler.loads(data)


def _receive(self: Any) -> Any:
    try:
        return self._reader.recv_bytes()
    finally:
        self._rlock.release()


def _locked_receive(self: Any) -> Any:
    self._rlock.acquire()
    return _receive(self)


def _with_name(real: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Its name goes with it to a spawned process."""
    return lambda self: (real(self), self.gate_name)


def _from_name(real: Callable[[Any, Any], Any]) -> Callable[[Any, Any], None]:
    def setstate(self: Any, state: Any) -> None:
        found, self.gate_name = state
        real(self, found)

    return setstate


def install() -> None:
    """Patch this interpreter, for good."""
    for name in ("qsize", "empty", "full"):
        _whole(name, _Queue)
    _whole("task_done", _Joinable)
    _whole("join", _Joinable)
    _whole("empty", _Simple)
    _Queue.__init__ = _made(_init, "Queue")
    _Joinable.__init__ = _made(_joinable_init, "JoinableQueue")
    _Simple.__init__ = _made(_simple_init, "SimpleQueue")
    _Queue.put, _Joinable.put = _putting(_put), _putting(_joinable_put)
    _Queue.get, _Simple.get, _Simple.put = get, simple_get, simple_put
    _Queue.__getstate__, _Queue.__setstate__ = _with_name(_getstate), _from_name(_setstate)
    _Simple.__getstate__ = _with_name(_simple_getstate)
    _Simple.__setstate__ = _from_name(_simple_setstate)
    _Queue._start_thread = start_thread
    _Queue._feed = staticmethod(feed)
    _Queue.join_thread, _Queue.close = join_thread, close
