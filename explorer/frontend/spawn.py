"""A process that begins as after `spawn`: an empty memory, into which the program is imported.

The parent pickles the Process object; the child executes the script afresh as `__mp_main__`, and
unpickles it there (Lib/multiprocessing/spawn.py). `forkserver` does the same for the child.
"""

from __future__ import annotations

import io
import pickle
import sys
from functools import partial
from typing import Any

from explorer.frontend.image import Image
from explorer.frontend.modules import compiled, main_module
from explorer.frontend.pickling import spawning
from explorer.frontend.space import Space
from explorer.objects.process import ProcessObject

_UNGUARDED = """
        An attempt has been made to start a new process before the
        current process has finished its bootstrapping phase.

        This probably means that you are not using fork to start your
        child processes and you have forgotten to use the proper idiom
        in the main module:

            if __name__ == '__main__':
                freeze_support()
                ...

        The "freeze_support()" line can be omitted if the program
        is not going to be frozen to produce an executable."""


class _Pickler(pickle.Pickler):
    """Leaves our own bookkeeping out: it is the same for all processes."""

    def __init__(self, file: Any, ours: list[Any]) -> None:
        super().__init__(file)
        self.ours = ours

    def persistent_id(self, value: Any) -> int | None:
        """The number of a process in `ours`."""
        if not isinstance(value, ProcessObject):
            return None
        self.ours.append(value)
        return len(self.ours) - 1


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: Any, ours: list[Any]) -> None:
        super().__init__(file)
        self.ours = ours

    def persistent_load(self, pid: Any) -> Any:
        """The process with that number."""
        return self.ours[pid]


def spawned(world: Any, handle: Any, stand_in: Any) -> tuple[Any, Space]:
    """The child's Process object until it has unpickled its own, and its empty memory.

    Raises what pickling raises, in the parent, as CPython does.
    """
    runtime = world.runtime
    parent = world.running.process
    if parent in runtime.importing:
        raise RuntimeError(_UNGUARDED)
    ours: list[Any] = []
    file = io.BytesIO()
    with spawning():
        _Pickler(file, ours).dump(handle)
    image = runtime.image
    if image is None:
        image = runtime.image = Image()
    image.forked = True
    stand_in._target = None
    stand_in.run = partial(_begin, world, handle._object, file.getvalue(), ours)
    return stand_in, Space(image.modules, {})


def _begin(world: Any, process: ProcessObject, data: bytes, ours: list[Any]) -> None:
    """The child: import the program, unpickle the process object, run it."""
    importing = world.runtime.importing
    importing[process] = True
    try:
        _import_main(world)
        with spawning():
            handle = _Unpickler(io.BytesIO(data), ours).load()
    finally:
        del importing[process]
    process.handle = process.own_handle = handle
    handle.run()


def _import_main(world: Any) -> None:
    image = world.runtime.image
    main = image.modules.get("__main__")
    if main is None:
        return
    path = main.__dict__["__file__"]
    module = main_module(path, "__mp_main__")
    code = compiled(path)
    for name in ("__mp_main__", "__main__"):
        image.add(name, module, code)
        sys.modules[name] = module
    exec(code, module.__dict__)
