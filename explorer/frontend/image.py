"""The program in memory: its modules, and which of their bindings a fork must keep apart."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

from explorer.frontend.bytecode import Uses, stores_from, stores_in, uses_of
from explorer.frontend.copier import ATOMIC, copied_types
from explorer.frontend.current import slot
from explorer.frontend.space import Space

#: Types whose instances parent and child may share; grows by our handles as they are met.
CONSTANT: set[type] = {*ATOMIC, ModuleType}
#: Handles of shared objects: the same in every process.
shared_types: set[type] = set()


def is_constant(value: Any) -> bool:
    """Whether a fork leaves a value as it is (False where that is not plain to see)."""
    kind = type(value)
    if kind is FunctionType:
        return is_plain_function(value)
    if kind is type:
        return not value.__flags__ & _HEAP_TYPE or value.__module__.startswith("explorer.")
    if kind in CONSTANT:
        return True
    if kind in copied_types:
        return False
    if kind in shared_types or kind.__module__.startswith("explorer."):
        CONSTANT.add(kind)
        return True
    return False


def is_plain_function(function: FunctionType) -> bool:
    """Whether it carries nothing with it."""
    return (
        function.__closure__ is None
        and function.__defaults__ is None
        and function.__kwdefaults__ is None
        and not function.__dict__
    )


_ENVIRONMENT = frozenset({"environ", "putenv", "unsetenv"})
#: Functions that mention these change what a library module holds for the whole process.
_STATEFUL = _ENVIRONMENT | {"redirect_stderr", "redirect_stdout"}
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE


class Image:
    """One per run."""

    def __init__(self) -> None:
        self.modules: dict[str, ModuleType] = {}
        self.uses = Uses()
        self.names: set[str] = set()  # of all its modules, in whichever process
        self.forked = False
        self.handlers: dict[type, Any] = {}  # how to copy what; see `Copier`
        self._readable: dict[str, tuple[int, list[str]]] = {}

    def add(self, name: str, module: ModuleType, code: CodeType) -> None:
        """The running process is about to execute `code` as one of the program's modules."""
        self.names.add(name)
        self.uses = _union(self.uses, uses_of(code))
        self._readable.clear()
        running = slot.world
        actor = running.running
        if not self.forked:
            self.modules[name] = module
            return
        if actor.context is None:
            give_space(running, Space(self.modules, self.modules))
        actor.context.add_module(name, module)

    def adopt(self, name: str, module: ModuleType, code: CodeType) -> None:
        """A module of the program that was executed before the run."""
        self.names.add(name)
        self.uses = _union(self.uses, uses_of(code))
        self.modules[name] = module

    def is_own(self, cls: type) -> bool:
        """Whether a class is the program's."""
        return cls.__module__ in self.names

    def readable(self, name: str, module: ModuleType) -> list[str]:
        """The globals of a module that some function may look at."""
        namespace = module.__dict__
        known = self._readable.get(name)
        if known is None or known[0] != len(namespace):
            read, opaque = self.uses.read, self.uses.opaque
            names = [
                key
                for key in namespace
                if (opaque or key in read) and not (key.startswith("__") and key.endswith("__"))
            ]
            known = self._readable[name] = (len(namespace), names)
        return known[1]

    def is_constant(self) -> bool:
        """Whether nothing that functions can see can change, but what is shared anyway."""
        uses = self.uses
        if uses.rebound or uses.named or uses.rewrites or not _STATEFUL.isdisjoint(uses.read):
            return False
        for name, module in distinct(self.modules):
            namespace = module.__dict__
            for key in self.readable(name, module):
                value = namespace[key]
                if type(value) not in CONSTANT and not is_constant(value):
                    return False
        return uses.own.isdisjoint(uses.read) or self.rebindable().isdisjoint(uses.read)

    def rebindable(self) -> frozenset[str]:
        """Globals that can be stored by whatever may still be executed."""
        names = self.uses.rebound
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_name == "<module>":
                names |= stores_from(frame.f_code, frame.f_lasti)
            frame = frame.f_back
        return names

    def stored_attributes(self) -> Iterator[tuple[Any, str]]:
        """(owner, name) for `Registry.count = 1`, `settings.level = 2`, `sys.stdout = log`, …"""
        for owner_name, attribute in sorted(self.uses.named):
            for module in self.modules.values():
                owner = module.__dict__.get(owner_name)
                if isinstance(owner, ModuleType | FunctionType | type):
                    yield owner, attribute
        if "redirect_stdout" in self.uses.read:
            yield sys, "stdout"
        if "redirect_stderr" in self.uses.read:
            yield sys, "stderr"

    def uses_environment(self) -> bool:
        """Whether some function may change environment variables."""
        return not self.uses.read.isdisjoint(_ENVIRONMENT)


def rebindable_cells() -> frozenset[str]:
    """Closure variables that the functions being executed, or inner ones, can still store."""
    cells: frozenset[str] = frozenset()
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        if code.co_cellvars:
            cells |= stores_from(code, frame.f_lasti) | stores_in(code)
        frame = frame.f_back
    return cells


def distinct(modules: dict[str, ModuleType]) -> list[tuple[str, ModuleType]]:
    """Each module once: the script has two names (see `spawn`)."""
    return [
        (name, module)
        for name, module in modules.items()
        if name != "__mp_main__" or modules.get("__main__") is not module
    ]


def give_space(world: Any, space: Space) -> None:
    """From here on the running process has memory of its own."""
    for actor in world.running.process.actors:
        actor.context = space
    world.space = space


_unions: dict[tuple[int, int], tuple[Uses, Uses, Uses]] = {}


def _union(first: Uses, second: Uses) -> Uses:
    """The same union is made in every run; it is looked up by identity, which is kept."""
    key = (id(first), id(second))
    known = _unions.get(key)
    if known is None:
        known = _unions[key] = (first, second, first | second)
    return known[2]
