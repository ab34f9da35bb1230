"""One run of one case: program in, finished world out."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from explorer.frontend import output
from explorer.frontend.current import slot
from explorer.frontend.install import installed
from explorer.frontend.lifetime import bootstrap
from explorer.frontend.runtime import Runtime
from explorer.objects.process import ProcessObject
from explorer.worlds.virtual import Pool, VirtualWorld

if TYPE_CHECKING:
    from explorer.engine.chooser import Chooser
    from explorer.frontend.program import Program
    from explorer.model.case import Case
    from explorer.worlds.recorder import Recorder

DEFAULT_LIMIT = 10_000  # operations in one run
_pool = Pool()


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
    with installed(), program.surroundings():
        return _execute(program, case, chooser, limit, recorder)


def session(program: Program) -> AbstractContextManager[None]:
    """What to enter once around many runs of `program`: the virtual modules, if it needs them."""
    return installed() if program.unmodified else nullcontext()


def _execute(
    program: Program, case: Case, chooser: Chooser, limit: int, recorder: Recorder | None
) -> VirtualWorld:
    if _pool.world is not None:
        _pool.world.dispose()
    world = VirtualWorld(chooser, _pool, limit=limit, timed=case.timed, recorder=recorder)
    world.runtime = Runtime(case.absent, case.seed)
    main = ProcessObject("MainProcess", None)
    world.main = main
    slot.world = world
    streams = output.connect()
    try:
        body = program.prepare(case)
        world.run(main, partial(bootstrap, main, body))
    finally:
        slot.world = None
        output.disconnect(streams)
    return world
