"""Whether a free run shows the finding that was predicted, and how sure a rate of runs is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Final

from explorer.model.trace import Trace
from explorer.model.verdict import Kind, Symptom
from explorer.worlds.real.expected import label_of
from explorer.worlds.real.observe import Observation

_BLOCKED: Final = (Kind.DEADLOCK, Kind.STARVATION, Kind.LEAK)
_Z: Final = 1.96  # 95 %


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a run must have done to show `symptom` as `trace` does.

    `check` raises AssertionError if the output is not as it should be.
    """

    symptom: Symptom
    trace: Trace
    check: Callable[[str], None] | None = None

    def shows(self, observed: Observation, output: str) -> bool:
        """Whether a free run shows it."""
        kind = self.symptom.kind
        if kind in _BLOCKED:
            return self._is_stuck(observed)
        if kind is Kind.LIVELOCK:
            return observed.endless
        if kind is Kind.LOST_UPDATE:
            return self._has_lost(observed)
        return self._has_failed(observed, output)

    def _is_stuck(self, observed: Observation) -> bool:
        """As many actors wait for ever, in the same operations on the same objects."""
        wanted = Counter(
            (blocked.operation, label_of(blocked))
            for blocked in self.trace.blocked
            if blocked.process in self.symptom.processes
        )
        found = Counter((operation, label) for _, operation, label in observed.blocked)
        return bool(wanted) and wanted <= found

    def _has_lost(self, observed: Observation) -> bool:
        """The object ends up with a value that no serial execution leaves in it."""
        final = dict(self.trace.final)
        written = {seen.label: seen.value for seen in observed.log if seen.operation == "write"}
        touched = [
            location
            for location in written
            if location.partition("[")[0] in self.symptom.objects
            or location in self.symptom.objects
        ]
        if self.symptom.serial:
            return any(written[place] not in self.symptom.serial for place in touched)
        return bool(touched) and all(written[place] == final.get(place) for place in touched)

    def _has_failed(self, observed: Observation, output: str) -> bool:
        """Some process ends with the same exception, or the same exit code."""
        if self.symptom.objects == ("output",):
            return self._is_wrong(output)
        raised = {name for _, name, _ in observed.raised}
        codes = {code for _, code in observed.exit_codes}
        return any(
            ending.error_type in raised if ending.error_type else ending.exitcode in codes
            for ending in self.trace.endings
            if ending.process in self.symptom.processes
        )

    def _is_wrong(self, output: str) -> bool:
        if self.check is None:
            return False
        try:
            self.check(output)
        except AssertionError:
            return True
        return False


def wilson(found: int, of: int) -> tuple[float, float]:
    """The 95 % confidence interval of a rate: `found` out of `of` (Wilson 1927)."""
    if of == 0:
        return 0.0, 1.0
    share = found / of
    square = _Z * _Z
    middle = share + square / (2 * of)
    spread = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    scale = 1 + square / of
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
