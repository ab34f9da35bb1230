"""Locks whose holder is gone: CPython releases no lock because its holder ends or is killed."""

from __future__ import annotations

from typing import Any, Final

from explorer.model.verdict import Kind
from explorer.scenarios.base import Parameter, Scenario
from explorer.scenarios.placement import How, placements, spread


def careless(lock: Any, ending: str) -> None:
    """Acquire and release by hand; between the two, return or raise."""
    try:
        lock.acquire()
        if ending == "returns":
            return
        look_up()
        lock.release()
    except LookupError:
        pass


def careful(lock: Any, ending: str) -> None:
    """The same, with the lock given back on every way out."""
    try:
        with lock:
            if ending == "returns":
                return
            look_up()
    except LookupError:
        pass


def look_up() -> None:
    """The step that goes wrong."""
    raise LookupError("no such account")


def lock_leaked(
    mp: Any, processes: int = 2, ending: str = "returns", placement: str = "unreleased"
) -> None:
    """Whoever comes after a careless process waits for ever."""
    lock = mp.Lock()
    children = [
        mp.Process(target=careless if how == How.UNRELEASED else careful, args=(lock, ending))
        for how in spread(placement, processes)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()


def hold(lock: Any) -> None:
    """Hold the lock for a moment."""
    with lock:
        pass


def lock_holder_killed(mp: Any, stop: str = "terminate") -> None:
    """The signal may arrive while the lock is held."""
    lock = mp.Lock()
    child = mp.Process(target=hold, args=(lock,))
    child.start()
    if stop == "terminate":
        child.terminate()
    child.join()
    with lock:
        pass


LOCK_LEAKED: Final = Scenario(
    name="lock-leaked",
    description="a process returns or raises with a lock in its hands",
    body=lock_leaked,
    parameters=(
        Parameter("processes", (2, 3)),
        Parameter("ending", ("returns", "raises")),
        Parameter("placement", placements((How.ALL, How.UNRELEASED))),
    ),
    fails=(Kind.LEAK,),
    wrong={"placement": "unreleased"},
    right={"placement": "all"},
)
LOCK_HOLDER_KILLED: Final = Scenario(
    name="lock-holder-killed",
    description="a process is terminated with a lock in its hands",
    body=lock_holder_killed,
    parameters=(Parameter("stop", ("join", "terminate")),),
    fails=(Kind.LEAK,),
    wrong={"stop": "terminate"},
    right={"stop": "join"},
)
