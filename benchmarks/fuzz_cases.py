"""Tampered case files, many of them: `python benchmarks/fuzz_cases.py [FILES] [SEED]`.

What tests/plugin/test_fuzz.py does with some hundred files, by default with 100,000. Prints how
many were replayed, how many refused, and how long it took; stops at the first that does what no
case file may do, with its bytes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter, process_time

from hypothesis import HealthCheck, Phase, given, seed, settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.plugin.mutations import Watch, mutated, project, trial

MEANING = {0: "shows nothing", 1: "shows a finding", 2: "refused"}


def main(files: int, number: int) -> None:
    """Replay `files` tampered files in an empty folder."""
    codes: Counter[int] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        os.chdir(folder)
        documents, watch = project(folder), Watch()

        @seed(number)
        @settings(
            max_examples=files,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(mutated(documents))
        def replay(data: bytes) -> None:
            nonlocal slowest
            before = process_time()
            codes[trial(folder, data, watch)] += 1
            slowest = max(slowest, process_time() - before)

        began = perf_counter()
        replay()
        seconds = perf_counter() - began
        assert not (folder / "was_here").exists()
        os.chdir("/")
    total = codes.total()
    shares = ", ".join(f"{codes[code]:,} {word}" for code, word in MEANING.items())
    print(f"{total:,} files in {seconds:.0f} s ({total / seconds:,.0f} a second): {shares}")
    print(f"the slowest took {slowest:.1f} s of processor")


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    main(*(words + [100_000, 0][len(words) :]))
