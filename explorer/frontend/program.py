"""The program under test: something that gives each run a fresh body for its main process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from types import CodeType, FunctionType
from typing import Any, Protocol

from explorer.model.case import Case


class Program(Protocol):
    """What the world runs. `target` is as on the command line.

    `prepare(case)` is called inside a new run, before its first operation, and returns the body
    of the main process; it must leave nothing of an earlier run behind. `is_user_code(filename)`
    says which source files belong to the program, for source lines in traces. An `unmodified`
    program imports the real modules and needs the virtual ones installed under it.
    """

    target: str

    @property
    def unmodified(self) -> bool:
        """Whether it needs the virtual modules installed, and `surroundings` around each run."""
        ...

    def prepare(self, case: Case) -> Callable[[], Any]:
        """A fresh body for one run."""
        ...

    def surroundings(self) -> AbstractContextManager[None]:
        """What is set up for one run and taken down after it."""
        ...

    def is_user_code(self, filename: str) -> bool:
        """Whether a code object's file is the program's own."""
        ...


class FunctionProgram:
    """A callable that takes the virtual multiprocessing module and the case's parameters.

    Nothing of its module is copied or reloaded: for functions that keep no state outside their
    own frame, such as the built-in scenarios.
    """

    def __init__(
        self,
        target: str,
        body: Callable[..., Any],
        module: Any,
        check: Callable[..., None] | None = None,
    ) -> None:
        self.target = target
        self.check = check  # of the output: raises AssertionError if it should not be so
        self.body = body
        self.module = module
        self.unmodified = not _INSTALLED.isdisjoint(_mentioned(body))

    def prepare(self, case: Case) -> Callable[[], Any]:
        """The body, with its arguments bound."""
        body, module = self.body, self.module
        parameters: Mapping[str, Any] = case.parameters
        return lambda: body(module, **parameters)

    def surroundings(self) -> AbstractContextManager[None]:
        """Nothing: it receives the virtual modules, and imports none."""
        return nullcontext()

    def is_user_code(self, filename: str) -> bool:
        """Its own file."""
        return filename == self.body.__code__.co_filename


#: Functions of the library that are virtual only while the virtual modules are installed.
_INSTALLED = frozenset({"datetime", "open", "os", "Path", "random", "sleep", "threading", "time"})


def _mentioned(function: Callable[..., Any]) -> set[str]:
    """The globals and attributes that a function and the functions it names mention."""
    found: set[str] = set()
    codes, seen = [function.__code__], {function.__code__}
    while codes:
        code = codes.pop()
        found.update(code.co_names)
        inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
        named = [function.__globals__.get(name) for name in code.co_names]
        inner += [one.__code__ for one in named if isinstance(one, FunctionType)]
        codes += [one for one in inner if one not in seen]
        seen.update(inner)
    return found
