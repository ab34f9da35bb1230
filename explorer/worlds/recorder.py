"""From a run to its `Trace`: what the fast path throws away is kept here.

A fast run keeps only who did what. The same case run again with a recorder (runs are
deterministic) also has the enabled set, the clock and the source line of every step.
"""

from __future__ import annotations

import linecache
import os
import sys
import traceback
from typing import TYPE_CHECKING

from explorer.causality import wakers
from explorer.frontend.current import outside
from explorer.frontend.failures import failure_text
from explorer.model.operation import Raised
from explorer.model.text import show, without_addresses
from explorer.model.trace import Blocked, Ending, Event, SourceLine, Trace
from explorer.objects.description import tell
from explorer.objects.tasks import Tasks
from explorer.search.playback import is_eager

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from explorer.engine.loop import Engine
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation
    from explorer.objects.process import ProcessObject
    from explorer.worlds.virtual import VirtualWorld


class Recorder:
    """Notes, before each event, who could have gone on, when, and from which line."""

    def __init__(self, is_user_code: Callable[[str], bool]) -> None:
        self.is_user_code = is_user_code
        self.notes: list[tuple[tuple[str, ...], int, SourceLine | None]] = []
        self.stranded_at: list[SourceLine | None] = []
        self._lines: dict[tuple[str, str, int], SourceLine] = {}  # naming one anew costs 0.1 ms
        self.timed_out: dict[int, int] = {}  # step -> nanoseconds that were waited in vain

    def __call__(self, engine: Engine, actor: Actor, operation: Operation) -> None:
        """Called by the engine before each event."""
        enabled = tuple(other.name for other in engine.ready)
        self.notes.append((enabled, engine.now, self.where(actor)))
        is_ready = operation.kind.ready
        if (
            actor.expired
            and operation.timeout
            and is_ready is not None
            and not is_ready(operation.object, actor, operation)
        ):
            self.timed_out[len(engine.log)] = operation.timeout

    def finish(self, world: VirtualWorld) -> None:
        """Called when the run is over, before anybody is unwound."""
        self.stranded_at = [self.where(actor) for actor in world.stranded]

    def where(self, actor: Actor) -> SourceLine | None:
        """The innermost line of the program's own code that `actor` has come to."""
        if actor.greenlet is None:
            return None
        frame = actor.greenlet.gr_frame or sys._getframe()  # None: it is running this
        while frame is not None:
            if self.is_user_code(frame.f_code.co_filename):
                return self._line(frame.f_code, frame.f_lineno)
            frame = frame.f_back
        return None

    def _line(self, code: CodeType, line: int) -> SourceLine:
        key = (code.co_filename, code.co_name, line)
        found = self._lines.get(key)
        if found is None:
            with outside():  # it reads the source file
                found = self._lines[key] = source_line(code, line)
        return found


def source_line(code: CodeType, line: int) -> SourceLine:
    """A line of source with its text, its file named relative to the working directory."""
    path = code.co_filename
    text = linecache.getline(path, line).strip()
    relative = os.path.relpath(path)
    shown = path if relative.startswith("..") else relative
    return SourceLine(shown, line, code.co_name, text)


def _said(error: BaseException | None) -> str | None:
    """ "ValueError: too small"; only its class, if it says nothing."""
    if error is None:
        return None
    text = without_addresses(str(error))
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _parting(wanted: SystemExit | None) -> str:
    return "" if wanted is None else without_addresses(str(wanted.code))


def trace_of(world: VirtualWorld, recorder: Recorder | None = None) -> Trace:
    """The trace of a finished run."""
    return _Tracer(world, recorder).trace()


class _Tracer:
    def __init__(self, world: VirtualWorld, recorder: Recorder | None) -> None:
        self.world = world
        self.notes = recorder.notes if recorder is not None else []
        self.recorder = recorder
        self.woken = wakers(world.log, world.wakes)

    def trace(self) -> Trace:
        world = self.world
        events = tuple(self._event(step) for step in range(len(world.log)))
        return Trace(
            events=events,
            end=self._end(),
            blocked=tuple(self._blocked()),
            endings=tuple(self._endings()),
            final=tuple(sorted(self._final())),
            output="".join(world.runtime.output),
            time=world.now,
        )

    def _event(self, step: int) -> Event:
        actor, operation, result = self.world.log[step]
        enabled, now, where = self.notes[step] if self.notes else ((), 0, None)
        raised = isinstance(result, Raised)
        shown = result.error if raised else result
        return Event(
            step=step,
            actor=actor.name,
            process=actor.process.name,
            operation=operation.kind.name,
            object=operation.object.name,
            key=None if operation.key is None else show(operation.key),
            value=None if operation.value is None else tell(operation.object, operation.value),
            result=None if shown is None else tell(operation.object, shown),
            error=raised,
            enabled=enabled,
            accesses=operation.accesses(),
            time=now,
            where=where,
            eager=is_eager(actor, operation),
            woken_by=self.woken.get(step),
            waits=operation.kind.ready is not None and operation.gate is operation.object,
            timed_out=None if self.recorder is None else self.recorder.timed_out.get(step),
        )

    def _end(self) -> str:
        if self.world.cut_off:
            return "cut off"
        if self.world.abandoned:
            return "abandoned"
        return "blocked" if self.world.stranded else "finished"

    def _blocked(self) -> list[Blocked]:
        world = self.world
        places = self.recorder.stranded_at if self.recorder is not None else []
        found = []
        for number, actor in enumerate(world.stranded):
            operation = world.waited_for[number]
            if operation is None or actor.ready or operation.kind.idle:
                continue
            holders = operation.object.holders(actor, operation)
            wakers = operation.object.wakers(actor, operation) or ()
            found.append(
                Blocked(
                    actor=actor.name,
                    process=actor.process.name,
                    operation=operation.kind.name,
                    object=operation.object.name,
                    key=None if operation.key is None else show(operation.key),
                    waits_for=tuple(holder.name for holder in holders),
                    could_wake=tuple(waker.name for waker in wakers),
                    where=places[number] if places else None,
                )
            )
        return found

    def _endings(self) -> list[Ending]:
        return [self._ending(process) for process in self.world.processes]

    def _ending(self, process: ProcessObject) -> Ending:
        error = process.error
        return Ending(
            process=process.name,
            exitcode=process.exitcode,
            error=None if error is None else _said(error),
            error_type=None if error is None else type(error).__name__,
            where=self._raised_at(error or process.parting),
            traceback="" if error is None else without_addresses(failure_text(error)),
            killed=process.killed,
            daemon=process.daemon,
            works=any(
                isinstance(belonging, Tasks) and belonging.owner is not process
                for belonging in process.belongings
            ),
            parting=_parting(process.parting),
        )

    def _raised_at(self, error: BaseException | None) -> SourceLine | None:
        if error is None or self.recorder is None:
            return None
        found = None
        for frame, line in traceback.walk_tb(error.__traceback__):
            if self.recorder.is_user_code(frame.f_code.co_filename):
                found = source_line(frame.f_code, line)
        return found

    def _final(self) -> list[tuple[str, str]]:
        seen = {operation.object.name: operation.object for _, operation, _ in self.world.log}
        return [
            (name if part is None else f"{name}[{show(part)}]", show(value))
            for name, found in seen.items()
            for part, value in found.locations()
        ]
