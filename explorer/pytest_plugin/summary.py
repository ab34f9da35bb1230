"""What is said at the end of a session: once, by the process that the user looks at."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from explorer.pytest_plugin.ci import annotation, wants_annotations
from explorer.pytest_plugin.options import Settings, settings_of
from explorer.pytest_plugin.record import Record, record_of
from explorer.report.wording import clean, count


class Summary:
    """Gathers the records that come with reports; registered in every process, shown in one."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called where a test ran, and again in the controller."""
        record = record_of(report)
        if record is not None:
            self.records.append(record)

    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        """The table, once."""
        if hasattr(config, "workerinput") or not self.records:
            return
        settings = settings_of(config)
        terminalreporter.ensure_newline()
        terminalreporter.section("races")
        for line in table(self.records):
            terminalreporter.write_line(line)
        for line in notes(self.records):
            terminalreporter.write_line(line)
        terminalreporter.write_line(totals(self.records, settings))
        if wants_annotations():
            root = _below_workspace(config.invocation_params.dir, os.environ)
            for record, finding in defects(self.records):
                terminalreporter.write_line(annotation(record, finding, root))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """The findings as one JSON object, if that was asked for."""
        config = session.config
        if hasattr(config, "workerinput"):
            return
        settings = settings_of(config)
        if settings.json is not None:
            write_json(self.records, settings.json)


def defects(records: Sequence[Record]) -> list[tuple[Record, dict[str, Any]]]:
    """The findings that fail the session, each defect once though several shards may have it."""
    found: dict[tuple[str, str], tuple[Record, dict[str, Any]]] = {}
    for record in records:
        if record.state in ("found", "drifted", "guarded"):
            for finding in record.findings:
                key = (record.name, finding["case"]["shows"]["fingerprint"])
                found.setdefault(key, (record, finding))
    return list(found.values())


def table(records: Sequence[Record]) -> list[str]:
    """A line for each defect."""
    rows = []
    for record, finding in defects(records):
        sizes = f"{count(finding['processes'], 'process')}, "
        sizes += count(finding["preemptions"], "preemption")
        kind = finding["kind"].replace("-", " ")
        rows.append((clean(record.name), kind, sizes, clean(finding["file"] or "")))
    widths = [max(len(row[column]) for row in rows) for column in range(3)] if rows else []
    return [
        "  ".join([*(f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)), row[3]])
        for row in rows
    ]


def notes(records: Sequence[Record]) -> list[str]:
    """What to know about saved cases, each sentence once."""
    return list(dict.fromkeys(note for record in records for note in record.notes))


def totals(records: Sequence[Record], settings: Settings) -> str:
    """What was done in all."""
    searches = [record for record in records if record.mode in ("hunt", "verify")]
    tests = {record.name for record in records if record.mode != "replay"}
    cases = [record for record in records if record.mode == "replay"]
    parts = []
    if tests:
        parts.append(f"{count(len(tests), 'test')} explored{_how_far(searches, len(tests))}")
    if cases:
        parts.append(f"{count(len(cases), 'case')} replayed{_how_many_known(cases)}")
    text = ", ".join(parts)
    if searches:
        executions = sum(record.executions for record in searches)
        text += f": {count(executions, 'execution')}"
        text += f", {count(distinct(searches), 'distinct trace')}"
    found = len(defects(records))
    text += f"; {count(found, 'finding')}"
    if any(record.seed is not None for record in searches):
        text += f" (--race-seed {settings.seed})"
    return text


def _how_far(searches: Sequence[Record], tests: int) -> str:
    """How many tests had every trace run: what a pass of these says holds for all schedules."""
    whole = len({record.name for record in searches if record.exhaustive})
    if not whole:
        return ""
    return " exhaustively" if whole == tests else f", {whole} of them exhaustively"


def _how_many_known(cases: Sequence[Record]) -> str:
    """How many reproductions still do what they were saved for: known, and no findings of today."""
    known = sum(record.state == "known" for record in cases)
    if not known:
        return ""
    return " (still fails)" if known == len(cases) == 1 else f" ({known} of them still fail)"


def distinct(records: Sequence[Record]) -> int:
    """How many distinct traces there were; what two shards of a test saw counts once."""
    whole = 0
    shards: dict[str, set[str]] = {}
    for record in records:
        if record.keys:
            shards.setdefault(record.name, set()).update(record.distinct())
        else:
            whole += record.traces
    return whole + sum(len(keys) for keys in shards.values())


def write_json(records: Sequence[Record], path: Path) -> None:
    """The same object as the command line's, over all tests."""
    from explorer.report.case_reader import FORMAT, TOOL
    from explorer.report.results import write

    searches = [record for record in records if record.mode in ("hunt", "verify")]
    found = [finding for _, finding in defects(records)]
    write(
        {
            "tool": TOOL,
            "format": FORMAT,
            "command": "pytest",
            "target": ", ".join(dict.fromkeys(record.name for record in records)),
            "verdict": _verdict(records, found),
            "executions": sum(record.executions for record in searches),
            "traces": distinct(searches),
            "failing_traces": 0,
            "exhaustive": bool(searches) and all(record.exhaustive for record in searches),
            "seconds": round(sum(record.seconds for record in searches), 4),
            "findings": found,
        },
        str(path),
    )


def _verdict(records: Sequence[Record], found: Sequence[Any]) -> str:
    if found:
        return "failed"
    states = {record.state for record in records}
    return "passed" if records and "failed" not in states else "inconclusive"


def _below_workspace(folder: Path, environment: Any) -> str:
    """What comes before our paths in those of the repository: "backend/", if pytest ran there."""
    workspace = environment.get("GITHUB_WORKSPACE")
    if not workspace:
        return ""
    relative = os.path.relpath(folder, workspace)
    return "" if relative == "." or relative.startswith("..") else f"{relative}/"
