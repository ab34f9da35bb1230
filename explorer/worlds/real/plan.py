"""From a failing run to the delays that force what it shows, and how long they may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from explorer.engine.chooser import Chooser
from explorer.model.case import Case
from explorer.model.schedule import Delay, Schedule
from explorer.model.verdict import Symptom
from explorer.worlds.real.forcing import force, holds, shows_always, stretched
from explorer.worlds.runner import Runner
from explorer.worlds.virtual import VirtualWorld


class Plan:
    """How a finding is forced: by delays that virtual runs have been tried with.

    Args:
        made: a run that shows it.
        wanted: whether a symptom is the one.
        usable: whether a delay can be brought about.
    """

    def __init__(
        self,
        runner: Runner,
        case: Case,
        made: VirtualWorld,
        wanted: Callable[[Symptom], bool],
        usable: Callable[[Delay], bool] = lambda _: True,
    ) -> None:
        self.runner = runner
        self.case = replace(case, timed=True)
        self.wanted = wanted
        self.known: dict[object, bool] = {}
        self.forcing = force(self.run, made, self.shows, usable)

    def run(self, chooser: Chooser) -> VirtualWorld:
        """One virtual run of the case."""
        return self.runner.run(self.case, chooser)

    def shows(self, world: VirtualWorld) -> bool:
        """Whether a run shows the finding; runs that look, and end, the same are diagnosed once."""
        signs = self.runner.suspicious(self.case, world)
        if not signs:
            return False
        objects = {operation.object.name: operation.object for _, operation, _ in world.log}
        left = [(name, repr(list(found.locations()))) for name, found in objects.items()]
        key = (signs, tuple(sorted(left)))
        if key not in self.known:
            symptoms = self.runner.diagnose(self.case, self.runner.again(self.case, world))
            self.known[key] = any(map(self.wanted, symptoms))
        return self.known[key]

    def lasts(self, schedule: Schedule, milliseconds: int) -> bool:
        """Whether it still shows when a tick takes so long and the program's own times do not."""
        return holds(self.run, stretched(schedule, milliseconds), self.shows)


def forces(runner: Runner, case: Case, wanted: Callable[[Symptom], bool]) -> bool:
    """Whether a program forces a finding with sleeps of its own, in any order of what is due."""
    known: dict[object, bool] = {(): False}

    def shows(world: VirtualWorld) -> bool:
        signs = runner.suspicious(case, world)
        if signs not in known:
            symptoms = runner.diagnose(case, runner.again(case, world))
            known[signs] = any(map(wanted, symptoms))
        return known[signs]

    return shows_always(lambda chooser: runner.run(case, chooser), (), shows)
