"""The one JSON object that every command's `--json` writes. Its form is fixed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from explorer.errors import UsageError
from explorer.model.verdict import Finding, Verdict
from explorer.report.case_reader import FORMAT, TOOL
from explorer.report.casefile import content
from explorer.report.places import place_of, portable
from explorer.report.wording import clean


def result(command: str, verdict: Verdict) -> dict[str, Any]:
    """What a command found, as JSON values in their order. `seconds` are real ones."""
    coverage = verdict.coverage
    return {
        "tool": TOOL,
        "format": FORMAT,
        "command": command,
        "target": portable(verdict.target),
        "verdict": verdict.verdict,
        "executions": coverage.executions,
        "traces": coverage.traces,
        "failing_traces": coverage.failing_traces,
        "exhaustive": coverage.exhaustive,
        "seconds": round(verdict.seconds, 4),
        "findings": [finding_result(finding) for finding in verdict.findings],
    }


def finding_result(finding: Finding) -> dict[str, Any]:
    """One finding, with its whole case."""
    symptom, size = finding.symptom, finding.complexity
    return {
        "kind": symptom.kind.value,
        "summary": clean(symptom.summary),
        "processes": size.processes,
        "preemptions": size.preemptions,
        "delays": size.delays,
        "minimal": finding.minimal,
        "where": [place_of(line) for line in symptom.where],
        "also": [kind.value for kind in symptom.also],
        "case": content(finding),
        "file": finding.file,
    }


def write(results: dict[str, Any], file: str) -> None:
    """Write the result of a command to `file`; "-" is stdout.

    Raises:
        UsageError: the file cannot be written.
    """
    text = json.dumps(results, indent=1, ensure_ascii=True) + "\n"
    if file == "-":
        sys.stdout.write(text)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write the result to {file}: {error.strerror}") from None
