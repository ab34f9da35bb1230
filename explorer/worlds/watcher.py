"""A recorder that also keeps what every shared object looked like after each event.

For one run that is to be shown, not for searching: it looks at all objects after every event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.model.story import Sight
from explorer.objects.description import Part, describe, holders
from explorer.worlds.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.engine.loop import Engine
    from explorer.model.actor import Actor
    from explorer.model.operation import Operation
    from explorer.objects.base import SharedObject
    from explorer.worlds.virtual import VirtualWorld

#: What has no state of its own to show; how processes are is told by the events.
_UNSEEN = frozenset({"process", "clock"})


class Watcher(Recorder):
    """Records, and notes in `sights` how objects looked at first and how they changed."""

    def __init__(self, is_user_code: Callable[[str], bool]) -> None:
        super().__init__(is_user_code)
        self.sights: list[Sight] = []
        self.objects: dict[str, SharedObject] = {}
        self.latest: dict[str, tuple[tuple[Part, ...], tuple[str, ...]]] = {}

    def __call__(self, engine: Engine, actor: Actor, operation: Operation) -> None:
        """Called by the engine before each event."""
        self._look(len(engine.log) - 1)
        for found in (operation.object, operation.gate, *operation.object.affected()):
            if found.name not in self.objects and found.kind not in _UNSEEN:
                self.objects[found.name] = found
                self._note(-1, found)
        super().__call__(engine, actor, operation)

    def finish(self, world: VirtualWorld) -> None:
        """Called when the run is over."""
        self._look(len(world.log) - 1)
        super().finish(world)

    def _look(self, step: int) -> None:
        for found in self.objects.values():
            self._note(step, found)

    def _note(self, step: int, found: SharedObject) -> None:
        now = describe(found), holders(found)
        if self.latest.get(found.name) != now:
            self.latest[found.name] = now
            self.sights.append(Sight(step, found.name, found.kind, *now))
