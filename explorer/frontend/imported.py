"""A function of a module that is imported already: a test, for one.

Its module cannot be executed afresh (pytest holds on to the function), so each run gets a copy of
the memory instead, made as for a child at fork, and the original is put back afterwards.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType, ModuleType
from typing import Any

from explorer.frontend.current import world
from explorer.frontend.image import Image
from explorer.frontend.leftovers import leaving_nothing_behind
from explorer.frontend.memory import own_memory
from explorer.frontend.modules import UserFinder, compiled, is_user_module
from explorer.frontend.place import is_user_file
from explorer.frontend.rebinding import Rebinding
from explorer.frontend.space import Space
from explorer.model.case import Case


class ImportedProgram:
    """Calls `body` with the case's parameters, on the virtual multiprocessing."""

    unmodified = True
    check = None

    def __init__(self, target: str, body: Callable[..., Any]) -> None:
        self.target = target
        self.body = body
        self.finder = UserFinder()
        self.modules = modules_of(body)
        self._before: Space | None = None
        self._rebinding: Rebinding | None = None

    def prepare(self, case: Case) -> Callable[[], Any]:
        """The function, with its arguments bound, in memory of the run's own."""
        image = world().runtime.image = Image()
        for module in self.modules:
            if module.__file__ is not None:
                image.adopt(module.__name__, module, compiled(module.__file__))

        def body() -> None:
            self._before = own_memory(world())
            self.body(**case.parameters)

        return body

    def is_user_code(self, filename: str) -> bool:
        """All that is not a library's."""
        return is_user_file(filename)

    @contextmanager
    def surroundings(self) -> Iterator[None]:
        """Names bound long ago are virtual; what the run changes is put back."""
        if self._rebinding is None:
            self._rebinding = Rebinding()
        with (
            leaving_nothing_behind(),
            self._rebinding.applied(self.modules),
            self.finder.in_addition(),
        ):
            try:
                yield
            finally:
                if self._before is not None:
                    self._before.enter()
                    self._before = None


def modules_of(body: Callable[..., Any]) -> list[ModuleType]:
    """The user's modules that a function can see: its own, and what that one imported."""
    function = getattr(body, "__func__", body)
    first = sys.modules.get(getattr(function, "__module__", "") or "")
    found: list[ModuleType] = []
    waiting = [first] if first is not None else []
    while waiting:
        module = waiting.pop(0)
        if module in found or not is_user_module(module):
            continue
        found.append(module)
        for value in module.__dict__.values():
            if isinstance(value, ModuleType):
                waiting.append(value)
            elif isinstance(value, FunctionType | type):
                other = sys.modules.get(value.__module__)
                if other is not None:
                    waiting.append(other)
    return found
