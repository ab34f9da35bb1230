"""`random` in a virtual process: part of the case.

The functions of the module draw from a generator per process, seeded from the case and the
process's name, as each child of CPython's reseeds after fork. A `Random()` without a seed and
`os.urandom` are seeded in the same way. A `Random` of the program's own is memory like any other:
copied at fork, it gives parent and child the same numbers.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from random import Random
from typing import Any, Final

from explorer.frontend.current import inside

#: The counters of a process's seeds, beside the generator of the module.
SOURCES: Final = frozenset({"Random", "urandom"})

_seed = Random.seed


def generator(world: Any) -> Random:
    """The generator behind the module's functions, in the running process."""
    process = world.running.process
    generators = world.runtime.generators
    found = generators.get(process)
    if found is None:
        found = generators[process] = Random.__new__(Random)
        _seed(found, f"{world.runtime.seed} {process.name}")
    return found  # type: ignore[no-any-return]


def _function(name: str) -> Callable[..., Any]:
    def draw(real: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        world = inside()
        if world is None:
            return real(*args, **kwargs)
        return getattr(generator(world), name)(*args, **kwargs)

    return draw


def _seeded(real: Callable[..., None], self: Random, a: Any = None, version: int = 2) -> None:
    """`Random.seed`: what would be drawn from the system comes from the case."""
    world = inside()
    if world is not None and a is None:
        a = f"{world.runtime.seed} {_number(world, 'Random')}"
    real(self, a, version)


def _urandom(real: Callable[[int], bytes], size: int) -> bytes:
    world = inside()
    if world is None:
        return real(size)
    source = Random.__new__(Random)
    _seed(source, f"{world.runtime.seed} {_number(world, 'urandom')}")
    return source.randbytes(size)


def _number(world: Any, what: str) -> str:
    process = world.running.process
    number = process.counters.get(what, 0) + 1
    process.counters[what] = number
    return f"{process.name} {what} {number}"


#: The functions of the module are bound methods of one hidden generator.
FUNCTIONS = tuple(
    name
    for name in random.__all__
    if isinstance(getattr(getattr(random, name), "__self__", None), Random)
)

PATCHES: dict[tuple[Any, str], Callable[..., Any]] = {
    **{(random, name): _function(name) for name in FUNCTIONS},
    (Random, "seed"): _seeded,
    (os, "urandom"): _urandom,
    (random, "_urandom"): _urandom,
}
