"""Print every event of some runs: run by several versions of Python, to be compared."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.api import open_target
from explorer.search.random_walk import RandomWalk
from explorer.worlds.runner import Runner


def main(names: list[str]) -> None:
    """Five runs of each target."""
    for name in names:
        target = open_target(name)
        runner = Runner(target.program)
        for seed in range(5):
            trace = runner.record(target.case(), RandomWalk(seed))
            print(name, seed, trace.end, trace.time, trace.final, repr(trace.output))
            for event in trace.events:
                print(" ", event)


if __name__ == "__main__":
    main(sys.argv[1:])
