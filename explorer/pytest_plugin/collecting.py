"""Case files as test items: `reports/bank-lost-update.json::lost-update`.

A reproduction (`expect: fails`) that still fails is an expected failure; one that no longer fails
is fixed, and passes with the word that turns it into a guard. A guard (`expect: passes`) passes,
or fails with the whole picture.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from explorer.errors import BadCase, Diverged, UsageError
from explorer.findings import as_exception
from explorer.frontend.modules import forget_sources
from explorer.model.saved import SavedCase
from explorer.model.verdict import Finding
from explorer.pytest_plugin.corpus import SUFFIX, is_case_file
from explorer.pytest_plugin.items import options_of_item, rewriting, subject_of
from explorer.pytest_plugin.lookup import check_target, find_test, is_test
from explorer.pytest_plugin.options import settings_of
from explorer.pytest_plugin.record import FINDINGS, KEY, Record
from explorer.pytest_plugin.showing import relative, replay_command
from explorer.pytest_plugin.stopping import stoppable
from explorer.pytest_plugin.target import TestTarget, target_of
from explorer.replaying import Replayed, replay
from explorer.report.casefile import dump, load
from explorer.report.wording import title

#: The name of the item of a file that cannot be read.
UNREADABLE = "unreadable"


def is_collected(path: Path, config: pytest.Config, *, named: bool) -> bool:
    """Whether a file is collected as a case; `named`: it is given on the command line."""
    if path.name.endswith(SUFFIX) or named:
        return True
    folders = settings_of(config).cases
    return any(path.is_relative_to(folder) for folder in folders) and is_case_file(path)


class CaseFile(pytest.File):
    """A case file; collects one item. Reads the file, and nothing that it names."""

    def collect(self) -> list[pytest.Item]:
        """The case, by the kind of its finding."""
        try:
            saved = load(self.path)
        except BadCase as error:
            return [CaseItem.from_parent(self, name=UNREADABLE, saved=None, problem=str(error))]
        return [CaseItem.from_parent(self, name=saved.shows.kind.value, saved=saved)]


class CaseItem(pytest.Item):
    """The replay of one saved case."""

    def __init__(self, *, saved: SavedCase | None, problem: str = "", **rest: Any) -> None:
        super().__init__(**rest)
        self.saved = saved
        self.problem = problem
        self.file = relative(self.path)
        self.record = self.stash[KEY] = Record(self.nodeid, "replay", state="failed")
        self.add_marker("races")
        # What a test's fixtures of pytest's own need: see DoctestItem in _pytest/doctest.py.
        self.obj = None
        manager = self.session._fixturemanager
        self._fixtureinfo = manager.getfixtureinfo(node=self, func=None, cls=None)
        self.fixturenames: list[str] = []
        self.funcargs: dict[str, object] = {}
        self._request = _request(self)

    def runtest(self) -> None:
        """Replay it.

        Raises:
            Race: a guard fails, or a reproduction shows another defect than it says.
            ExplorerError: it cannot be replayed.
        """
        if self.saved is None:
            raise BadCase(self.problem)
        forget_sources()
        check_target(self.saved.case.target, self.config, self.file)
        target = self._target(self.saved)
        if self.saved.expect == "passes":
            self._guard(self._replay(self.saved, target))
        else:
            self._reproduction(self.saved, target)

    def _target(self, saved: SavedCase) -> TestTarget | None:
        """The test that the case is of; None if it is of a program, which replaying opens."""
        if not is_test(saved.case.target, self.config):
            return None
        item = find_test(self.session, saved.case.target)
        options = options_of_item(item)
        if options is None:
            raise UsageError(
                f"{self.file}: {saved.case.target} is no longer marked with races. Mark it, or "
                "delete the case."
            )
        subject = subject_of(item, options, self._request)
        return target_of(subject, options, rewriting(self.config))

    def _replay(self, saved: SavedCase, target: TestTarget | None) -> Replayed:
        with stoppable():
            replayed = replay(saved, self.file, target=target)
        self.record.executions += replayed.verdict.coverage.executions
        return replayed

    def _guard(self, replayed: Replayed) -> None:
        if replayed.finding is not None:
            self._fail("guarded", replayed.finding)
        self.record.state = "passed"

    def _reproduction(self, saved: SavedCase, target: TestTarget | None) -> None:
        kind = title(saved.shows.kind)
        try:
            finding = self._replay(saved, target).finding
        except Diverged as drift:
            around = self._replay(replace(saved, expect="passes"), target).finding
            if around is not None:
                self._drifted(saved, around, drift)
            else:
                self._fixed(saved)
            return
        if finding is None:
            self._fixed(saved)
        elif finding.kind is not saved.shows.kind:
            self._fail("found", finding)
        else:
            self.record.state = "known"
            if settings_of(self.config).update:
                self.record.notes.append(
                    f"{self.file}: {kind} still there, the case stays as it is"
                )
            pytest.xfail(f"known {kind}: {saved.shows.summary}")

    def _fixed(self, saved: SavedCase) -> None:
        self.record.state = "fixed"
        kind = title(saved.shows.kind)
        if settings_of(self.config).update:
            rewrite_file(self.path, dump(replace(saved, expect="passes")))
            self.record.notes.append(f"{self.file}: {kind} fixed; it is a guard from here on")
            return
        command = replay_command(self.file).replace("pytest ", "pytest --race-update ")
        self.record.notes.append(f"{self.file}: {kind} fixed; `{command}` turns it into a guard")

    def _drifted(self, saved: SavedCase, finding: Finding, drift: Diverged) -> None:
        """The program has changed, and still has the defect, in another schedule."""
        if settings_of(self.config).update:
            rewrite_file(self.path, dump(finding))
            self.record.state = "known"
            self.record.notes.append(f"{self.file}: written anew for the program as it is now")
            pytest.xfail(f"known {title(finding.kind)}: {finding.symptom.summary}")
        self.record.state = "drifted"
        self.record.add([replace(finding, file=self.file)])
        command = replay_command(self.file).replace("pytest ", "pytest --race-update ")
        raise Diverged(
            f"{drift}\nThe program has changed, and still has the {title(saved.shows.kind)}: "
            f"`{command}` writes the case anew.",
            drift.step,
        )

    def _fail(self, state: str, finding: Finding) -> None:
        found = replace(finding, file=self.file)
        self.record.state = state
        self.record.add([found])
        self.stash[FINDINGS] = [found]
        raise as_exception([found])

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The file, and what to call its item."""
        return self.path, None, self.name


def rewrite_file(path: Path, text: str) -> None:
    """Replace a file's content, whole or not at all."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.chmod(temporary, path.stat().st_mode & 0o777)
        os.replace(temporary, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def _request(item: Any) -> Any:
    from _pytest.fixtures import TopRequest

    return TopRequest(item, _ispytest=True)
