"""What is explored: one test function, where it is and what it is given, as plain data.

A run executes the test's modules afresh, so nothing here is a function or a class of theirs: they
are named by file and qualified name, and found again in the fresh modules.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from explorer.frontend.modules import is_user_module
from explorer.frontend.place import is_user_file


@dataclass(frozen=True, slots=True)
class Source:
    """A module of the test suite: its name, its file, whether it is a package."""

    name: str
    path: str
    is_package: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A function in a module: "TestBank.test_transfer" is ("TestBank", "test_transfer")."""

    module: Source
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fixture:
    """A fixture function of the test suite.

    `param` is what pytest gives it as `request.param`; `place` is where that stands among the
    fixture's own `params` (None: it comes from an indirect `parametrize`).
    """

    name: str
    function: Named
    param: Any = None
    has_param: bool = False
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """One test.

    Args:
        target: how cases name it: the node id, relative to the root directory.
        function: the test function.
        arguments: the names of its parameters.
        sources: the modules of the suite that are loaded, by name.
        fixtures: the fixtures that runs set up themselves, each name's from furthest to closest.
        needed: names of those to set up for the test, in order; autouse ones among them.
        params: what `parametrize` gives the test.
        given: arguments that are simply passed on.
        outer: the value of any other fixture, as pytest sets it up.
        request: pytest's request of the test, for what a fixture asks of its own.
        drawn: names of parameters that the case holds.
    """

    target: str
    function: Named
    arguments: tuple[str, ...]
    sources: Mapping[str, Source]
    fixtures: Mapping[str, Sequence[Fixture]] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    outer: Callable[[str], Any] | None = None
    request: Any = None
    drawn: frozenset[str] = frozenset()


def loaded_sources() -> dict[str, Source]:
    """The modules of the user's that are loaded now."""
    return {
        name: Source(name, str(module.__file__), hasattr(module, "__path__"))
        for name, module in list(sys.modules.items())
        if is_user_module(module)
    }


def named(function: Any) -> Named | None:
    """Where a function can be found again; None if it is not in a file of the user's, or nested.

    What decorators have put around it is found under the same name.
    """
    function = inspect.unwrap(function)
    if not isinstance(function, FunctionType):
        return None
    path = function.__code__.co_filename
    names = tuple(function.__qualname__.split("."))
    if not is_user_file(path) or "<locals>" in names or "<lambda>" in names:
        return None
    module = sys.modules.get(function.__module__)
    is_package = hasattr(module, "__path__") and getattr(module, "__file__", None) == path
    # A script that is being run is executed again as a module, without its `if __name__` block.
    name = function.__module__ if function.__module__ != "__main__" else "__mp_main__"
    return Named(Source(name, path, is_package), names)
