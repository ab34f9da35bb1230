"""How many gated runs a second: the counter of two processes, on two wardens.

    python benchmarks/gated.py [--seconds 5] [--wardens 3]

Each run is whole: two real processes are started, each of their operations is granted and
compared with the prediction, and they end. With fork, with spawn; and a deadlock, where one has to
see that nobody moves any more.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from explorer.api import open_target
from explorer.errands import gated_task
from explorer.hunting import Budget, Hunt
from explorer.worlds.real.host import Wardens

ROOT = Path(__file__).resolve().parents[1]
#: The same counter, its processes spawned.
SPAWNED = """\
import multiprocessing


def count(counter):
    counter.value += 1


if __name__ == "__main__":
    spawn = multiprocessing.get_context("spawn")
    counter = spawn.Value("i", 0)
    workers = [spawn.Process(target=count, args=(counter,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""


def rate(name: str, seconds: float, number: int) -> tuple[float, int, int]:
    """Gated runs a second of the first finding of a target; how many were made, and confirmed."""
    target = open_target(name)
    finding = Hunt(target, Budget(20)).run().findings[0]
    task = gated_task(target, finding.case, finding.trace)
    made = confirmed = 0
    with Wardens(number) as wardens:
        for _ in wardens.run([task] * number):
            pass  # what is done once is done
        began = perf_counter()
        while perf_counter() - began < seconds:
            for _, result in wardens.run([replace(task, times=20)] * number):
                made += 1
                confirmed += result.difference is None
        return made / (perf_counter() - began), made, confirmed


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--wardens", type=int, default=3)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="race-explorer-") as folder:
        spawned = Path(folder) / "spawned.py"
        spawned.write_text(SPAWNED)
        os.chdir(ROOT)
        targets = {"fork": "counter-raw", "spawn": str(spawned), "deadlock": "lock-order"}
        for label, name in targets.items():
            speed, made, confirmed = rate(name, options.seconds, options.wardens)
            print(
                f"{label:9} {speed:6.0f} gated runs/s, {confirmed} of {made} confirmed", flush=True
            )


if __name__ == "__main__":
    main()
