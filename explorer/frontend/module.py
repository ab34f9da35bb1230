"""The virtual `multiprocessing` module, as functions under test receive it."""

from __future__ import annotations

from types import ModuleType

from explorer.frontend import process, sharedctypes, synchronize

multiprocessing = ModuleType("multiprocessing", "The virtual multiprocessing.")

multiprocessing.__dict__.update(
    Process=process.Process,
    current_process=process.current_process,
    parent_process=process.parent_process,
    active_children=process.active_children,
    Lock=synchronize.Lock,
    RLock=synchronize.RLock,
    Value=sharedctypes.Value,
    RawValue=sharedctypes.RawValue,
)
