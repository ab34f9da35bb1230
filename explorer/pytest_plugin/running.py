"""Running one marked test: its saved cases first, then the search, then what is to be said."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from explorer.api import Target
from explorer.errors import ExplorerError
from explorer.findings import as_exception, require
from explorer.model.saved import SavedCase
from explorer.model.verdict import Finding, Verdict
from explorer.pytest_plugin.corpus import Corpus
from explorer.pytest_plugin.exploring import Plan, explore, missing_text, unexpected
from explorer.pytest_plugin.items import base_name, rewriting, subject_of
from explorer.pytest_plugin.marker import RaceOptions
from explorer.pytest_plugin.options import Settings, settings_of
from explorer.pytest_plugin.record import FINDINGS, KEY, Record
from explorer.pytest_plugin.seeds import seed_for
from explorer.pytest_plugin.sharding import Share, share_of
from explorer.pytest_plugin.showing import relative
from explorer.pytest_plugin.statistics import Statistics
from explorer.pytest_plugin.stopping import stoppable
from explorer.pytest_plugin.target import TestTarget, executed_modules, target_of
from explorer.replaying import replay
from explorer.report.saving import save
from explorer.report.wording import count

#: A search that is slower than this, in executions a second, for so many seconds, and executes so
#: many modules each time, says so.
SLOW_RATE: Final = 50
SLOW_SECONDS: Final = 5.0
MANY_MODULES: Final = 10

_CORPUS = pytest.StashKey[Corpus]()


def run_item(item: Any, options: RaceOptions) -> None:
    """Explore the test of an item; return if it passes.

    Raises:
        Race, ExceptionGroup, Inconclusive: what is found.
        ExplorerError: it cannot be explored.
    """
    settings = settings_of(item.config)
    share = share_of(item)
    mode = "verify" if options.verify else "hunt"
    record = Record(base_name(item), mode, shard=share.shard, shards=share.shards)
    item.stash[KEY] = record
    record.state = "failed"
    target = target_of(subject_of(item, options), options, rewriting(item.config))
    known = [] if options.expect or share.shard else _still_failing(item, target, record)
    if known:
        _report_found(item, record, known)
    verdict = _search(item, target, options, _plan(item, settings, share), record)
    _conclude(item, target, options, record, verdict)


def _plan(item: Any, settings: Settings, share: Share) -> Plan:
    return Plan(
        seed=seed_for(settings.seed, base_name(item), share.shard),
        examples=settings.examples,
        seconds=share.seconds,
        shard=share.shard,
        shards=share.shards,
    )


def _search(
    item: Any, target: TestTarget, options: RaceOptions, plan: Plan, record: Record
) -> Verdict:
    statistics = Statistics(options) if _wants_statistics(item) else None
    plan = replace(plan, statistics=statistics)
    explored = explore(target, options, plan)
    verdict = explored.verdict
    coverage = verdict.coverage
    record.executions, record.traces = coverage.executions, coverage.traces
    record.exhaustive, record.seconds = coverage.exhaustive, verdict.seconds
    record.seed = None if options.verify or coverage.exhaustive else plan.seed
    _note_if_slow(record, target)
    if record.shards > 1:
        record.keep_keys(explored.keys)
    if explored.interrupted:
        saved_findings(verdict.findings, settings_of(item.config), target)
        raise KeyboardInterrupt
    if statistics is not None:
        item.hypothesis_statistics = statistics.text(item.nodeid, verdict)
    return verdict


def _note_if_slow(record: Record, target: TestTarget) -> None:
    """Say why a search got through so few runs, if it was for modules of the user's."""
    executed = executed_modules(target)
    if record.seconds < SLOW_SECONDS or executed < MANY_MODULES:
        return
    rate = record.executions / record.seconds
    if rate > SLOW_RATE:
        return
    modules = count(executed, "module")
    record.notes.append(
        f"{record.name}: only {rate:,.0f} executions a second; each executes {modules} of yours "
        "from the beginning. Import less in it."
    )


def _wants_statistics(item: Any) -> bool:
    return bool(item.config.getoption("--hypothesis-show-statistics", False))


def _conclude(
    item: Any, target: Target, options: RaceOptions, record: Record, verdict: Verdict
) -> None:
    settings = settings_of(item.config)
    surprises, missing = unexpected(verdict, options.expect)
    if surprises:
        note = f"{missing_text(missing, verdict)}." if missing else ""
        _report_found(item, record, saved_findings(surprises, settings, target), note)
    if missing:
        pytest.fail(missing_text(missing, verdict), pytrace=False)
    if options.expect:
        record.state = "expected"
        record.add(verdict.findings)
        return
    require(verdict, exhaustive=options.verify)
    record.state = "passed"


def saved_findings(
    findings: Iterable[Finding], settings: Settings, target: Target
) -> list[Finding]:
    """The findings, each saved to a file of its own, with its page beside it."""
    label = label_of(target.name)
    saved = [
        replace(finding, file=relative(save(finding, settings.reports, label=label)))
        for finding in findings
    ]
    for finding in saved:
        _write_page(finding, target)
    return saved


def _write_page(finding: Finding, target: Target) -> None:
    """The page to step through a run; whoever cannot have it still has the case."""
    from explorer.explaining import explain
    from explorer.report.html.page import page

    assert finding.file is not None
    path = Path(finding.file).with_suffix(".html")
    with suppress(ExplorerError, OSError):
        text = page(explain(target.program, finding))
        path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def label_of(name: str) -> str:
    """A test's part of a file name: "test_bank-test_transfer" for "tests/test_bank.py::test_…"."""
    path, _, rest = name.partition("::")
    return "-".join([Path(path).stem, *rest.replace("[", "-").replace("]", "").split("::")])


def _report_found(item: Any, record: Record, findings: list[Finding], note: str = "") -> None:
    record.state = "found"
    record.add(findings)
    item.stash[FINDINGS] = findings
    error = as_exception(findings)
    if note:
        error.add_note(note)
    raise error


def _still_failing(item: Any, target: Target, record: Record) -> list[Finding]:
    """What the test's saved reproductions still show; a failing test fails at once that way."""
    corpus = item.config.stash.get(_CORPUS, None)
    if corpus is None:
        corpus = item.config.stash[_CORPUS] = Corpus(settings_of(item.config).cases)
    found = []
    began = time.perf_counter()
    for path, saved in corpus.of(record.name):
        finding = _replayed(path, saved, target) if saved.expect == "fails" else None
        if finding is not None:
            found.append(replace(finding, file=relative(path)))
    if found:
        record.mode = "saved"
        record.executions = len(found)
        record.seconds = time.perf_counter() - began
    return found


def _replayed(path: Path, saved: SavedCase, target: Target) -> Finding | None:
    try:
        with stoppable():
            return replay(saved, str(path), target=target).finding
    except ExplorerError:
        return None  # fixed, or another program by now: the search will tell
