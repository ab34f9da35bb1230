"""The set of outcomes that a scenario can have, by brute force over every schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.frontend.install import installed
from explorer.scenarios import find
from explorer.scenarios.base import Scenario
from explorer.worlds.virtual import VirtualWorld
from tests.helpers.enumerate import runs

FINE = "fine"
STUCK = "stuck"
MOST = 60_000  # schedules of one program


def outcomes(name: str, *, timed: bool = True, **chosen: Any) -> set[Any]:
    """All the outcomes of a scenario with these parameters, the others at their default."""
    scenario = find(name)
    parameters = scenario.complete(chosen)

    def body(mp: Any) -> None:
        scenario.body(mp, **parameters)

    with installed():
        return {
            outcome(world, scenario, parameters) for world, _ in runs(body, timed=timed, limit=MOST)
        }


def outcome(world: VirtualWorld, scenario: Scenario, parameters: Mapping[str, Any]) -> Any:
    """How a run ended: what was raised, or "stuck", or what the last write left, or "fine"."""
    assert not world.cut_off, "the run reached its limit of steps"
    for process in world.processes:
        if process.exitcode and not process.killed:
            return type(process.error).__name__
    if world.stranded:
        return STUCK
    if scenario.check is not None:
        try:
            scenario.check("".join(world.runtime.output), **parameters)
        except AssertionError:
            return "AssertionError"
    written = [
        operation.value
        for _, operation, _ in world.log
        if operation.kind.name == "write" and operation.object.kind != "stream"
    ]
    return written[-1] if written else FINE
