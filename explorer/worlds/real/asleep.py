"""Whether processes really wait: asleep in the kernel, all their threads, and staying so."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

#: States of a thread that does nothing by itself: asleep, ended, dead.
_STILL: Final = frozenset("SIZXx")


@dataclass(frozen=True, slots=True)
class Rest:
    """What a process's threads are doing: each one's state, and how often each was switched."""

    threads: tuple[tuple[str, str, str], ...]

    @property
    def is_still(self) -> bool:
        """Whether none of them is running, or about to."""
        return all(state in _STILL for _, state, _ in self.threads)


def rest_of(pid: int) -> Rest:
    """A look at a process; one that is gone has no threads."""
    try:
        tasks = sorted(os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return Rest(())
    return Rest(tuple((task, *_look(pid, task)) for task in tasks))


def _look(pid: int, task: str) -> tuple[str, str]:
    try:
        with open(f"/proc/{pid}/task/{task}/status") as file:
            lines = file.read().splitlines()
    except OSError:
        return "X", ""
    state = next((line for line in lines if line.startswith("State:")), "State:\tX")
    switches = [line for line in lines if "ctxt_switches" in line]
    return state.split()[1], " ".join(switches)


def waits_in(pid: int) -> str:
    """The kernel function that a process sleeps in ("futex_do_wait"), for people."""
    try:
        with open(f"/proc/{pid}/wchan") as file:
            return file.read().strip()
    except OSError:
        return ""
