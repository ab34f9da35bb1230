"""What `import multiprocessing` gives while the explorer is on: one module with two faces.

The code of a virtual process sees the virtual names; everybody else who has the module (our own
code, other threads, libraries outside of a run) sees the real ones. So the modules can stay in
`sys.modules` for as long as a hunt takes.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from explorer.frontend.current import inside
from explorer.frontend.unsupported import Unsupported

#: The modules of the package, all of which have a virtual face: some have no name in it.
PARTS = (
    "multiprocessing",
    "multiprocessing.connection",
    "multiprocessing.context",
    "multiprocessing.dummy",
    "multiprocessing.forkserver",
    "multiprocessing.heap",
    "multiprocessing.managers",
    "multiprocessing.pool",
    "multiprocessing.popen_fork",
    "multiprocessing.popen_forkserver",
    "multiprocessing.popen_spawn_posix",
    "multiprocessing.process",
    "multiprocessing.queues",
    "multiprocessing.reduction",
    "multiprocessing.resource_sharer",
    "multiprocessing.resource_tracker",
    "multiprocessing.shared_memory",
    "multiprocessing.sharedctypes",
    "multiprocessing.spawn",
    "multiprocessing.synchronize",
    "multiprocessing.util",
)


class Facade(ModuleType):
    """One module of the real package, with its virtual names for virtual processes."""

    def __init__(self, real: ModuleType, names: dict[str, Any]) -> None:
        super().__init__(real.__name__, real.__doc__)
        hidden = self.__dict__
        for name in ("__loader__", "__package__", "__spec__", "__path__", "__file__"):
            if hasattr(real, name):
                hidden[name] = getattr(real, name)
        hidden["_real"] = real
        hidden["_names"] = names

    def __getattr__(self, name: str) -> Any:
        real = self.__dict__["_real"]
        if inside() is None:
            return getattr(real, name)
        return virtual_name(real.__name__, self.__dict__["_names"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        if inside() is None:
            setattr(self.__dict__["_real"], name, value)
        elif not isinstance(value, Facade):  # the import system binds submodules
            self.__dict__["_names"][name] = value

    def __dir__(self) -> list[str]:
        if inside() is None:
            return dir(self.__dict__["_real"])
        return sorted(self.__dict__["_names"])


def virtual_name(module: str, names: dict[str, Any], name: str) -> Any:
    """What a virtual process gets for `module.name`: the virtual thing, or its refusal."""
    try:
        return names[name]
    except KeyError:
        pass
    full = f"{module}.{name}"
    if full in PARTS:
        return sys.modules[full]
    real = sys.modules.get(module)
    real = real.__dict__["_real"] if isinstance(real, Facade) else real
    if name.startswith("__") or not hasattr(real, name):
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    return Unsupported(full)


@contextmanager
def facades(names: dict[str, dict[str, Any]]) -> Iterator[None]:
    """Put the two-faced modules into `sys.modules`; `names`: module -> its virtual names."""
    before = {part: importlib.import_module(part) for part in PARTS}
    for part, real in before.items():
        sys.modules[part] = Facade(real, names.get(part, {}))
    try:
        yield
    finally:
        sys.modules.update(before)
