"""The shared counter in shared memory: a Value, a Value without a lock, a cell of an Array.

Nothing is asserted at the end: that an update was lost shows in the trace alone, as it must for
users who assert nothing, and the minimal case is then the read and the write of two processes.
"""

from __future__ import annotations

from typing import Any, Final

from explorer.model.verdict import Kind
from explorer.scenarios.base import Parameter, Scenario
from explorer.scenarios.placement import OF_AN_UPDATE, hand_out, placements

PARAMETERS: Final = (
    Parameter("processes", (2, 3, 4, 5)),
    Parameter("increments", (1, 2, 3)),
    Parameter("placement", placements(OF_AN_UPDATE)),
)


def add(counter: Any, whole: Any, read: Any, write: Any, increments: int) -> None:
    """Count up in a Value."""
    for _ in range(increments):
        with whole:
            with read:
                seen = counter.value
            with write:
                counter.value = seen + 1


def add_to_cell(cells: Any, whole: Any, read: Any, write: Any, increments: int) -> None:
    """Count up in the first cell of an Array."""
    for _ in range(increments):
        with whole:
            with read:
                seen = cells[0]
            with write:
                cells[0] = seen + 1


def count_in_value(
    mp: Any, processes: int = 2, increments: int = 1, placement: str = "none"
) -> None:
    """The Value's own lock guards each access, and is also the one that is placed."""
    counter = mp.Value("i", 0)
    children = [
        mp.Process(target=add, args=(counter, *locks, increments))
        for locks in hand_out(placement, processes, mp.Lock, counter.get_lock())
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()


def count_in_raw_value(
    mp: Any, processes: int = 2, increments: int = 1, placement: str = "none"
) -> None:
    """The Value has no lock of its own; one Lock is placed."""
    counter = mp.Value("i", 0, lock=False)
    children = [
        mp.Process(target=add, args=(counter, *locks, increments))
        for locks in hand_out(placement, processes, mp.Lock)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()


def count_in_array(
    mp: Any, processes: int = 2, increments: int = 1, placement: str = "none"
) -> None:
    """The Array has no lock of its own; one Lock is placed."""
    cells = mp.Array("i", [0, 0], lock=False)
    children = [
        mp.Process(target=add_to_cell, args=(cells, *locks, increments))
        for locks in hand_out(placement, processes, mp.Lock)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()


VALUE: Final = Scenario(
    name="counter-value",
    description="processes count up a Value that has a lock of its own",
    body=count_in_value,
    parameters=PARAMETERS,
    fails=(Kind.LOST_UPDATE,),
    right={"placement": "all"},
)
RAW_VALUE: Final = Scenario(
    name="counter-raw",
    description="processes count up a Value(lock=False)",
    body=count_in_raw_value,
    parameters=PARAMETERS,
    fails=(Kind.LOST_UPDATE,),
    right={"placement": "all"},
)
ARRAY: Final = Scenario(
    name="counter-array",
    description="processes count up a cell of an Array",
    body=count_in_array,
    parameters=PARAMETERS,
    fails=(Kind.LOST_UPDATE,),
    right={"placement": "all"},
)
