"""Traces a second of the exhaustive search, and what they cost as there come to be more of them.

Times are of the processor, so that others on the machine disturb them little. `bare` is that of a
run of the same program with no search at all (the default schedule), in the same sitting: what is
left of a trace's cost is the search. Memory is what Python's allocator holds at most, in a second
search of the same program under `tracemalloc`.

    python benchmarks/verify.py             the table, and the cost from 10² to 10⁵ traces
    python benchmarks/verify.py --oracle N  N random programs against brute force instead
    python benchmarks/verify.py --workers N last_zero(12) by one process and by N, in turns, instead
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from explorer.engine.chooser import KeepRunning
from explorer.native import form
from explorer.search.exhaustive import Exhaustive
from explorer.search.exploration import explore
from explorer.search.parcels import Parcel, Receipt
from explorer.search.stint import Quota, work_off
from explorer.verifying import pool
from tests.anchors import programs
from tests.oracle.brute import runner
from tests.oracle.generated import FOUR, GROUPS, GROUPS_OF_FOUR, SIZES, differences
from tests.oracle.generated import programs as programs_of

ROUNDS = 5
LARGE = 12
PROGRAMS: list[tuple[str, Callable[..., None], dict[str, int]]] = [
    ("lost_update(4)", programs.lost_update, {"processes": 4}),
    ("last_zero(10)", programs.last_zero, {"number": 10}),
    ("filesystem(20)", programs.filesystem, {"number": 20}),
    ("philosophers(6)", programs.philosophers, {"number": 6}),
    ("locked 3×3", programs.locked, {"processes": 3, "times": 3}),
]


def bare(run: Callable[[Any], Any]) -> float:
    """Seconds of one run under the default schedule."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = process_time()
        for _ in range(50):
            run(KeepRunning())
        best = min(best, (process_time() - began) / 50)
    return best


def measure(run: Callable[[Any], Any]) -> tuple[int, float]:
    """The number of traces, and the seconds of the fastest of several searches."""
    best, traces = float("inf"), 0
    for _ in range(ROUNDS):
        gc.collect()
        began = process_time()
        done = explore(run)
        best = min(best, process_time() - began)
        traces = done.traces
        assert done.exhaustive
        assert done.executions == traces
        if best > 2:
            break
    return traces, best


def memory(run: Callable[[Any], Any]) -> float:
    """Megabytes that a search holds at most."""
    run(KeepRunning())
    gc.collect()
    tracemalloc.start()
    explore(run, max_executions=2_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def resident() -> float:
    """Megabytes that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table() -> None:
    """Print the speed of each program."""
    print(f"Python {sys.version.split()[0]}, engine {form()}, best of {ROUNDS}")
    print(
        f"{'program':>16} {'traces':>7} {'traces/s':>9} {'µs/trace':>9} {'bare run µs':>12} "
        f"{'peak MB':>8}"
    )
    for name, program, sizes in PROGRAMS:
        run = runner(program, limit=10_000, **sizes)
        plain = bare(run)
        traces, seconds = measure(run)
        print(
            f"{name:>16} {traces:>7} {traces / seconds:>9.0f} {seconds / traces * 1e6:>9.0f} "
            f"{plain * 1e6:>12.0f} {memory(run):>8.2f}",
            flush=True,
        )


def cost() -> None:
    """Print what each trace costs between 10ⁿ and 10ⁿ⁺¹ traces of one program."""
    print("\nµs a trace of lost_update(5), 14,400 traces, and of locked 4×4 up to 10⁵")
    for program, sizes in (
        (programs.lost_update, {"processes": 5}),
        (programs.locked, {"processes": 4, "times": 4}),
    ):
        run = runner(program, limit=10_000, **sizes)
        search, made, began, more = Exhaustive(run), 0, process_time(), True
        for limit in (100, 1_000, 10_000, 100_000):
            first = made
            while more and made < limit:
                more = search.learn(run(search))
                made += 1
            took = process_time() - began
            began = process_time()
            if made > first:
                print(
                    f"  {program.__name__} {first:>6} to {made:>6}: "
                    f"{took / (made - first) * 1e6:6.0f} µs, {resident():.1f} MB at most",
                    flush=True,
                )


def last_zero_parcels(parcels: Sequence[Parcel], quota: Quota) -> Sequence[Receipt]:
    """What a worker does."""
    run = runner(programs.last_zero, limit=10_000, number=LARGE)
    return tuple(work_off(run, parcels, quota))


def shared(workers: int) -> None:
    """Print how much faster several processes are; they are started before the clock is."""
    run = runner(programs.last_zero, limit=10_000, number=LARGE)
    ratios = []
    with pool(workers) as executor:
        assert executor is not None
        explore(run, max_executions=2_000, executor=executor, task=last_zero_parcels)
        for _ in range(3):
            times = []
            for used in (None, executor):
                began = perf_counter()
                done = explore(run, executor=used, task=last_zero_parcels)
                times.append(perf_counter() - began)
                assert done.traces == done.executions == (LARGE + 3) * 2 ** (LARGE - 2)
            ratios.append(times[0] / times[1])
            print(
                f"last_zero({LARGE}), {done.traces} traces: {times[0]:.1f} s alone, "
                f"{times[1]:.1f} s with {workers} workers, {ratios[-1]:.2f} times as fast",
                flush=True,
            )
    print(f"best {max(ratios):.2f}, median {sorted(ratios)[1]:.2f}")


def oracle(number: int) -> None:
    """Hold random programs of all kinds, larger ones than in the tests, against brute force."""
    kinds = [*((group, SIZES) for group in GROUPS), *((group, FOUR) for group in GROUPS_OF_FOUR)]
    drawn = [programs_of(group, sizes, 3_000) for group, sizes in kinds]
    compared = wrong = failing = traces = 0
    for source in islice(cycle(drawn), number):
        program, force = next(source)
        compared += 1
        failing += bool(force.findings)
        traces += len(force.traces)
        found = differences(program, force)
        if found:
            wrong += 1
            print(found, flush=True)
        if compared % 200 == 0:
            print(f"{compared} …", flush=True)
    print(
        f"{compared} programs compared, {traces} traces; {failing} programs have findings; "
        f"{wrong} differ"
    )


def main() -> None:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--oracle", type=int, metavar="N")
    parser.add_argument("--cost", action="store_true", help="only the cost from 10² to 10⁵ traces")
    parser.add_argument("--workers", type=int, metavar="N")
    chosen = parser.parse_args()
    if chosen.workers:
        shared(chosen.workers)
        return
    if chosen.oracle:
        oracle(chosen.oracle)
        return
    if not chosen.cost:
        table()
    cost()


if __name__ == "__main__":
    main()
