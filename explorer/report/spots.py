"""Where in the source each event of a run comes from, to the column; and what main has names for.

`Recorder` keeps lines; to put a sleep in front of one operation among several of a statement it
takes the place within the line, which CPython keeps for every instruction since 3.11
(`codeobject.co_positions`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from types import CodeType, FrameType
from typing import Any, Final

from explorer.engine.loop import Engine
from explorer.model.actor import Actor
from explorer.model.operation import Operation
from explorer.worlds.recorder import Recorder
from explorer.worlds.virtual import VirtualWorld

_MOST: Final = 20  # elements of a list that are looked through


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A piece of source: lines from 1, columns in bytes from 0, as `ast` counts them.

    `function` and `first_line` are of the outermost function of the program's that was running.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    function: str = "<module>"
    first_line: int = 1


@dataclass(frozen=True, slots=True)
class Scope:
    """What one frame of the main process had names for: object name -> expression.

    `spot` is the place that it had come to.
    """

    spot: Spot
    names: dict[str, str]


class SpotRecorder(Recorder):
    """Also notes, before each event, where it comes from.

    `scopes` are the frames of the main process at its last event, innermost first.
    """

    def __init__(self, is_user_code: Any) -> None:
        super().__init__(is_user_code)
        self.spots: list[Spot | None] = []
        self.stranded_spots: list[Spot | None] = []
        self.calls: list[int] = []  # which call of the program's each event is part of
        self._numbers: dict[int, int] = {}
        self._called: dict[int, FrameType | None] = {}  # what each actor has called last
        self.killed_at: list[tuple[str, Operation, Spot]] = []  # actor, what it was about to do
        self.scopes: list[Scope] = []
        self.titles: dict[str, str] = {}  # process -> its name as the program knows it

    def __call__(self, engine: Engine, actor: Actor, operation: Operation) -> None:
        """Called by the engine before each event."""
        super().__call__(engine, actor, operation)
        frames = list(frames_of(actor, self.is_user_code))
        self.spots.append(_spot(frames))
        self.calls.append(self._call(actor))
        if actor.process is not None:
            self.titles[actor.process.name] = actor.process.title
        if frames and actor.process.parent is None:
            self.scopes = [Scope(spot_of(frame), _names(frame)) for frame in frames]
        if operation.kind.name == "die":
            for victim in operation.object.actors:
                spot = _spot(list(frames_of(victim, self.is_user_code)))
                if spot is not None and victim.pending is not None and not victim.ended:
                    self.killed_at.append((victim.name, victim.pending, spot))

    def finish(self, world: VirtualWorld) -> None:
        """Called when the run is over, before anybody is unwound."""
        super().finish(world)
        for actor in world.stranded:
            frames = list(frames_of(actor, self.is_user_code))
            self.stranded_spots.append(_spot(frames))
            if frames and actor.process.parent is None:
                self.scopes = [Scope(spot_of(frame), _names(frame)) for frame in frames]

    def _call(self, actor: Actor) -> int:
        """The number of the call by which the program came to what `actor` is about to do.

        One call may do several things: it is the same as long as its frame is.
        """
        called = None
        frame = None if actor.greenlet is None else actor.greenlet.gr_frame or sys._getframe()
        while frame is not None and not self.is_user_code(frame.f_code.co_filename):
            called, frame = frame, frame.f_back
        before = self._called.get(actor.index)
        if called is None or called is not before or not self.calls:
            self._numbers[actor.index] = len(self.calls)
        self._called[actor.index] = called
        return self._numbers[actor.index]


def frames_of(actor: Actor, is_user_code: Callable[[str], bool]) -> Iterator[FrameType]:
    """The frames of the program's own code that an actor has come by, innermost first."""
    if actor.greenlet is None:
        return
    frame = actor.greenlet.gr_frame or sys._getframe()
    while frame is not None:
        if is_user_code(frame.f_code.co_filename):
            yield frame
        frame = frame.f_back


def _spot(frames: list[FrameType]) -> Spot | None:
    if not frames:
        return None
    inner, outer = spot_of(frames[0]), frames[-1].f_code
    return Spot(
        inner.file,
        inner.line,
        inner.column,
        inner.end_line,
        inner.end_column,
        outer.co_name,
        outer.co_firstlineno,
    )


def spot_of(frame: FrameType) -> Spot:
    """Where a frame has come to; `function` is its own."""
    line, end_line, column, end_column = _position(frame.f_code, frame.f_lasti, frame.f_lineno)
    code = frame.f_code
    return Spot(
        code.co_filename, line, column, end_line, end_column, code.co_name, code.co_firstlineno
    )


def _position(code: CodeType, instruction: int, line: int) -> tuple[int, int, int, int]:
    found = next(islice(code.co_positions(), instruction // 2, None), (None,) * 4)
    first, last, column, end_column = found
    if first is None or last is None or column is None or end_column is None:
        return line, line, 0, 0
    return first, last, column, end_column


def _names(frame: FrameType) -> dict[str, str]:
    """The shared objects and processes that a frame has names for."""
    found: dict[str, str] = {}
    for name, value in list(frame.f_locals.items()):
        if name.startswith("__"):
            continue
        for expression, each in _parts(name, value):
            held = getattr(machine_of(each), "name", None)
            if held is not None:
                found.setdefault(held, expression)
    return found


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A value, the elements of a list and the attributes of an object, each with its expression."""
    yield name, value
    if isinstance(value, list | tuple):
        for place, each in enumerate(value[:_MOST]):
            yield f"{name}[{place}]", each
    elif isinstance(value, dict):
        for key, each in list(value.items())[:_MOST]:
            if isinstance(key, str | int):
                yield f"{name}[{key!r}]", each


def machine_of(value: Any) -> Any:
    """The shared object that a handle stands for; None if it is no handle."""
    try:
        return object.__getattribute__(value, "__dict__").get("_object")
    except (AttributeError, TypeError):
        return None
