"""What belongs to one process and is seen by its threads: how it is operated on, made and copied.

As long as a process has one thread, nobody else can see such a thing: what need not wait is no
operation then, and waiting is waiting for ever (or for the time-out), a deadlock of the process
with itself instead of a hanging interpreter. From its first `Thread.start` on, all that is done is
an operation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from explorer.engine.clock import nanoseconds
from explorer.frontend.current import inside, slot, world
from explorer.model.actor import new_actor
from explorer.model.operation import Operation, OperationKind, Raised, Refused
from explorer.objects.process import ProcessObject


def has_threads(process: ProcessObject) -> bool:
    """Whether a process has, or had, more than one thread that the program can see."""
    return "Thread" in process.counters


class Private:
    """A handle of something that belongs to one process."""

    _object: Any

    def _attach(self, machine: Any) -> None:
        self._object = machine
        running = world()
        running.runtime.private.setdefault(running.running.process, []).append(machine)

    def _do(self, kind: OperationKind, value: Any = None, timeout: int | None = None) -> Any:
        """Perform an operation; without an event if no other thread can tell."""
        machine = self._object
        return do(Operation(kind, machine, None, value, timeout))

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle '_thread.lock' object")

    def forked(self, child: ProcessObject, copy: Callable[[Any], Any]) -> None:
        """This is the copy that a child gets."""
        running = slot.world
        self._object = self._copy(child, running.running, copy)
        running.runtime.private.setdefault(child, []).append(self._object)

    def _copy(self, child: ProcessObject, forking: Any, copy: Callable[[Any], Any]) -> Any:
        return self._object.copied(child, forking, copy)


def do(operation: Operation) -> Any:
    """See `Private._do`."""
    running = slot.world
    if running is None:
        return _after_the_run(operation)
    actor = running.running
    if has_threads(actor.process):
        return running.perform(operation)
    kind = operation.kind
    if kind.ready is not None and not kind.ready(operation.object, actor, operation):
        return running.perform(operation)
    if running.closing:
        running.refuse()
    actor.expired = False
    try:
        result = kind.apply(operation.object, actor, operation)
    except Refused as refused:
        raise refused.error from None
    if type(result) is Raised:
        raise result.error
    return result


_OUTSIDER: Final = new_actor(-2, "outside", None)


def _after_the_run(operation: Operation) -> Any:
    """The library goes on with what was made in a run: `logging` closes its handlers at exit."""
    try:
        return operation.kind.apply(operation.object, _OUTSIDER, operation)
    except Refused:
        return None


def limit_of(timeout: float | None) -> int | None:
    """A time-out as these take it: None waits for ever, what is not positive polls."""
    return None if timeout is None else nanoseconds(timeout)


def make_virtual(classes: dict[type, type]) -> None:
    """Let virtual processes get our subclass when they make one of these; stays for ever.

    (A class whose `__new__` was taken away again refuses arguments.)
    """
    for real, virtual in classes.items():
        if "__new__" not in vars(real):
            real.__new__ = _maker(real, virtual)  # type: ignore[method-assign]


def _maker(real: type, virtual: type) -> Any:
    def make(cls: type, *args: Any, **kwargs: Any) -> Any:
        if cls is not real or inside() is None or not _suits(*args, **kwargs):
            return object.__new__(cls)
        return object.__new__(virtual)

    return make


def _suits(lock: Any = None, *args: Any, **kwargs: Any) -> bool:
    """Whether a Condition's lock is one of ours, and not one of several processes, say."""
    lock = kwargs.get("lock", lock)
    return not hasattr(lock, "acquire") or isinstance(lock, Private)
