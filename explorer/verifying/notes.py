"""What is kept of a run that fails, until somebody makes a finding of it.

A note is small and can be sent: the decisions, which make the same run again anywhere, and what
the detectors saw. So runs are looked at where they are made, and findings are made in one place,
in an order that is always the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from explorer.search.playback import decisions

if TYPE_CHECKING:
    from explorer.model.case import Case
    from explorer.model.verdict import Symptom
    from explorer.worlds.runner import Runner
    from explorer.worlds.virtual import VirtualWorld

#: What makes two symptoms the same, if anything does.
Defect = tuple[str, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Note:
    """One failing run. `symptoms` are those that no note before showed; if none, no `decisions`."""

    symptoms: tuple[Symptom, ...] = ()
    decisions: tuple[str, ...] = ()


@dataclass(slots=True)
class Inspection:
    """Looks at the runs of one parcel, and takes notes.

    Args:
        all: False stops at the first failing run.
    """

    runner: Runner
    case: Case
    all: bool
    notes: list[Note] = field(default_factory=list)

    def __call__(self, world: VirtualWorld) -> bool:
        """Look at a run; whether to stop at what it shows."""
        if not self.runner.suspicious(self.case, world):
            return False
        symptoms = self.runner.diagnose(self.case, self.runner.again(self.case, world))
        if not symptoms:
            return False
        known = {symptom.defect for note in self.notes for symptom in note.symptoms}
        new = tuple(symptom for symptom in symptoms if symptom.defect not in known)
        self.notes.append(Note(new, tuple(decisions(world.log))) if new else Note())
        return not self.all
