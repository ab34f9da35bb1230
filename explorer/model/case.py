"""A case: everything that one run needs, and so everything that a replay needs.

A run is a pure function of its case. `complexity` is the one definition of "simpler".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from explorer.model.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Case:
    """What to run and how.

    Args:
        target: as on the command line: a scenario, a script, or `file.py::function`.
        arguments: the script's own `sys.argv[1:]`.
        parameters: a scenario's parameters (process count, sizes, lock placement).
        absent: names of processes that are left out: started, they end at once.
        seed: of the program's own `random`.
        timed: False treats time as unknown (see `Engine`).
        schedule: the decisions that differ from the default.
    """

    target: str
    arguments: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    seed: int = 0
    timed: bool = True
    schedule: Schedule = field(default_factory=Schedule)
