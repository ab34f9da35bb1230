"""What one test or case file came to, as plain values that xdist can send to the controller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import pytest

from explorer.model.verdict import Finding
from explorer.report.results import finding_result

#: The attribute of a report that carries the record.
ATTRIBUTE: Final = "race_record"
KEY: Final = pytest.StashKey["Record"]()
#: The findings that failed an item, with all they have; a record has what can be sent.
FINDINGS: Final = pytest.StashKey[list[Finding]]()
#: Bytes kept of each trace's key: enough to tell a million traces apart.
_KEY_BYTES: Final = 8


@dataclass(slots=True)
class Record:
    """One test or case file.

    Args:
        name: the node id, without the shard.
        mode: "hunt", "verify", "replay" (a case file), "saved" (a test's own saved case).
        state: "passed", "found", "expected", "known", "fixed", "guarded", "drifted", "failed".
        findings: as in the JSON of the command line.
        keys: of the distinct traces of a shard, in hexadecimal, to be united.
        notes: sentences for the summary.
        place: (file, line) of what failed, for annotations.
    """

    name: str
    mode: str
    state: str = "passed"
    shard: int = 0
    shards: int = 1
    executions: int = 0
    traces: int = 0
    exhaustive: bool = False
    seconds: float = 0.0
    seed: int | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)
    keys: str = ""
    notes: list[str] = field(default_factory=list)

    def add(self, findings: Sequence[Finding]) -> None:
        """Note findings, each with the file that it was saved to."""
        self.findings += [finding_result(finding) for finding in findings]

    def keep_keys(self, keys: set[bytes]) -> None:
        """Keep which traces were seen, for the union of several shards."""
        self.keys = "".join(sorted(key[:_KEY_BYTES].hex() for key in keys))

    def distinct(self) -> set[str]:
        """The traces that were kept."""
        width = 2 * _KEY_BYTES
        return {self.keys[place : place + width] for place in range(0, len(self.keys), width)}

    def as_dict(self) -> dict[str, Any]:
        """For the report."""
        return asdict(self)


def record_of(report: Any) -> Record | None:
    """The record that a report carries; None if it is about something else."""
    found = getattr(report, ATTRIBUTE, None)
    return None if found is None else Record(**found)
