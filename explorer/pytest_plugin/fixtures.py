"""A test's fixtures in a run: those of the suite are set up in it, as part of the program.

A fixture that makes a lock has to make it in the run, and what a fixture changes must be gone in
the next one. So the fixture functions of the suite itself are called afresh in every run, whatever
their scope: a run is a whole test session for one test. What pytest and its plugins provide is
set up once, by pytest. `tmp_path` and `monkeypatch` are made anew for each run all the same.
"""

from __future__ import annotations

import copy
import inspect
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from explorer.errors import ProcessKilled, UsageError
from explorer.frontend.copier import ATOMIC
from explorer.frontend.current import abort, outside
from explorer.pytest_plugin.params import ABSENT, fixture_param, same_cell
from explorer.pytest_plugin.subject import Fixture, Named, Subject

#: Finds a function in this run's modules, with the class that it is in.
Find = Callable[[Named], tuple[Any, Any]]

_SELF: Final = ("self", "cls")


class Setup:
    """The fixtures of one run, and the call of the test between setting up and tearing down."""

    def __init__(self, subject: Subject, find: Find, drawn: Mapping[str, Any]) -> None:
        self.subject = subject
        self.find = find
        self.drawn = drawn
        self.values: dict[tuple[str, int], Any] = {}
        self.finalizers: list[Callable[[], Any]] = []
        self.function, self.owner = find(subject.function)
        self.function = plain_function(self.function)
        self.instance = None if self.owner is None else self._instance()

    def call(self) -> None:
        """Set up, call the test, tear down in reverse order."""
        try:
            self._xunit("setup")
            for name in self.subject.needed:
                self.value(name)
            arguments = {name: self.argument(name) for name in self.subject.arguments}
            bound = self.function if self.instance is None else self._bound(self.function)
            bound(**arguments)
        except ProcessKilled:
            self.finalizers.clear()  # the run is over: nothing is torn down in it
            raise
        finally:
            while self.finalizers:
                self.finalizers.pop()()

    def argument(self, name: str) -> Any:
        """What the test or a fixture gets for a parameter of that name."""
        if name in self.subject.drawn and name in self.drawn:
            return self.drawn[name]
        if name in self.subject.given:
            return own_copy(self.subject.given[name])
        return self.value(name)

    def value(self, name: str, level: int = 1) -> Any:
        """A fixture's value; `level` 2 is that of the fixture which it overrides."""
        key = (name, level)
        if key not in self.values:
            self.values[key] = self._make(name, level)
        return self.values[key]

    def _make(self, name: str, level: int) -> Any:
        several = self.subject.fixtures.get(name, ())
        if level <= len(several):
            return self._set_up(several[-level], level)
        if name == "request":
            return Request(self, None, 1)
        if name in self.subject.params:
            return self._param(name, self.subject.params[name])
        if name in _FRESH:
            return _FRESH[name](self)
        return self._from_pytest(name)

    def _from_pytest(self, name: str) -> Any:
        if self.subject.outer is not None:
            with suppress(LookupError), outside():
                return self.subject.outer(name)
        return abort(
            UsageError(
                f"Cannot run {self.subject.target}: nobody gives it {name!r}. It is no parameter "
                "that the case holds, and no fixture that there is here."
            )
        )

    def _set_up(self, fixture: Fixture, level: int) -> Any:
        found, owner = self.find(fixture.function)
        function = plain_function(found)
        arguments = {}
        for name in _wanted(function):
            if name == "request":
                arguments[name] = Request(self, self._with_param(fixture, found), level)
            elif name == fixture.name:
                arguments[name] = self.value(name, level + 1)
            else:
                arguments[name] = self.argument(name)
        call = self._bound(function) if owner is not None else function
        if not inspect.isgeneratorfunction(function):
            return call(**arguments)
        generator = call(**arguments)
        value = next(generator)
        self.finalizers.append(lambda: next(generator, None))
        return value

    def _with_param(self, fixture: Fixture, found: Any) -> Fixture:
        """The fixture with its `request.param` of this run's modules."""
        if not fixture.has_param:
            return fixture
        param = fixture_param(found, fixture.place)
        if param is ABSENT:
            param = self._param(fixture.name, fixture.param)
        return replace(fixture, param=param)

    def _param(self, name: str, value: Any) -> Any:
        """What `parametrize` gives, of this run's modules: the function there, not pytest's."""
        if type(value) in ATOMIC:
            return value
        request = self.subject.request
        marks = () if request is None else request.node.iter_markers("parametrize")
        owners = (self.function, self.owner, self.function.__globals__)
        fresh = same_cell(name, value, marks, owners)
        return own_copy(value) if fresh is ABSENT else fresh

    def _bound(self, function: Any) -> Any:
        return function.__get__(self.instance) if inspect.isfunction(function) else function

    def _instance(self) -> Any:
        if hasattr(self.owner, "runTest") or hasattr(self.owner, "assertEqual"):
            return self.owner(self.subject.function.names[-1])  # a unittest.TestCase
        return self.owner()

    def _xunit(self, word: str) -> None:
        """`setup_module`, `setUp` and their like, and what undoes them at the end."""
        module = self.find(Named(self.subject.function.module, ()))[0]
        pairs: list[tuple[Any, str, str, Any]] = [
            (module, "setup_module", "teardown_module", module),
            (module, "setUpModule", "tearDownModule", module),
        ]
        if self.instance is None:
            pairs.append((module, "setup_function", "teardown_function", self.function))
        else:
            pairs.append((self.owner, "setup_class", "teardown_class", self.owner))
            pairs.append((self.owner, "setUpClass", "tearDownClass", self.owner))
            pairs.append((self.instance, "setup_method", "teardown_method", self.function))
            pairs.append((self.instance, "setUp", "tearDown", None))
        for owner, before, after, argument in pairs:
            _call_if_there(owner, before, argument)
            self.finalizers.append(partial(_call_if_there, owner, after, argument))


class Request:
    """`request` in a run: its own fixtures, and the rest from pytest's."""

    def __init__(self, setup: Setup, fixture: Fixture | None, level: int) -> None:
        self._setup = setup
        self._level = level
        self.fixturename = None if fixture is None else fixture.name
        if fixture is not None and fixture.has_param:
            self.param = fixture.param

    def getfixturevalue(self, name: str) -> Any:
        """The value of the fixture called `name`."""
        if name == self.fixturename:
            return self._setup.value(name, self._level + 1)
        return self._setup.argument(name)

    def addfinalizer(self, finalizer: Callable[[], Any]) -> None:
        """Call it when the test is over."""
        self._setup.finalizers.append(finalizer)

    @property
    def function(self) -> Any:
        """The test function of this run."""
        return self._setup.function

    @property
    def cls(self) -> Any:
        """Its class in this run, or None."""
        return self._setup.owner

    @property
    def instance(self) -> Any:
        """The instance in this run, or None."""
        return self._setup.instance

    @property
    def module(self) -> Any:
        """The module in this run."""
        return self._setup.find(Named(self._setup.subject.function.module, ()))[0]

    def __getattr__(self, name: str) -> Any:
        real = self._setup.subject.request
        if real is None or name == "param":
            raise AttributeError(name)
        return getattr(real, name)


def plain_function(found: Any) -> Any:
    """The function itself, without what `pytest.fixture` and the like put around it."""
    unwrap = getattr(found, "_get_wrapped_function", None)
    if unwrap is not None:
        return getattr(unwrap(), "__func__", unwrap())
    wrapped = getattr(found, "__pytest_wrapped__", None)  # before pytest 8.4
    found = found if wrapped is None else wrapped.obj
    return getattr(found, "__func__", found)


def own_copy(value: Any) -> Any:
    """A value that this run alone has; the value itself if it cannot be copied."""
    if type(value) in ATOMIC or callable(value):
        return value
    try:
        return copy.deepcopy(value)
    except Exception:  # a socket, a lock, a connection to something
        return value


def _wanted(function: Any) -> list[str]:
    found = inspect.signature(function).parameters.values()
    return [
        each.name
        for each in found
        if each.default is each.empty
        and each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
        and each.name not in _SELF
    ]


def _call_if_there(owner: Any, name: str, argument: Any) -> None:
    function = getattr(owner, name, None)
    if function is None:
        return
    try:
        wanted = len(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return
    function(*([argument] if wanted and argument is not None else []))


def _fresh_folder(setup: Setup) -> Path:
    """An empty folder, the same in every run."""
    assert setup.subject.outer is not None
    with outside():
        folder = Path(setup.subject.outer("tmp_path")) / "run"
        if folder.exists() and os.listdir(folder):
            shutil.rmtree(folder)
        folder.mkdir(exist_ok=True)
    return folder


def _monkeypatch(setup: Setup) -> Any:
    import pytest

    patch = pytest.MonkeyPatch()
    setup.finalizers.append(patch.undo)
    return patch


_FRESH: Final[dict[str, Callable[[Setup], Any]]] = {
    "tmp_path": _fresh_folder,
    "monkeypatch": _monkeypatch,
}
