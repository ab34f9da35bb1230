"""Driving the state machines by hand: no world, no greenlets, one operation at a time."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.model.actor import Actor, new_actor
from explorer.model.operation import Operation, OperationKind, Refused
from explorer.objects.process import ProcessObject, new_process

#: What `attempt` returns where the real operation would wait.
WAITS = "waits"


def process(name: str, parent: ProcessObject | None = None) -> ProcessObject:
    """A process with one thread."""
    made = new_process(name, parent)
    made.main = new_actor(0, name, made)
    made.actors.append(made.main)
    return made


def actor(name: str) -> Actor:
    """The main thread of a process of its own."""
    main = process(name).main
    assert main is not None
    return main


def attempt(
    who: Actor,
    kind: OperationKind,
    thing: Any,
    key: Any = None,
    value: Any = None,
    gate: Any = None,
    *,
    late: bool = False,
    operation: Operation | None = None,
) -> Any:
    """The result of an operation, or WAITS; `late`: its time-out has expired."""
    operation = operation or Operation(kind, thing, key, value, gate=gate)
    who.pending, who.expired = operation, late
    if kind.ready is not None and not late and not kind.ready(thing, who, operation):
        return WAITS
    try:
        return kind.apply(thing, who, operation)
    finally:
        thing.check()


def refusal(who: Actor, kind: OperationKind, thing: Any, **options: Any) -> str:
    """What the real operation would raise, as "Type: text"."""
    with pytest.raises(Refused) as caught:
        attempt(who, kind, thing, **options)
    return f"{type(caught.value.error).__name__}: {caught.value.error}"
