"""One run of one case: program in, finished world out."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from explorer.frontend import output
from explorer.frontend.current import slot
from explorer.frontend.install import installed
from explorer.frontend.lifetime import bootstrap
from explorer.frontend.runtime import Runtime
from explorer.model.actor import MAIN
from explorer.objects.process import new_process
from explorer.worlds.greenlets import Pool
from explorer.worlds.virtual import VirtualWorld
from explorer.worlds.watchdog import heeding, watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from explorer.engine.chooser import Chooser
    from explorer.frontend.program import Program
    from explorer.model.case import Case
    from explorer.worlds.recorder import Recorder

DEFAULT_LIMIT = 10_000  # operations in one run


class _Pools(threading.local):
    """A greenlet belongs to the thread that made it."""

    def __init__(self) -> None:
        self.pool = Pool()


_pools = _Pools()


def execute(
    program: Program,
    case: Case,
    chooser: Chooser,
    *,
    limit: int = DEFAULT_LIMIT,
    recorder: Recorder | None = None,
) -> VirtualWorld:
    """Run `case` of `program` once under `chooser`; the world as the run left it.

    Raises:
        UsageError, NotSupported, Stuck, Interrupted: the run could not be made or was stopped.

    An unmodified program needs the virtual modules installed under it; whoever makes many runs
    enters `installed()` once around them all.
    """
    if not program.unmodified:
        return _execute(program, case, chooser, limit, recorder)
    with installed(), watched(), program.surroundings():
        return _execute(program, case, chooser, limit, recorder)


@contextmanager
def session(program: Program) -> Iterator[None]:
    """To be entered once around many runs: the virtual modules if `program` needs them, a watch."""
    with watched(), heeding():
        if program.unmodified:
            with installed():
                yield
        else:
            yield


def _execute(
    program: Program, case: Case, chooser: Chooser, limit: int, recorder: Recorder | None
) -> VirtualWorld:
    pool = _pools.pool
    if pool.world is not None:
        pool.world.dispose()
    world = VirtualWorld(chooser, pool, limit, case.timed, recorder)
    world.runtime = Runtime(case.absent, case.seed)
    main = new_process(MAIN, None)
    world.main = main
    slot.world = world
    streams = output.connect()
    try:
        body = program.prepare(case)
        world.run(main, (bootstrap, main, body, ()))
    finally:
        slot.world = None
        slot.outside = False
        output.disconnect(streams)
    if world.failure is not None:  # asked to stop when the run was just over
        raise world.failure
    return world
