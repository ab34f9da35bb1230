"""`race-explorer report`: pages of saved cases, and an index over them."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Final

from explorer.cli.hunt import summed
from explorer.cli.pages import FORMS, story_of, write_story, write_text
from explorer.cli.screen import Screen
from explorer.cli.status import BAD_INPUT, NOTHING_FOUND
from explorer.errors import BadCase, ExplorerError
from explorer.model.verdict import Coverage, Verdict
from explorer.replaying import replay
from explorer.report.casefile import load
from explorer.report.index import Entry, index_page
from explorer.report.results import result, write
from explorer.report.wording import count

DEFAULT_FOLDER: Final = "reports"


def run(options: argparse.Namespace) -> int:
    """Write a page, a picture and two texts for each case, and the index."""
    began = perf_counter()
    screen = Screen(options.json)
    files = cases(options.cases)
    folder = Path(options.output)
    told = [_told(file, name) for file, name in zip(files, names(files), strict=True)]
    entries = [entry for entry, _ in told]
    for entry in entries:
        if entry.story is None:
            print(f"race-explorer: {entry.error}", file=sys.stderr)
            continue
        for ending in FORMS:
            write_story(entry.story, folder / f"{entry.name}{ending}")
    index = write_text(index_page(entries), folder / "index.html")
    bad = [entry.error for entry in entries if entry.story is None]
    screen.say(f"{index}: {count(len(entries) - len(bad), 'case')}")
    if options.json is not None:
        whole = summed([verdict for _, verdict in told], perf_counter() - began)
        pages = {"index": str(index), "errors": bad}
        write({**result("report", whole), **pages}, options.json)
    return BAD_INPUT if bad else NOTHING_FOUND


def cases(words: Sequence[str]) -> list[str]:
    """The case files that were named, folders standing for what is in them; none: `reports/`.

    Raises:
        BadCase: there is nothing to report on.
    """
    found: list[str] = []
    for word in words or [DEFAULT_FOLDER]:
        path = Path(word)
        if path.is_dir():
            found += [str(file) for file in sorted(path.glob("*.json"))]
        elif words:
            found.append(word)
    if not found:
        where = ", ".join(words) or f"{DEFAULT_FOLDER}/"
        raise BadCase(f"{where}: no case files. `race-explorer hunt` saves what it finds.")
    return list(dict.fromkeys(found))


def names(files: Iterable[str]) -> list[str]:
    """A name for the pages of each file, safe in a link, no two alike."""
    found: list[str] = []
    for file in files:
        name = re.sub(r"[^A-Za-z0-9_.-]+", "-", Path(file).stem).lstrip(".-") or "case"
        name = "index-case" if name == "index" else name
        number = 1
        while (name if number == 1 else f"{name}-{number}") in found:
            number += 1
        found.append(name if number == 1 else f"{name}-{number}")
    return found


def _told(file: str, name: str) -> tuple[Entry, Verdict]:
    """A case's entry in the index, and what its replay gave."""
    try:
        replayed = replay(load(file), file)
        entry = Entry(file, name, story_of(replayed, file))
    except ExplorerError as error:
        text = str(error)
        entry = Entry(file, name, error=text if text.startswith(file) else f"{file}: {text}")
        return entry, Verdict(file, "inconclusive", Coverage(0, 0, 0))
    findings = tuple(replace(found, file=file) for found in replayed.verdict.findings)
    return entry, replace(replayed.verdict, findings=findings)
