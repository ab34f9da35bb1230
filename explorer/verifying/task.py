"""What a worker of another process does: opens the target by its name, and works on parcels.

A task is a function of this module with arguments that are plain values. So any executor will do
that can pickle these: one of processes, of Dask, of MPI.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.api import open_target
from explorer.search.footprints import Footprints
from explorer.search.parcels import Parcel, Receipt
from explorer.search.stint import Quota, work_off
from explorer.verifying.notes import Inspection
from explorer.worlds.execute import session
from explorer.worlds.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.model.case import Case
    from explorer.search.exploration import Task


@dataclass(slots=True)
class _Bench:
    """A target that this process has opened, with what it has come to know of it."""

    runner: Runner
    footprints: Footprints = field(default_factory=Footprints)


@lru_cache(maxsize=1)
def _bench(target: str, arguments: tuple[str, ...], folder: str, version: int) -> _Bench:
    return _Bench(Runner(open_target(target, arguments).program))


def task(case: Case, *, all: bool) -> Task:
    """The task of searching `case`; `all`: see `Inspection`."""
    return partial(work, case, all)


def work(case: Case, all: bool, parcels: Sequence[Parcel], quota: Quota) -> Sequence[Receipt]:
    """Work on parcels of the search of `case`."""
    file = Path(case.target.partition("::")[0])
    version = file.stat().st_mtime_ns if file.is_file() else 0
    bench = _bench(case.target, case.arguments, os.getcwd(), version)
    inspection = Inspection(bench.runner, case, all)
    with session(bench.runner.program):
        return tuple(
            work_off(
                lambda chooser: bench.runner.run(case, chooser),
                parcels,
                quota,
                inspection,
                notes=inspection.notes,
                footprints=bench.footprints,
            )
        )
