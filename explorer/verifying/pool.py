"""Worker processes of this machine, of which none is left when they are no longer wanted.

They are started anew, not forked: what is installed in this process is no concern of theirs.
Ctrl-C reaches the whole group of processes, so they ignore it; this process decides. If it is
killed, the kernel kills them too.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


@contextmanager
def pool(workers: int) -> Iterator[Executor | None]:
    """So many worker processes; None for one, since that is this process."""
    if workers == 1:
        yield None
        return
    before = multiprocessing.active_children()
    executor = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_settle,
        initargs=(os.getpid(),),
    )
    try:
        yield executor
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            if child not in before:
                child.kill()  # it works on something that nobody waits for
        executor.shutdown()


def _settle(parent: int) -> None:
    """The first thing that a worker does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was killed before that
        os._exit(1)
