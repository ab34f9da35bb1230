"""Does a second worker explore more? `python benchmarks/sharding.py [SECONDS] [ROUNDS]`.

One marked test with more interleavings than anybody can run, explored for SECONDS by one worker of
pytest-xdist and by two, in turns. Prints the distinct traces a second of each (what both workers
saw counts once) and their ratio. On a machine that is busy with other things the two workers do not
get two processors; so it also prints how many were used, and the traces per second of processor.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

TEST = """\
from multiprocessing import Lock, Process, Value

from explorer import races


def work(lock, counters):
    for counter in counters:
        with lock:
            counter.value += 1


@races
def test_many_interleavings():
    lock = Lock()
    counters = [Value("i", 0) for _ in range(3)]
    workers = [Process(target=work, args=(lock, counters)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""


def traces(folder: Path, workers: int, seconds: float, seed: int) -> tuple[float, float]:
    """Distinct traces a second, and processors used, of one session."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(workers)]
    if workers == 1:
        command += ["--race-workers", "1"]
    command += ["--race-seconds", str(seconds), "--race-seed", str(seed)]
    command += ["--race-json", "races.json", "test_many.py"]
    before = os.times()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    used = after.children_user + after.children_system
    used -= before.children_user + before.children_system
    result = json.loads((folder / "races.json").read_text())
    return result["traces"] / seconds, used / (after.elapsed - before.elapsed)


def main(seconds: float, rounds: int) -> None:
    """Both in turns, `rounds` times; the medians."""
    rates: dict[int, list[float]] = {1: [], 2: []}
    for_each: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_many.py").write_text(TEST)
        for seed in range(rounds):
            for workers in (1, 2):
                rate, used = traces(folder, workers, seconds, seed)
                rates[workers].append(rate)
                for_each[workers].append(rate / used)
                print(
                    f"-n {workers}: {rate:8,.0f} distinct traces/s, {used:.2f} processors used, "
                    f"{rate / used:,.0f} for each",
                    flush=True,
                )
    one, two = (statistics.median(rates[workers]) for workers in (1, 2))
    print(f"median: {one:,.0f} and {two:,.0f} distinct traces/s; {two / one:.2f} times as many")
    one, two = (statistics.median(for_each[workers]) for workers in (1, 2))
    print(
        f"for each processor used: {one:,.0f} and {two:,.0f}; with one for each worker that "
        f"is {2 * two / one:.2f} times as many"
    )


if __name__ == "__main__":
    given = [float(word) for word in sys.argv[1:]]
    main(given[0] if given else 10.0, int(given[1]) if len(given) > 1 else 3)
