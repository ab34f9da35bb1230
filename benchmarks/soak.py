"""Confirmed deadlocks leave the machine as it was: processes, descriptors, semaphores, files.

    python benchmarks/soak.py [--times 1000]

Counted before and after: all processes of this user below this one and below init, the
descriptors of this process, the named semaphores and shared memory in /dev/shm, and what is in the
folder for temporary files.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from explorer.confirming import confirm
from explorer.report.casefile import load

ROOT = Path(__file__).resolve().parents[1]
#: Cases that end in waiting for ever: of lock holders, at a queue, after a kill.
CASES = (
    "lock-order-deadlock",
    "lock-holder-killed-leak",
    "queue-join-before-drain-deadlock",
    "philosophers-deadlock",
)
OURS = ("race-explorer-", "rx", "sem.rx", "pym-", "sem.mp-", "psm_")


def look() -> dict[str, list[str]]:
    """What there is of all that could be left behind."""
    return {
        "processes": processes(),
        "descriptors": sorted(os.listdir("/proc/self/fd")),
        "/dev/shm": ours("/dev/shm"),
        "temporary files": ours(tempfile.gettempdir()),
    }


def processes() -> list[str]:
    """Our children, and what has lost its parent and may have been one of ours."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
            command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        orphaned = parent == "1" and str(ROOT) in command
        if parent == str(os.getpid()) or orphaned:
            found.append(f"{pid} {command.strip()}")
    return sorted(found)


def ours(folder: str) -> list[str]:
    """Entries of a folder that bear names as we, or multiprocessing, give them."""
    return sorted(name for name in os.listdir(folder) if name.startswith(OURS))


def main() -> int:
    """Print what was there before and after; 1 if something is left."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=1_000)
    options = parser.parse_args()
    os.chdir(ROOT)
    # Others use the same machine, and the same folders: a folder of our own for temporary files.
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        tempfile.tempdir = os.environ["TMPDIR"] = folder
        return soak(options.times)


def soak(times: int) -> int:
    """The same, in this folder for temporary files."""
    began = perf_counter()
    before = look()
    confirmed = 0
    for number, name in enumerate(CASES):
        file = f"reports/{name}.json"
        share = times // len(CASES) + (number < times % len(CASES))
        found = confirm(load(file), file, times=share, jitter=False).gated
        assert found is not None
        confirmed += found.confirmed
        print(f"{name}: {found.confirmed} of {share} confirmed", flush=True)
    after = look()
    left = False
    for what, there in before.items():
        extra = [each for each in after[what] if each not in there]
        left = left or bool(extra)
        print(f"{what:16} before {len(there):3}  after {len(after[what]):3}", *extra)
    print(f"{confirmed} of {times} deadlocks confirmed, in {perf_counter() - began:.0f} s")
    return int(left or confirmed < times)


if __name__ == "__main__":
    sys.exit(main())
