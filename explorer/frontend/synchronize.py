"""`multiprocessing.synchronize`: everything that processes wait for each other with."""

from __future__ import annotations

from explorer.frontend.conditions import Barrier, Condition, Event
from explorer.frontend.locks import BoundedSemaphore, Lock, RLock, Semaphore, SemLock

__all__ = [
    "Barrier",
    "BoundedSemaphore",
    "Condition",
    "Event",
    "Lock",
    "RLock",
    "SemLock",
    "Semaphore",
]
