"""The gallery in reports/: the minimal case of each scenario and of each bug of the catalogue.

Beside each case (`.json`) lies its picture as the terminal draws it (`.txt`), and beside those of
the scenarios a page to step through (`.html`). Pages of the catalogue are not committed, since they
are fifty times as large as their cases: `make gallery` builds them all into build/gallery/.

`python -m tests.gallery.making` writes the gallery anew. Nothing in it depends on the machine.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from explorer.api import Target, failing_scenarios, open_target
from explorer.explaining import explain
from explorer.hunting import Budget, Hunt
from explorer.minimize.minimise import Minimiser
from explorer.model.verdict import Finding
from explorer.replaying import replay
from explorer.report.casefile import dump, load
from explorer.report.html.page import page
from explorer.report.places import stem
from explorer.report.terminal import plain_text
from explorer.search.replay import Replay
from explorer.worlds.execute import session
from explorer.worlds.runner import Runner

ROOT: Final = Path(__file__).resolve().parents[2]
PROGRAMS: Final = "tests/programs/catalogue"
REPORTS: Final = "reports"
CATALOGUE: Final = "reports/catalogue"
ENDINGS: Final = (".json", ".txt", ".html")


def bugs() -> list[dict[str, Any]]:
    """The entries of the catalogue."""
    found: list[dict[str, Any]] = json.loads((ROOT / PROGRAMS / "catalogue.json").read_text())
    return found


def of_scenario(name: str) -> dict[str, str]:
    """The files of a scenario by name, with their text."""
    return _files(open_target(name), REPORTS, pages=True)


def of_bug(entry: dict[str, Any]) -> dict[str, str]:
    """The files of a bug of the catalogue."""
    return _files(open_target(f"{PROGRAMS}/{entry['buggy']}"), CATALOGUE, pages=False)


def _files(target: Target, folder: str, *, pages: bool) -> dict[str, str]:
    """What a hunt finds, as `race-explorer hunt` saves it, and drawn."""
    hunt = Hunt(target, Budget())
    files = {}
    for finding, name in _named(hunt.run().findings, folder):
        finding = replace(finding, file=f"{name}.json")
        files[f"{name}.json"] = dump(finding)
        files[f"{name}.txt"] = plain_text(finding)
        if pages:
            met = [one for one in hunt.defects.found if target.same(one.symptom, finding.symptom)]
            story = explain(target.program, finding, first=met[0] if met else None)
            files[f"{name}.html"] = page(story)
    return files


def _named(findings: tuple[Finding, ...], folder: str) -> Iterator[tuple[Finding, str]]:
    """Each finding with the name of its files, as `save` gives them names."""
    used: Counter[str] = Counter()
    for finding in findings:
        name = f"{folder}/{stem(finding.case.target)}-{finding.kind.value}"
        used[name] += 1
        yield finding, name if used[name] == 1 else f"{name}-{used[name]}"


def again(file: str) -> dict[str, str]:
    """The files of a saved case: replayed, minimised anew, drawn.

    What the minimiser makes of a finding does not depend on how it was found, so this is what a
    hunt would save, for a twentieth of its time.
    """
    replayed = replay(load(file), file)
    target, finding = replayed.target, replayed.finding
    assert finding is not None, f"{file}: the program no longer shows it"
    with session(target.program):
        runner = Runner(target.program)
        minimiser = Minimiser(runner, target.same, target.shrink())
        whole = replace(target.case(), seed=finding.case.seed)  # every process, as in a hunt
        trace = runner.record(whole, Replay(whole.schedule))
        finding = minimiser.minimise(replace(finding, case=whole, trace=trace))
    finding = replace(finding, file=file)
    return {file: dump(finding), file.removesuffix(".json") + ".txt": plain_text(finding)}


def main() -> None:
    """Write all of it, and take away what no longer belongs to it."""
    os.chdir(ROOT)
    files: dict[str, str] = {}
    for name in failing_scenarios():
        files |= of_scenario(name)
    for entry in bugs():
        files |= of_bug(entry)
    Path(CATALOGUE).mkdir(parents=True, exist_ok=True)
    for old in sorted(Path(REPORTS).rglob("*")):
        if old.suffix in ENDINGS and old.as_posix() not in files:
            old.unlink()
    for file, text in files.items():
        Path(file).write_text(text, encoding="utf-8", newline="\n")
    cases = sum(file.endswith(".json") for file in files)
    print(f"{REPORTS}: {cases} cases, {sum(map(len, files.values())) // 1024:,} KB")


if __name__ == "__main__":
    main()
