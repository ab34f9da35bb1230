"""Every finding of the gallery and the catalogue, on real processes; writes docs/catalogue.md.

    python benchmarks/confirm.py [--times 20] [--only gated,jitter,script] [B07 …]

*Gated*: `confirm --gated`, which must do all that is predicted in every run. *Jitter*: `confirm
--jitter`, which is to show the finding in at least nine of ten. *Script*: the output of `script`,
run by a Python in an empty environment, the same. Free runs and scripts are about real time, so
nothing else should go on on the machine meanwhile. Scripts overlap: they sleep most of the time.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, perf_counter, sleep

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from catalogue_page import ROOT, entries, keep

from explorer.confirming import confirm
from explorer.errors import ExplorerError
from explorer.model.saved import SavedCase
from explorer.report.casefile import load
from explorer.report.script import Script
from explorer.report.wording import title
from explorer.scripting import script

Shown = tuple[int, int, str]  # how often, of how many, and what to add
Way = Callable[["Item", int], Shown]

WAYS = ("gated", "jitter", "script")
ENOUGH = {"gated": 1.0, "jitter": 0.9, "script": 0.9}
LONGEST = 60.0  # seconds that one script may take
GAP = 0.25  # seconds between two of them; a Python has begun by then
MOST = 24  # at once


@dataclass
class Item:
    """One finding, and what came of it: for each way, how often it showed, and what to add."""

    name: str
    file: Path
    saved: SavedCase
    shown: dict[str, Shown] = field(default_factory=dict)
    seconds: float = 0.0

    def cells(self) -> dict[str, str]:
        """What is measured here of the line of the table."""
        return {
            way: f"{shown} of {times}{also}" for way, (shown, times, also) in self.shown.items()
        }

    def is_right(self) -> bool:
        """Whether it showed often enough."""
        return all(
            times > 0 and shown >= ENOUGH[way] * times
            for way, (shown, times, _) in self.shown.items()
        )


def gallery() -> Iterator[Item]:
    """The committed cases."""
    for file in sorted((ROOT / "reports").glob("*.json")):
        yield Item(file.stem, file, load(file))


def catalogue() -> Iterator[Item]:
    """The committed case of each bug."""
    for entry in entries():
        stem = entry["buggy"].removesuffix(".py")
        file = ROOT / "reports" / "catalogue" / f"{stem}-{entry['kind']}.json"
        yield Item(entry["id"], file, load(file))


def gated(item: Item, times: int) -> Shown:
    """Of so many gated runs, those that did all that was predicted."""
    found = confirm(item.saved, str(item.file), times=times, jitter=False)
    assert found.gated is not None
    if found.gated.mismatch is not None:
        print(f"! {item.name}: {found.gated.mismatch}", flush=True)
    shown = found.gated.confirmed if found.symptom is not None else 0
    return shown, times, ""


def jitter(item: Item, times: int) -> Shown:
    """Of so many free runs, those that showed it."""
    found = confirm(item.saved, str(item.file), times=times, gated=False).jitter
    if found is None or found.forcing is None:
        return 0, times, ", cannot be forced"
    return found.failed, found.times, f", {found.tick} ms" if found.tick else ", no sleeps"


class Scripts:
    """Runs scripts by a Python that has nothing but the standard library."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder / "empty", symlinks=True)
        self.python = folder / "empty" / "bin" / "python3"
        self.since: dict[int, float] = {}  # when each run began
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
        }

    def run(self, items: list[Item], times: int) -> None:
        """Of so many runs of each, count those that say so and end with exit code 1.

        A new one begins every `GAP` seconds, whatever it is; most of their time they sleep.
        """
        going: list[tuple[Item, subprocess.Popen[str], Path]] = []
        number = 0
        for item in items:
            made = self._written(item)
            item.shown["script"] = (0, times, "" if made is None or made.sure else ", not forced")
            for _ in range(times if made is not None else 0):
                number += 1
                begun = monotonic()
                going.append((item, *self._begin(self.folder / f"{item.name}.py", number)))
                while monotonic() - begun < GAP or len(going) >= MOST:
                    sleep(0.01)
                    going = self._still(going)
        while going:
            sleep(0.01)
            going = self._still(going)

    def _written(self, item: Item) -> Script | None:
        try:
            made = script(item.saved, str(item.file))
        except ExplorerError as error:
            print(f"! {item.name}: script: {error}", flush=True)
            return None
        (self.folder / f"{item.name}.py").write_text(made.text)
        return made

    def _still(
        self, going: list[tuple[Item, subprocess.Popen[str], Path]]
    ) -> list[tuple[Item, subprocess.Popen[str], Path]]:
        """Those that have not ended; of the others it is counted whether they showed it."""
        left = []
        for item, process, output in going:
            late = process.poll() is None and monotonic() - self.since[process.pid] > LONGEST
            if process.poll() is None and not late:
                left.append((item, process, output))
                continue
            shown, times, also = item.shown["script"]
            item.shown["script"] = (shown + self._shows(item, process, output), times, also)
        return left

    def _begin(self, path: Path, number: int) -> tuple[subprocess.Popen[str], Path]:
        """A run, in an empty folder of its own."""
        folder = self.folder / str(number)
        folder.mkdir()
        output = folder.with_suffix(".txt")
        with output.open("w") as file:
            process = subprocess.Popen(
                [self.python, path],
                cwd=folder,
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                text=True,
            )
        self.since[process.pid] = monotonic()
        return process, output

    def _shows(self, item: Item, process: subprocess.Popen[str], output: Path) -> bool:
        """Whether a run, once it has ended, has said what it is to say."""
        code = process.poll()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        text = output.read_text(errors="replace")
        shutil.rmtree(output.with_suffix(""))
        output.unlink()
        shows = code == 1 and any(sign in text for sign in signs(item))
        if not shows:
            print(f"! {item.name}: exit code {code}: {text[-500:]!r}", flush=True)
        return shows


def signs(item: Item) -> list[str]:
    """Of what a script prints, one shows that it is this finding."""
    shown = item.saved.shows
    raised = re.search(r"raised (\w+)", shown.summary)
    return [f"{title(shown.kind).upper()}:", *([f"{raised[1]}"] if raised else [])]


def measure(item: Item, ways: dict[str, Way], times: int) -> None:
    """Let it be shown in these ways."""
    for name, way in ways.items():
        began = perf_counter()
        try:
            item.shown[name] = way(item, times)
        except ExplorerError as error:
            print(f"! {item.name}: {name}: {error}", flush=True)
            item.shown[name] = (0, times, "")
        item.seconds += perf_counter() - began
    mark = " " if item.is_right() else "!"
    print(mark, item.name, item.cells(), f"{item.seconds:.1f} s", flush=True)


def main() -> int:
    """Measure, print row by row, keep, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--only", default=",".join(WAYS))
    parser.add_argument("--dry", action="store_true", help="keep nothing")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    os.chdir(ROOT)
    began = perf_counter()
    wanted = options.only.split(",")
    with tempfile.TemporaryDirectory(prefix="race-explorer-") as name:
        folder = Path(name)
        ways = {way: {"gated": gated, "jitter": jitter}[way] for way in WAYS[:2] if way in wanted}
        items = list(chosen(options.names))
        for item in items if ways else ():
            measure(item, ways, options.times)
        if "script" in wanted:
            Scripts(folder).run(items, options.times)
    for item in items:
        print(" " if item.is_right() else "!", item.name, item.cells())
    right = sum(item.is_right() for item in items)
    if not options.dry:
        keep("confirmed", {item.name: item.cells() for item in items})
    print(f"{right} of {len(items)} as they should be, in {perf_counter() - began:.0f} s")
    return 0 if right == len(items) else 1


def chosen(words: list[str]) -> Iterator[Item]:
    """The items with these names; none named: all."""
    for item in (*gallery(), *catalogue()):
        if not words or item.name in words:
            yield item


if __name__ == "__main__":
    sys.exit(main())
