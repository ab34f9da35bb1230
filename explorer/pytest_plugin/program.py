"""A test function as a program: each run executes its modules afresh and sets up its fixtures.

pytest has imported the test's module before we come to it, with the real multiprocessing: its
`from multiprocessing import Lock` and its locks at module level are real ones. So that module is
not run. Each run executes the source again, in the virtual main process, as for any script
(`frontend.script`), with pytest's rewritten assertions; so nothing leaks from run to run either.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec, spec_from_file_location
from types import CodeType, ModuleType
from typing import Any

from explorer.errors import UsageError
from explorer.frontend.current import abort, outside, world
from explorer.frontend.image import Image
from explorer.frontend.leftovers import leaving_nothing_behind
from explorer.frontend.modules import FreshLoader, UserFinder, compiled
from explorer.frontend.place import is_user_file
from explorer.model.case import Case
from explorer.pytest_plugin.fixtures import Setup
from explorer.pytest_plugin.subject import Named, Source, Subject

#: Rewrites the assertions of a syntax tree in place: (tree, source, path).
Rewrite = Callable[[ast.Module, bytes, str], None]


class TestProgram:
    """One test. See `Program` for the methods.

    Args:
        rewrite: pytest's rewriting of assertions, for files that it says are tests.
    """

    __test__ = False
    unmodified = True

    def __init__(self, subject: Subject, rewrite: Rewrite | None = None) -> None:
        self.subject = subject
        self.target = subject.target
        self.finder = SuiteFinder(subject, rewrite)
        self._is_user: dict[str, bool] = {}

    def prepare(self, case: Case) -> Callable[[], Any]:
        """The modules, the fixtures and the test, all afresh."""
        world().runtime.image = Image()
        return lambda: self._run(case)

    def is_user_code(self, filename: str) -> bool:
        """Everything that is not a library."""
        known = self._is_user.get(filename)
        if known is None:
            known = self._is_user[filename] = is_user_file(filename)
        return known

    @contextmanager
    def surroundings(self) -> Iterator[None]:
        """As pytest has them, without the modules of the suite."""
        with leaving_nothing_behind(), self.finder.in_charge():
            yield

    def _run(self, case: Case) -> None:
        with passing_outcomes():
            Setup(self.subject, self.find, case.parameters).call()

    def find(self, named: Named) -> tuple[Any, Any]:
        """A function of the suite in this run's modules, and the class that it is in, or None."""
        owner: Any = None
        found: Any = self.finder.load(named.module)
        for name in named.names:
            owner = found
            try:
                found = getattr(owner, name)
            except AttributeError:
                path = ".".join(named.names)
                abort(
                    UsageError(
                        f"Cannot run {self.target}: executed again, {named.module.path} has no "
                        f"{path!r}. Does it depend on what other modules did before?"
                    )
                )
        return found, owner if isinstance(owner, type) else None


class SuiteFinder(UserFinder):
    """Finds the modules of a test suite where pytest found them, whatever the import mode."""

    def __init__(self, subject: Subject, rewrite: Rewrite | None) -> None:
        super().__init__()
        self.sources = subject.sources
        self.rewrite = rewrite
        self.rewritten = {subject.function.module.path} | {
            fixture.function.module.path
            for several in subject.fixtures.values()
            for fixture in several
        }
        self.by_path: dict[str, ModuleType] = {}  # of this run: two can be called "conftest"
        self.executed = 0  # modules, in the run before

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: Any = None
    ) -> ModuleSpec | None:
        """A module that pytest has loaded, from the same file; any other as usual."""
        from explorer.frontend.current import inside

        source = self.sources.get(name)
        if source is not None and inside() is not None:
            return self._own(name, source.path, source.is_package)
        return super().find_spec(name, path, target)

    def load(self, source: Source) -> ModuleType:
        """The module of that file in this run, executed if it was not yet."""
        known = self.by_path.get(source.path)
        if known is not None:
            return known
        there = sys.modules.get(source.name)
        if there is None or there.__file__ != source.path:
            there = self._execute(source)
        self.by_path[source.path] = there
        return there

    def _execute(self, source: Source) -> ModuleType:
        package, _, rest = source.name.rpartition(".")
        if package in self.sources and package not in sys.modules:
            self._execute(self.sources[package])
        spec = self._own(source.name, source.path, source.is_package)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        sys.modules[source.name] = module
        spec.loader.exec_module(module)
        if package in sys.modules:
            setattr(sys.modules[package], rest, module)
        return module

    def _own(self, name: str, path: str, is_package: bool) -> ModuleSpec | None:
        if self.rewrite is None or path not in self.rewritten:
            return super()._own(name, path, is_package)
        self.loaded.append(name)
        return spec_from_file_location(name, path, loader=RewritingLoader(name, path, self.rewrite))

    @contextmanager
    def in_charge(self) -> Iterator[None]:
        """For one run; its modules are gone afterwards."""
        self.by_path.clear()
        # Those that pytest has loaded are known by name; what the parent hides is looked up again
        # only when the number of modules has changed, which nested sessions may leave the same.
        names = [name for name in self.sources if name in sys.modules]
        hidden = {name: sys.modules.pop(name) for name in names}
        try:
            with super().in_charge():
                yield
                self.executed = len(self.loaded)
        finally:
            sys.modules.update(hidden)
            self.by_path.clear()


class RewritingLoader(FreshLoader):
    """Executes a test module with assertions that say what they compared."""

    def __init__(self, name: str, path: str, rewrite: Rewrite) -> None:
        super().__init__(name, path)
        self.rewrite = rewrite

    def get_code(self, fullname: str) -> CodeType:
        """Rewritten and compiled once for all runs."""
        plain = compiled(self.path)
        known = _rewritten.get(self.path)
        if known is None or known[0] is not plain:
            known = _rewritten[self.path] = (plain, self._rewritten())
        return known[1]

    def _rewritten(self) -> CodeType:
        with outside():
            with open(self.path, "rb") as file:
                source = file.read()
            tree = ast.parse(source, filename=self.path)
            self.rewrite(tree, source, self.path)
            return compile(tree, self.path, "exec", dont_inherit=True)


#: path -> (the code that it replaces, the rewritten code)
_rewritten: dict[str, tuple[CodeType, CodeType]] = {}


@contextmanager
def passing_outcomes() -> Iterator[None]:
    """Let what pytest raises mean what it means: skip ends the exploration, fail is a failure."""
    try:
        yield
    except AssertionError as error:
        if len(error.args) == 1 and "\n" in str(error):
            # What pytest adds about where the values come from holds addresses.
            error.args = (str(error).splitlines()[0],)
        raise
    except BaseException as error:
        outcomes = sys.modules.get("_pytest.outcomes")
        if outcomes is None or not isinstance(error, outcomes.OutcomeException | outcomes.Exit):
            raise
        if type(error) is outcomes.Failed:
            raise AssertionError(error.msg) from None
        world().abort(error)
