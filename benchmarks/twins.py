"""The fixed twins of the catalogue on real processes, gated, under random schedules.

    python benchmarks/twins.py [--times 100] [--wardens 2] [B07 …]

Each twin runs under so many random walks, first virtually, then gated in the same order. It must
show nothing, and the real processes must do what the virtual ones did, step by step.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from catalogue_page import PROGRAMS, ROOT, entries

from explorer.api import open_target
from explorer.errands import gated_task
from explorer.model.case import Case
from explorer.search.random_walk import RandomWalk
from explorer.worlds.execute import session
from explorer.worlds.real.host import Wardens
from explorer.worlds.real.warden import Task
from explorer.worlds.runner import Runner


def tasks_of(program: str, times: int) -> tuple[list[Task], list[str]]:
    """The gated runs of a twin, and what was found in virtual ones."""
    target = open_target(str((PROGRAMS / program).relative_to(ROOT)))
    runner = Runner(target.program)
    case = Case(target.name)
    tasks, found = [], []
    with session(target.program):
        for seed in range(times):
            trace = runner.record(case, RandomWalk(seed))
            found += [symptom.summary for symptom in runner.diagnose(case, trace)]
            tasks.append(gated_task(target, case, trace))
    return tasks, found


def main() -> int:
    """Print a line for each twin; 1 if one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--wardens", type=int, default=2)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    os.chdir(ROOT)
    began = perf_counter()
    runs = failed = 0
    with Wardens(options.wardens) as wardens:
        for entry in entries():
            if options.names and entry["id"] not in options.names:
                continue
            tasks, found = tasks_of(entry["fixed"], options.times)
            results = [result for _, result in wardens.run(tasks)]
            found += [result.difference[1] for result in results if result.difference]
            runs += len(results)
            failed += bool(found)
            print("! " if found else "  ", entry["id"], *found[:1], flush=True)
    seconds = perf_counter() - began
    print(f"{runs} gated runs in {seconds:.0f} s ({runs / seconds:.0f}/s); {failed} twins failed")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
