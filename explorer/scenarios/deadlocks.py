"""Locks that wait for each other: one taken twice, two in different orders, a ring of them."""

# ruff: noqa: SIM117 (each `with` on a line of its own: the lines are what the pictures show)

from __future__ import annotations

from typing import Any, Final

from explorer.model.verdict import Kind
from explorer.scenarios.base import Parameter, Scenario
from explorer.scenarios.placement import OF_TWO_LOCKS, OPEN, How, placements, spread


def deposit(balance: Any, lock: Any, again: Any) -> None:
    """Take the lock, and in the middle of it whatever `again` is."""
    with lock:
        seen = balance.value
        with again:
            balance.value = seen + 1


def lock_twice(mp: Any, processes: int = 1, lock: str = "Lock", placement: str = "twice") -> None:
    """Only an RLock can be taken again by its holder."""
    balance = mp.Value("i", 0, lock=False)
    guard = mp.RLock() if lock == "RLock" else mp.Lock()
    children = [
        mp.Process(target=deposit, args=(balance, guard, guard if how == How.TWICE else OPEN))
        for how in spread(placement, processes)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()


def transfer(moved: Any, first: Any, second: Any) -> None:
    """Change something while both locks are held."""
    with first:
        with second:
            moved.value += 1


def lock_order(mp: Any, processes: int = 2, placement: str = "A then B / B then A") -> None:
    """Two locks that not all processes take in the same order."""
    moved = mp.Value("i", 0, lock=False)
    a, b = mp.Lock(), mp.Lock()
    children = [
        mp.Process(target=transfer, args=(moved, *((a, b) if how == How.A_THEN_B else (b, a))))
        for how in spread(placement, processes)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()


def dine(first: Any, second: Any) -> None:
    """Take one fork, then the other, and eat."""
    with first:
        with second:
            pass


def philosophers(mp: Any, processes: int = 2, order: str = "left first") -> None:
    """Everybody shares a fork with each neighbour."""
    forks = [mp.Lock() for _ in range(processes)]
    pairs = [(forks[seat], forks[(seat + 1) % processes]) for seat in range(processes)]
    if order == "last one right first":
        pairs[-1] = (pairs[-1][1], pairs[-1][0])
    children = [mp.Process(target=dine, args=pair) for pair in pairs]
    for child in children:
        child.start()
    for child in children:
        child.join()


LOCK_TWICE: Final = Scenario(
    name="lock-twice",
    description="a process acquires a Lock that it already holds",
    body=lock_twice,
    parameters=(
        Parameter("processes", (1, 2, 3)),
        Parameter("lock", ("Lock", "RLock")),
        Parameter("placement", placements((How.ALL, How.TWICE))),
    ),
    fails=(Kind.DEADLOCK,),
    wrong={"placement": "twice"},
    right={"lock": "RLock"},
)
LOCK_ORDER: Final = Scenario(
    name="lock-order",
    description="processes take two locks, not all in the same order",
    body=lock_order,
    parameters=(
        Parameter("processes", (2, 3, 4, 5)),
        Parameter("placement", placements(OF_TWO_LOCKS)),
    ),
    fails=(Kind.DEADLOCK,),
    wrong={"placement": "A then B / B then A"},
    right={"placement": "A then B"},
)
PHILOSOPHERS: Final = Scenario(
    name="philosophers",
    description="dining philosophers, who all take the left fork first",
    body=philosophers,
    parameters=(
        Parameter("processes", (2, 3, 4, 5)),
        Parameter("order", ("left first", "last one right first")),
    ),
    fails=(Kind.DEADLOCK,),
    right={"order": "last one right first"},
)
