"""The saved cases of a project: which files are case files, and which belong to which test."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from explorer.errors import BadCase
from explorer.model.saved import SavedCase
from explorer.report.case_reader import TOOL
from explorer.report.casefile import load

#: A case file by its name alone, wherever it is.
SUFFIX: Final = ".race.json"
_HEAD: Final = 200  # characters within which a case file says whose it is


def is_case_file(path: Path) -> bool:
    """Whether a JSON file says that it is one of ours; reads its beginning only."""
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return False
    return f'"tool": {json.dumps(TOOL)}' in head or f'"tool":{json.dumps(TOOL)}' in head


def case_files(folders: Iterable[Path]) -> Iterator[Path]:
    """The case files below some folders, in the order of their names."""
    for folder in folders:
        if folder.is_dir():
            for path in sorted(folder.rglob("*.json")):
                if path.is_file() and is_case_file(path):
                    yield path


class Corpus:
    """The saved cases by target; the files are read when they are first asked for."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
        self._by_target: dict[str, list[tuple[Path, SavedCase]]] | None = None

    def of(self, target: str) -> list[tuple[Path, SavedCase]]:
        """The cases of a test. Files that cannot be read are left to who collects them."""
        if self._by_target is None:
            self._by_target = {}
            for path in case_files(self.folders):
                try:
                    saved = load(path)
                except BadCase:
                    continue
                self._by_target.setdefault(saved.case.target, []).append((path, saved))
        return self._by_target.get(target, [])
