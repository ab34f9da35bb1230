"""The shared counter in a manager: an item of a dict, an attribute of a Namespace.

Each call of a proxy is one step of the manager's process; reading and then writing is two.
Nothing is asserted at the end, for the reason given in `counter_memory`.
"""

from __future__ import annotations

from typing import Any, Final

from explorer.model.verdict import Kind
from explorer.scenarios.base import Scenario
from explorer.scenarios.counter_memory import PARAMETERS
from explorer.scenarios.placement import hand_out


def add_to_item(data: Any, whole: Any, read: Any, write: Any, increments: int) -> None:
    """Count up in an item of a dict."""
    for _ in range(increments):
        with whole:
            with read:
                seen = data["count"]
            with write:
                data["count"] = seen + 1


def add_to_attribute(space: Any, whole: Any, read: Any, write: Any, increments: int) -> None:
    """Count up in an attribute of a Namespace."""
    for _ in range(increments):
        with whole:
            with read:
                seen = space.count
            with write:
                space.count = seen + 1


def count_in_dict(
    mp: Any, processes: int = 2, increments: int = 1, placement: str = "none"
) -> None:
    """A managed dict has no lock that users could take; one Lock is placed."""
    with mp.Manager() as manager:
        data = manager.dict(count=0)
        children = [
            mp.Process(target=add_to_item, args=(data, *locks, increments))
            for locks in hand_out(placement, processes, mp.Lock)
        ]
        for child in children:
            child.start()
        for child in children:
            child.join()


def count_in_namespace(
    mp: Any, processes: int = 2, increments: int = 1, placement: str = "none"
) -> None:
    """The same with a managed Namespace."""
    with mp.Manager() as manager:
        space = manager.Namespace(count=0)
        children = [
            mp.Process(target=add_to_attribute, args=(space, *locks, increments))
            for locks in hand_out(placement, processes, mp.Lock)
        ]
        for child in children:
            child.start()
        for child in children:
            child.join()


DICT: Final = Scenario(
    name="counter-manager-dict",
    description="processes count up an item of a Manager().dict()",
    body=count_in_dict,
    parameters=PARAMETERS,
    fails=(Kind.LOST_UPDATE,),
    right={"placement": "all"},
)
NAMESPACE: Final = Scenario(
    name="counter-namespace",
    description="processes count up an attribute of a managed Namespace",
    body=count_in_namespace,
    parameters=PARAMETERS,
    fails=(Kind.LOST_UPDATE,),
    right={"placement": "all"},
)
