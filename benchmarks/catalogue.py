"""Hunt in every bug of the catalogue and its fixed twin; writes docs/catalogue.md.

    python benchmarks/catalogue.py [B07 B13 …]

Each buggy program must be found within 2,000 executions and 10 s, with the right kind; in its
fixed twin nothing must be found within the same budget. Twins whose space is small are verified.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from catalogue_page import HUNTED, PROGRAMS, entries, keep

from explorer.api import open_target
from explorer.errors import ExplorerError
from explorer.hunting import Budget, Hunt
from explorer.model.verdict import Finding
from explorer.report.wording import count
from explorer.verifying import Limits, Verification

EXECUTIONS = 2_000
SECONDS = 10.0
EXAMPLES = 55  # about 2,000 executions


@dataclass
class Row:
    """What came out for one bug."""

    entry: dict[str, Any]
    finding: Finding | None = None
    executions: int = 0
    problem: str = ""
    twin: str = ""

    @property
    def right(self) -> bool:
        """Whether it is as it should be."""
        found = self.finding
        if found is None or found.kind.value != self.entry["kind"] or self.problem:
            return False
        return self.executions <= EXECUTIONS and found.minimal == "proven"

    def cells(self) -> dict[str, str]:
        """What is measured here of the line of the table."""
        found = self.finding
        if found is None:
            shown, minimal, proof = self.problem or "not found", "", ""
        else:
            size = found.complexity
            also = "".join(f", {kind}" for kind in found.symptom.also)
            shown = f"{found.kind}{also}: {self.executions}"
            minimal = f"{size.processes}, {size.operations}, {size.preemptions}"
            proof = found.minimal
        return dict(zip(HUNTED, (shown, minimal, proof, self.twin), strict=True))


def hunted(path: Path) -> tuple[Hunt, tuple[Finding, ...]]:
    """A hunt in one program, done, and what it found."""
    hunt = Hunt(open_target(str(path)), Budget(EXAMPLES, SECONDS))
    return hunt, hunt.run().findings


def row_of(entry: dict[str, Any]) -> Row:
    """Hunt in both programs of one bug."""
    row = Row(entry)
    try:
        hunt, findings = hunted(PROGRAMS / entry["buggy"])
        kinds = {finding.kind.value: finding for finding in findings}
        if kinds:
            row.finding = kinds.get(entry["kind"], next(iter(kinds.values())))
            row.executions = hunt.first_finding or 0
        row.twin = twin_of(PROGRAMS / entry["fixed"], row)
    except ExplorerError as error:
        row.problem = str(error).split(".")[0][:120]
    return row


def twin_of(path: Path, row: Row) -> str:
    """What is said of a fixed twin; a finding in it is a problem."""
    _, found = hunted(path)
    if found:
        row.problem = f"finding in the twin: {found[0].symptom.summary}"
        return row.problem
    verdict = Verification(open_target(str(path)), Limits(5_000, SECONDS)).run()
    if verdict.findings:
        row.problem = f"verify, in the twin: {verdict.findings[0].symptom.summary}"
        return row.problem
    if verdict.verdict == "passed":
        return f"passed, {count(verdict.coverage.traces, 'trace')}"
    return f"hunted ({count(verdict.coverage.traces, 'trace')} and more)"


def main(words: list[str]) -> int:
    """Print the rows, keep what was measured, and write the table."""
    chosen = [entry for entry in entries() if not words or entry["id"] in words]
    rows = []
    for entry in chosen:
        row = row_of(entry)
        rows.append(row)
        print(
            "  " if row.right else "! ", entry["id"], *row.cells().values(), row.problem, flush=True
        )
    right = sum(row.right for row in rows)
    print(f"{right} of {len(rows)} as they should be")
    keep("hunted", {row.entry["id"]: row.cells() for row in rows})
    return 0 if right == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
