"""`multiprocessing.Queue`, `JoinableQueue` and `SimpleQueue`.

The feeder of a queue is a hidden actor of each process that puts; see `objects.queue`. A process
that ends waits for its feeders (`join_feeders`).

PYTEST_DONT_REWRITE: these assertions are CPython's, to the letter.
"""

from __future__ import annotations

from functools import partial
from queue import Empty, Full
from types import GenericAlias
from typing import Any

from explorer.frontend.counts import exact
from explorer.frontend.current import new_name, slot, world
from explorer.frontend.failures import failure_text
from explorer.frontend.locks import wait_of
from explorer.frontend.pickling import Inherited, dumps, dumps_in, loads
from explorer.model.actor import Actor
from explorer.model.operation import Operation, OwnedOperation
from explorer.objects import channel as channels
from explorer.objects import queue as queues
from explorer.objects.process import ProcessObject
from explorer.objects.semaphore import LARGEST


class Queue(Inherited):
    """A virtual `multiprocessing.Queue`."""

    _bounded: type[queues.Queue] = queues.Queue
    _unbounded: type[queues.Queue] = queues.UnboundedQueue
    _put = queues.PUT
    _try_put = queues.TRY_PUT

    def __init__(self, maxsize: int = 0, *, ctx: Any = None) -> None:
        kind = self._bounded if maxsize > 0 else self._unbounded
        self._maxsize = exact(maxsize) if maxsize > 0 else LARGEST
        self._object: Any = kind(new_name(kind.label), self._maxsize)
        self._perform = world().perform

    def put(self, obj: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put an item in; it is pickled and written later, by this process's feeder."""
        process = self._open()
        wait = wait_of(timeout) if block and timeout is not None else None
        buffer = self._object.buffers.get(process) or self._make_buffer(process)
        kind = self._put if block and wait != 0 else self._try_put
        if self._maxsize == LARGEST:
            kind = self._try_put
        if not self._perform(OwnedOperation(kind, self._object, process, obj, wait)):
            raise Full
        feed(slot.world, self._object, process, buffer, self._on_queue_feeder_error)

    def _open(self) -> ProcessObject:
        process: ProcessObject = slot.world.running.process
        if process in self._object.closed:
            raise ValueError(f"Queue {self!r} is closed")
        return process

    def _make_buffer(self, process: ProcessObject) -> queues.Buffer:
        buffer = self._object.buffers[process] = queues.Buffer(partial(dumps_in, process))
        return buffer

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take an item out: the oldest that has arrived in the pipe."""
        process = self._open()
        wait = wait_of(timeout) if block and timeout is not None else None
        return _get(self._perform, self._object, process, block and wait != 0, wait)

    def put_nowait(self, obj: Any) -> None:
        """Put an item in if there is room."""
        self.put(obj, False)

    def get_nowait(self) -> Any:
        """Take an item out if one has arrived."""
        return self.get(False)

    def qsize(self) -> int:
        """How many items were put and not taken, wherever they are."""
        return int(self._perform(Operation(queues.QSIZE, self._object)))

    def empty(self) -> bool:
        """Whether nothing has arrived."""
        process = slot.world.running.process
        return bool(self._perform(OwnedOperation(queues.EMPTY_NOW, self._object, process)))

    def full(self) -> bool:
        """Whether there is no room."""
        return bool(self._perform(Operation(queues.FULL, self._object)))

    def close(self) -> None:
        """This process puts no more; what it has put still goes out."""
        process = slot.world.running.process
        if process not in self._object.closed:
            self._object.closed.append(process)

    def join_thread(self) -> None:
        """Wait until all that this process has put has gone into the pipe."""
        process = slot.world.running.process
        assert process in self._object.closed, f"Queue {self!r} not closed"
        _join_feeder(self._object, process)

    def cancel_join_thread(self) -> None:
        """Let this process end without its items having gone out."""
        process = slot.world.running.process
        (self._object.buffers.get(process) or self._make_buffer(process)).joins = False

    @staticmethod
    def _on_queue_feeder_error(e: Exception, obj: Any) -> None:
        """Called when an item could not be pickled; subclasses may override it, as in CPython."""
        slot.world.runtime.write_error(failure_text(e))

    def __repr__(self) -> str:
        kind = type(self)
        return f"<multiprocessing.queues.{kind.__qualname__} object at {self._object.name}>"

    __class_getitem__: Any = classmethod(GenericAlias)


def _get(
    perform: Any, channel: channels.Channel, process: ProcessObject, block: bool, wait: int | None
) -> Any:
    """Take a message out of a pipe and unpickle it.

    Raises:
        Empty: there was none in time.
    """
    kind = channels.GET if block else channels.POLL
    end = None if wait is None else slot.world.now + wait
    result = perform(OwnedOperation(kind, channel, process, None, wait if block else None))
    if result is channels.PARKED:
        left = None if end is None else max(0, end - slot.world.now)
        result = perform(OwnedOperation(channels.RECEIVE, channel, process, None, left))
    if result is channels.EMPTY:
        raise Empty
    return loads(result)


def feed(
    running: Any,
    queue: queues.Queue,
    process: ProcessObject,
    buffer: queues.Buffer,
    report: Any,
) -> None:
    """See that the feeder of `process` has work to do, now that something was put."""
    feeder = buffer.feeder
    if feeder is None:
        flush = OwnedOperation(queues.FLUSH, queue, process)
        name = f"{process.name}/feeder of {queue.name}"
        go_on = partial(_after_flush, queue, process, buffer, report)
        buffer.feeder = running.add_hidden(name, process, flush, go_on)
        process.belongings.append(queue)
    elif feeder.pending is None:
        running.post(feeder, OwnedOperation(queues.FLUSH, queue, process))


def _after_flush(
    queue: queues.Queue, process: ProcessObject, buffer: queues.Buffer, report: Any
) -> None:
    """What a feeder does next."""
    running, feeder = slot.world, buffer.feeder
    assert feeder is not None
    if queue.writer is feeder and queue.room.full:
        running.post(feeder, OwnedOperation(queues.FINISH_FLUSH, queue, process))
    elif buffer.failure is not None:
        report(*buffer.failure)
        running.post(feeder, OwnedOperation(queues.DROP, queue, process))
    elif buffer.items:
        running.post(feeder, OwnedOperation(queues.FLUSH, queue, process))
    else:
        _rest(running, feeder)


def _rest(running: Any, feeder: Actor) -> None:
    feeder.pending = None
    running.suspend(feeder)


def _join_feeder(queue: queues.Queue, process: ProcessObject) -> None:
    buffer = queue.buffers.get(process)
    if buffer is None or buffer.feeder is None or buffer.joined or not buffer.joins:
        return
    slot.world.perform(OwnedOperation(queues.JOIN_THREAD, queue, process))


def join_feeders(process: ProcessObject) -> None:
    """Wait until all that a process has put has gone into pipes; called when it ends."""
    for queue in list(process.belongings):
        if isinstance(queue, queues.Queue):
            _join_feeder(queue, process)


class JoinableQueue(Queue):
    """A virtual `multiprocessing.JoinableQueue`."""

    _bounded = queues.JoinableQueue
    _unbounded = queues.UnboundedJoinableQueue
    _put = queues.PUT_TASK
    _try_put = queues.TRY_PUT_TASK

    def task_done(self) -> None:
        """One of the items that were taken has been dealt with."""
        self._perform(Operation(queues.TASK_DONE, self._object))

    def join(self) -> None:
        """Wait until all items have been dealt with."""
        self._perform(Operation(queues.JOIN, self._object))


class SimpleQueue(Inherited):
    """A virtual `multiprocessing.SimpleQueue`: no feeder, no bound but the pipe's."""

    def __init__(self, *, ctx: Any = None) -> None:
        self._object: Any = channels.SimpleQueue(new_name("SimpleQueue"))
        self._perform = world().perform

    def _open(self) -> ProcessObject:
        process: ProcessObject = slot.world.running.process
        if process in self._object.closed:
            raise OSError("handle is closed")
        return process

    def put(self, obj: Any) -> None:
        """Write an item into the pipe; waits where it does not fit."""
        message = dumps(obj)
        self._open()
        if self._perform(Operation(channels.PUT, self._object, None, message)) is not None:
            self._perform(Operation(channels.FINISH_PUT, self._object))

    def get(self) -> Any:
        """Take the oldest item."""
        return _get(self._perform, self._object, self._open(), True, None)

    def empty(self) -> bool:
        """Whether the pipe is empty."""
        self._open()
        return bool(self._perform(Operation(channels.EMPTY_NOW, self._object)))

    def close(self) -> None:
        """This process uses it no more."""
        process = slot.world.running.process
        if process not in self._object.closed:
            self._object.closed.append(process)

    __class_getitem__: Any = classmethod(GenericAlias)


__all__ = ["Empty", "Full", "JoinableQueue", "Queue", "SimpleQueue"]
