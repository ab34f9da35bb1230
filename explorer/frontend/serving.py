"""How a manager makes what processes wait for: locks, conditions, events, barriers, queues."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

from explorer.frontend import sync_proxies
from explorer.frontend.counts import compared, exact
from explorer.frontend.current import new_name
from explorer.frontend.sync_proxies import (
    AcquirerProxy,
    BarrierProxy,
    ConditionProxy,
    EventProxy,
)
from explorer.objects import served as waiting
from explorer.objects.semaphore import LARGEST


class Served:
    """Something to wait for that is about to be put into a server."""

    def __init__(
        self, label: str, machine: Callable[[str], Any], proxy: Any, **options: Any
    ) -> None:
        self.label = label
        self.machine = machine
        self.kind = proxy
        self.options = options

    def proxy(self, manager: Any, typeid: str) -> Any:
        """The proxy of it, once it is there."""
        machine = self.machine(new_name(self.label))
        parts = [machine]
        if isinstance(machine, waiting.ServedCondition) and not hasattr(machine.lock, "server"):
            parts.append(machine.lock)
        for part in parts:
            part.server = manager._server
            manager._server.objects.append(part)
        made = self.kind(manager, machine, typeid)
        made.__dict__.update(self.options)
        return made


def lock() -> Served:
    """For `Lock()`."""
    return Served("Lock", waiting.ServedLock, AcquirerProxy)


def rlock() -> Served:
    """For `RLock()`."""
    return Served("RLock", waiting.ServedRLock, AcquirerProxy)


def semaphore(value: int = 1) -> Served:
    """For `Semaphore()`."""
    return _permits("Semaphore", value, LARGEST)


def bounded_semaphore(value: int = 1) -> Served:
    """For `BoundedSemaphore()`."""
    return _permits("BoundedSemaphore", value, value)


def _permits(label: str, value: int, maximum: int) -> Served:
    value, maximum = exact(value), exact(maximum)
    if value < 0:
        raise ValueError("semaphore initial value must be >= 0")
    return Served(label, lambda name: waiting.ServedSemaphore(name, value, maximum), AcquirerProxy)


def condition(lock: Any = None) -> Served:
    """For `Condition()`."""

    def machine(name: str) -> waiting.ServedCondition:
        own = waiting.ServedRLock(f"{name}.lock") if lock is None else lock._object
        return waiting.ServedCondition(name, own)

    return Served("Condition", machine, ConditionProxy)


def event() -> Served:
    """For `Event()`."""
    return Served("Event", waiting.ServedEvent, EventProxy)


def barrier(parties: int, action: Any = None, timeout: float | None = None) -> Served:
    """For `Barrier()`; the action runs in the server."""
    return Served(
        "Barrier",
        lambda name: waiting.ServedBarrier(name, exact(parties), acts=action is not None),
        BarrierProxy,
        _action=action,
        _timeout=timeout,
    )


def queue(maxsize: int = 0) -> Served:
    """For `Queue()`."""
    return Served(
        "Queue", lambda name: waiting.ServedQueue(name, compared(maxsize)), sync_proxies.QueueProxy
    )


def joinable_queue(maxsize: int = 0) -> Served:
    """For `JoinableQueue()`."""
    return Served(
        "JoinableQueue",
        lambda name: waiting.ServedQueue(name, compared(maxsize)),
        sync_proxies.JoinableQueueProxy,
    )


def row(typecode: str, sequence: Any, lock: Any = True) -> Any:
    """For `Array()`."""
    return array(typecode, sequence)
