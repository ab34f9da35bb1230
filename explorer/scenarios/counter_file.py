"""The shared counter in a file: the ticket shop of the tutorials.

Opening a file to write it empties it at once, so another process may also read nothing; it then
counts from 0, as such programs do. The end is asserted: what a file holds is what the users of
such a program look at, so the symptom belongs into the picture.
"""

from __future__ import annotations

from typing import Any, Final

from explorer.model.verdict import Kind
from explorer.scenarios.base import Scenario
from explorer.scenarios.counter_memory import PARAMETERS
from explorer.scenarios.placement import hand_out

PATH: Final = "counter.txt"


def add_to_file(whole: Any, read: Any, write: Any, increments: int) -> None:
    """Count up in a file."""
    for _ in range(increments):
        with whole:
            with read, open(PATH) as file:
                seen = int(file.read() or 0)
            with write, open(PATH, "w") as file:
                file.write(str(seen + 1))


def count_in_file(
    mp: Any, processes: int = 2, increments: int = 1, placement: str = "none"
) -> None:
    """The file has no lock; one Lock is placed."""
    with open(PATH, "w") as file:
        file.write("0")
    children = [
        mp.Process(target=add_to_file, args=(*locks, increments))
        for locks in hand_out(placement, processes, mp.Lock)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    with open(PATH) as file:
        count = int(file.read())
    assert count == processes * increments, f"counted {count} of {processes * increments}"


FILE: Final = Scenario(
    name="counter-file",
    description="processes count up a number in a file",
    body=count_in_file,
    parameters=PARAMETERS,
    fails=(Kind.LOST_UPDATE,),
    right={"placement": "all"},
)
