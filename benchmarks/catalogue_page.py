"""docs/catalogue.md: made of what was measured, which the benchmarks keep in `measured/`.

    python benchmarks/catalogue_page.py

`catalogue.py` keeps what hunting and verifying found in `measured/hunted.json`, `confirm.py` what
real processes did in `measured/confirmed.json`: each can be run without the other, and for some
rows only. Values are the cells of the table, by the id of the bug or the name of the case.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = ROOT / "tests" / "programs" / "catalogue"
TABLE = ROOT / "docs" / "catalogue.md"
MEASURED = ROOT / "benchmarks" / "measured"

HEAD = """\
# The catalogue

Real-life bugs, each as a buggy program and a fixed twin in `tests/programs/catalogue/`. Made by
`make catalogue`.

*found*: kind, and how many executions until the first failure. *minimal*: child processes (and
main, if it is one of the parties), operations, preemptions. *fixed twin*: what `verify` says of
it, with its number of traces; "hunted" where its space is not finite or small, and `hunt` found
nothing in 2,000 executions.
"""
CONFIRMED_HEAD = """\
*gated*, *jitter*, *script*: how often it showed on real processes (see [confirm.md](confirm.md)):
with every operation granted in the order of the case; running free, with real sleeps of so many
milliseconds a tick of delay; and as a script of its own, run by plain Python. "Not forced": sleeps
alone cannot force all of it. Made by `python benchmarks/confirm.py`.
"""
GALLERY_HEAD = """\
## The gallery

The cases of `reports/`, found in the built-in scenarios, on real processes.

"""
HUNTED = ("found", "minimal", "proof", "fixed twin")
CONFIRMED = ("gated", "jitter", "script")

Cells = dict[str, dict[str, str]]


def measured(name: str) -> Cells:
    """What a benchmark has kept: the cells of each row."""
    path = MEASURED / f"{name}.json"
    found: Cells = json.loads(path.read_text()) if path.exists() else {}
    return found


def keep(name: str, cells: Mapping[str, Mapping[str, str]]) -> None:
    """Keep what was measured of these rows, beside what is known of others; writes the page."""
    before = measured(name)
    kept = {**before, **{row: {**before.get(row, {}), **found} for row, found in cells.items()}}
    MEASURED.mkdir(exist_ok=True)
    text = json.dumps(dict(sorted(kept.items())), indent=2, ensure_ascii=False)
    (MEASURED / f"{name}.json").write_text(text + "\n")
    TABLE.write_text(page())


def entries() -> list[dict[str, Any]]:
    """The bugs, as catalogue.json describes them."""
    found: list[dict[str, Any]] = json.loads((PROGRAMS / "catalogue.json").read_text())
    return found


def page() -> str:
    """The text of docs/catalogue.md."""
    hunted, confirmed = measured("hunted"), measured("confirmed")
    bugs = [
        [
            entry["id"],
            entry["title"],
            *_cells(hunted.get(entry["id"], {}), HUNTED),
            *_cells(confirmed.get(entry["id"], {}), CONFIRMED),
        ]
        for entry in entries()
    ]
    cases = [
        [f"`{name}`", *_cells(confirmed.get(name, {}), CONFIRMED)]
        for name in sorted(path.stem for path in (ROOT / "reports").glob("*.json"))
    ]
    catalogue = table(("bug", "what goes wrong", *HUNTED, *CONFIRMED), bugs)
    gallery = table(("case", *CONFIRMED), cases)
    return f"{HEAD}\n{CONFIRMED_HEAD}\n{catalogue}\n{GALLERY_HEAD}{gallery}"


def _cells(found: Mapping[str, str], names: tuple[str, ...]) -> list[str]:
    return [found.get(name, "") for name in names]


def table(head: tuple[str, ...], rows: list[list[str]]) -> str:
    """A Markdown table."""
    return _line(head) + "|" + "---|" * len(head) + "\n" + "".join(map(_line, rows))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    TABLE.write_text(page())
