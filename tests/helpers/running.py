"""One run of a small program under the default schedule, for what does not depend on order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from explorer.engine.chooser import Chooser, KeepRunning
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.case import Case
from explorer.model.trace import Trace
from explorer.worlds.execute import execute
from explorer.worlds.recorder import Recorder, trace_of
from explorer.worlds.virtual import VirtualWorld


def run(
    body: Callable[[Any], Any], chooser: Chooser | None = None, *, timed: bool = True
) -> tuple[Any, VirtualWorld]:
    """What `body` returned in the main process, and the finished world."""
    box: list[Any] = []

    def main(mp: Any) -> None:
        box.append(body(mp))

    program = FunctionProgram(body.__name__, main, multiprocessing)
    world = execute(program, Case(body.__name__, timed=timed), chooser or KeepRunning())
    error = world.processes[0].error
    if error is not None:
        raise error
    return (box[0] if box else None), world


def returned(body: Callable[[Any], Any], *, timed: bool = True) -> Any:
    """What `body` returned in the main process; raises what it raised."""
    return run(body, timed=timed)[0]


def recorded(body: Callable[[Any], Any]) -> Trace:
    """The trace of a run."""
    program = FunctionProgram(body.__name__, body, multiprocessing)
    recorder = Recorder(program.is_user_code)
    world = execute(program, Case(body.__name__), KeepRunning(), recorder=recorder)
    return trace_of(world, recorder)


def error_of(action: Callable[[], Any]) -> str:
    """What `action` raises, as "Type: text"; "" if it raises nothing."""
    try:
        action()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""
