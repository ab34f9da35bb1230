"""Generated programs under random schedules, run virtually and on real processes, compared.

Each program runs once virtually under a random walk, and once gated: every operation is granted
in the order of the virtual run, and its result, what it raises, exit codes, output and in the end
the set of those who wait for ever must be the same. The first line of the answer is the count.

    python benchmarks/differential.py [--programs 10000] [--first 0] [--wardens 2]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.case import Case
from explorer.model.trace import Trace
from explorer.search.random_walk import RandomWalk
from explorer.worlds.real.body import Body
from explorer.worlds.real.expected import prediction_of
from explorer.worlds.real.host import Wardens
from explorer.worlds.real.warden import Result, Task
from explorer.worlds.runner import Runner
from strategies.program_text import text
from strategies.programs import Program, body, random_program

#: What programs are made of: (statements, numbers of statements of each process).
SORTS = (
    (("values", "locks"), ((2, 2), (3, 2), (2, 2, 2))),
    (("values", "locks", "rlocks", "try", "branches"), ((3, 3), (2, 2, 2))),
    (("array", "guarded", "semaphores"), ((3, 3), (2, 2, 2))),
    (("values", "events", "locks"), ((3, 3), (2, 2, 2))),
    (("values", "conditions"), ((3, 3), (2, 2, 2))),
    (("queues", "values"), ((3, 3), (2, 2, 2))),
    (("values", "locks", "timeouts", "sleeps"), ((3, 3), (2, 2, 2))),
    (("values", "locks", "events", "queues", "kill", "poll"), ((3, 3), (2, 2, 2))),
    (("values", "locks", "semaphores", "events", "conditions", "queues"), ((4, 4), (3, 3, 2))),
)


def program_of(number: int) -> Program:
    """The program of that number."""
    features, sizes = SORTS[number % len(SORTS)]
    return random_program(number, features, sizes)


def virtual_run(number: int) -> Trace:
    """The virtual run of a program under its random schedule."""
    runner = Runner(FunctionProgram("program", body, multiprocessing), limit=500)
    case = Case("program", parameters={"program": program_of(number)})
    return runner.record(case, RandomWalk(number))


def task_of(number: int) -> Task:
    """The gated run that must do the same."""
    parameters = {"program": program_of(number)}
    return Task(
        Body(module="strategies.programs", function="body", parameters=parameters),
        times=1,
        prediction=prediction_of(virtual_run(number)),
    )


def compare(numbers: range, wardens: int = 2) -> Iterator[tuple[int, Result]]:
    """Run these programs; each one's number and gated result."""
    with Wardens(wardens) as hired:
        for start in range(numbers.start, numbers.stop, 200):
            batch = list(range(start, min(start + 200, numbers.stop)))
            for place, result in hired.run([task_of(number) for number in batch]):
                yield batch[place], result


def main() -> None:
    """Print how many agreed, and what did not."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--programs", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--wardens", type=int, default=2)
    options = parser.parse_args()
    numbers = range(options.first, options.first + options.programs)
    began = perf_counter()
    different = []
    for number, result in compare(numbers, options.wardens):
        if result.difference is not None:
            different.append((number, result))
            print(f"program {number}: step {result.difference[0]}: {result.difference[1]}")
            print(text(program_of(number)), flush=True)
    seconds = perf_counter() - began
    print(
        f"{len(numbers) - len(different)} of {len(numbers)} programs agree, "
        f"in {seconds:.0f} s ({len(numbers) / seconds:.0f}/s)"
    )
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
