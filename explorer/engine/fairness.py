"""Does a run that is long end if everybody gets a turn? The second half of what a run may take.

A schedule that never lets the one go on for whom another waits makes any loop endless; that is no
livelock of the program. So whoever chooses has the first half of the limit of steps. From there on
all take turns, one operation each, by creation order, and time passes now and then although
somebody could still go on. What is cut off even so is a livelock.

Invariant: a turn depends on nothing but the state of the run, so the same run goes on like this
whenever it is made again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from explorer.engine.loop import Engine
    from explorer.model.actor import Actor

#: Turns after which the next timer is due: whoever polls does not stop the clock for a sleeper.
BREATH: Final = 50


class Turns:
    """The chooser for the rest of a run."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.made = 0

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        """The next one after `last` who can go on."""
        self.made += 1
        if self.made % BREATH == 0:
            self.engine.elapse()
        index = last.index
        for actor in ready:
            if actor.index > index:
                return actor
        return ready[0]
