"""Pids, and the signals that processes send each other.

A signal that kills does not arrive at once: a hidden actor delivers it at some later moment, so
that the death may land between any two operations of the victim.
"""

from __future__ import annotations

import signal

from explorer.frontend.current import world
from explorer.model.operation import Operation
from explorer.objects.process import DIE, TERMINATE, ProcessObject

FIRST_PID = 1000


def pid_of(process: ProcessObject) -> int:
    """A virtual pid: the same for the same place in the tree of processes."""
    if process.parent is None:
        return FIRST_PID
    number = int(process.name.rpartition("-")[2].rpartition(":")[2])
    parent = pid_of(process.parent)
    return parent + number if parent == FIRST_PID else parent * 100 + number


def send_signal(target: ProcessObject, number: int) -> None:
    """Send a deadly signal; a hidden actor delivers it at some later moment."""
    running = world()
    running.perform(Operation(TERMINATE, target, value=int(number)))
    for actor in target.actors:
        if actor.pending is not None and not actor.ended:
            running.rouse(actor.pending.gate)  # it may go on into the place where it is to die
    if not target.ended:
        name = f"{signal.Signals(number).name} to {target.name}"
        if running.running.process is not target.parent:
            name += f" from {running.running.name}"
        running.add_hidden(
            name, target, Operation(DIE, target, value=int(number)), lambda: running.bury(target)
        )


def exit_name(code: int) -> str:
    """An exit code as the repr of a Process shows it."""
    if code < 0:
        try:
            return f"-{signal.Signals(-code).name}"
        except ValueError:
            return str(code)
    return str(code)
