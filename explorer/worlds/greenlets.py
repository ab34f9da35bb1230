"""Pooled greenlets: one that has finished takes the next job (a new one costs 7 to 10 µs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenlet import getcurrent, greenlet

from explorer.model.actor import Actor, new_actor

if TYPE_CHECKING:
    from explorer.worlds.virtual import VirtualWorld

#: The body of an actor: a function that returns its exit code, and its arguments. A plain tuple,
#: since a `partial` of it costs a layer of C stack that every switch then copies.
Job = tuple[Any, ...]


class Pool:
    """Idle greenlets, to be given the next job. One per OS thread."""

    def __init__(self) -> None:
        self.idle: list[greenlet] = []
        self.world: VirtualWorld | None = None
        self.hub = new_actor(-1, "hub", None)  # of all runs
        self.undead: list[greenlet] = []  # swallowed every kill; kept from the collector

    def take(self) -> greenlet:
        """An idle greenlet; when it is switched to, it serves the actor that its world runs."""
        return self.idle.pop() if self.idle else greenlet(self._serve)

    def renew(self) -> None:
        """Forget the idle greenlets: one of them may have been left in the middle of a switch."""
        self.idle = []

    def _serve(self) -> Actor:
        me = getcurrent()
        while True:
            world = self.world
            assert world is not None
            actor = world.running
            following = world.live(actor)
            actor.greenlet = None
            self.idle.append(me)
            following.greenlet.switch()
