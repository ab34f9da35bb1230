"""Guards that guard nothing: a lock for each side of one datum, join() in the place of a lock."""

from __future__ import annotations

from typing import Any, Final

from explorer.model.verdict import Kind
from explorer.scenarios.base import Parameter, Scenario


def deposit(balance: Any, lock: Any) -> None:
    """Add to the balance."""
    with lock:
        before = balance.value
        balance.value = before + 10


def withdraw(balance: Any, lock: Any) -> None:
    """Take from the balance."""
    with lock:
        before = balance.value
        balance.value = before - 10


def two_lock_objects(mp: Any, locks: str = "one each") -> None:
    """Deposits and withdrawals each have a lock; the balance has none."""
    balance = mp.Value("i", 100, lock=False)
    deposits = mp.Lock()
    withdrawals = deposits if locks == "one for both" else mp.Lock()
    children = [
        mp.Process(target=deposit, args=(balance, deposits)),
        mp.Process(target=withdraw, args=(balance, withdrawals)),
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()


def add(counter: Any) -> None:
    """Count up."""
    seen = counter.value
    counter.value = seen + 1


def join_instead_of_lock(mp: Any, processes: int = 2, order: str = "start all, join all") -> None:
    """Starting and joining one process after another makes a lock needless."""
    counter = mp.Value("i", 0, lock=False)
    children = [mp.Process(target=add, args=(counter,)) for _ in range(processes)]
    if order == "start, join, start, join":
        for child in children:
            child.start()
            child.join()
        return
    for child in children:
        child.start()
    for child in children:
        child.join()


TWO_LOCK_OBJECTS: Final = Scenario(
    name="lock-two-objects",
    description="deposits and withdrawals have a lock each, for one sum",
    body=two_lock_objects,
    parameters=(Parameter("locks", ("one for both", "one each")),),
    fails=(Kind.LOST_UPDATE,),
    wrong={"locks": "one each"},
    right={"locks": "one for both"},
)
JOIN_INSTEAD_OF_LOCK: Final = Scenario(
    name="join-instead-of-lock",
    description="no lock: safe if each is joined before the next starts",
    body=join_instead_of_lock,
    parameters=(
        Parameter("processes", (2, 3, 4, 5)),
        Parameter("order", ("start, join, start, join", "start all, join all")),
    ),
    fails=(Kind.LOST_UPDATE,),
    wrong={"order": "start all, join all"},
    right={"order": "start, join, start, join"},
)
