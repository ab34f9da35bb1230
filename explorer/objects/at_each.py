"""Who waits at several objects at once, as `connection.wait` does."""

from __future__ import annotations

from typing import Any

from explorer.model.actor import Actor


class AtEach(list[Actor]):
    """Who waits at several objects: whoever is put here, or taken away, is so at each of them.

    The engine does that when the wait is offered, and so not while its jitter still sleeps.
    """

    __slots__ = ("parts",)

    def __init__(self, parts: list[Any]) -> None:
        super().__init__()
        self.parts = parts

    def append(self, actor: Actor) -> None:
        super().append(actor)
        for part in self.parts:
            part.waiting.append(actor)

    def remove(self, actor: Actor) -> None:
        super().remove(actor)
        for part in self.parts:
            part.waiting.remove(actor)
