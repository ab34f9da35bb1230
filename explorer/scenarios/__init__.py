"""The built-in programs to hunt in, each right or wrong depending on its parameters."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from explorer.errors import UsageError
from explorer.scenarios import (
    counter_file,
    counter_manager,
    counter_memory,
    deadlocks,
    leaks,
    output,
    queues,
    unguarded,
)
from explorer.scenarios.base import Scenario

#: All of them, in the order in which they are listed and hunted.
SCENARIOS: Final = (
    counter_manager.DICT,
    counter_memory.VALUE,
    counter_memory.RAW_VALUE,
    counter_memory.ARRAY,
    counter_manager.NAMESPACE,
    counter_file.FILE,
    unguarded.TWO_LOCK_OBJECTS,
    unguarded.JOIN_INSTEAD_OF_LOCK,
    deadlocks.LOCK_TWICE,
    deadlocks.LOCK_ORDER,
    deadlocks.PHILOSOPHERS,
    leaks.LOCK_LEAKED,
    leaks.LOCK_HOLDER_KILLED,
    queues.SENTINEL,
    queues.EMPTY,
    queues.FULL,
    queues.JOIN_BEFORE_DRAIN,
    queues.TASK_DONE,
    output.GARBLED_OUTPUT,
    output.DAEMON_CUT_OFF,
)

_BY_NAME: Final = {scenario.name: scenario for scenario in SCENARIOS}


def is_scenario(name: str) -> bool:
    """Whether a scenario has exactly that name."""
    return name in _BY_NAME


def find(name: str) -> Scenario:
    """The scenario of that name.

    Raises:
        UsageError: there is none; says which names are close.
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    close = get_close_matches(name, _BY_NAME, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    raise UsageError(
        f"There is no scenario {name!r}.{hint} `race-explorer list` shows all {len(SCENARIOS)}."
    )
