"""What a finished test adds to its report: picture, case to paste, properties, record."""

from __future__ import annotations

import shutil
from typing import Any, Final

import pytest

from explorer.pytest_plugin.options import settings_of
from explorer.pytest_plugin.record import ATTRIBUTE, FINDINGS, KEY, Record
from explorer.pytest_plugin.showing import longrepr, pasteable

#: Columns that pytest's own decoration of captured text and xdist's prefixes may take.
_MARGIN: Final = 2


def show(item: Any, call: Any) -> None:
    """Have the failure of a marked test or a case file shown as its picture, not as a traceback.

    Before pytest makes its report: it would format our own frames, a tenth of a second for each
    failure, and many times what a replay takes.
    """
    if KEY not in item.stash or call.excinfo is None:
        return
    shown = longrepr(call.excinfo.value, _width(item.config))
    if shown is None and isinstance(call.excinfo.value, pytest.xfail.Exception):
        shown = str(call.excinfo.value)
    if shown is not None:
        item.repr_failure = lambda excinfo, style=None: shown


def complete(item: Any, report: Any) -> None:
    """Complete the report of a marked test or a case file; leave any other as it is."""
    record = item.stash.get(KEY, None)
    if record is None:
        return
    if report.failed and settings_of(item.config).ci:
        _add_cases(item, report)
    found = properties(record)
    item.user_properties += found  # JUnit XML takes them from the report of the teardown
    report.user_properties += found
    setattr(report, ATTRIBUTE, record.as_dict())


def properties(record: Record) -> list[tuple[str, str]]:
    """For JUnit XML: a pair for each thing, and for each finding."""
    found = [
        ("race_mode", record.mode),
        ("race_executions", str(record.executions)),
        ("race_traces", str(record.traces)),
    ]
    if record.seed is not None:
        found.append(("race_seed", str(record.seed)))
    for finding in record.findings:
        found.append(("race_finding", f"{finding['kind']}: {finding['summary']}"))
        if finding["file"]:
            found.append(("race_case", finding["file"]))
    return found


def _add_cases(item: Any, report: Any) -> None:
    for finding in item.stash.get(FINDINGS, []):
        name = finding.file or "the case"
        report.sections.append((f"to save {name} from this log, paste", pasteable(finding)))


def _width(config: pytest.Config) -> int:
    """The width of the terminal; of a worker's, its controller's."""
    worker = getattr(config, "workerinput", {})
    if "race_width" in worker:
        return int(worker["race_width"]) - _MARGIN
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    width = shutil.get_terminal_size().columns if reporter is None else reporter._tw.fullwidth
    return int(width) - _MARGIN
