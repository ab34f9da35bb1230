"""The program's own modules: executed afresh in every run, so that nothing leaks from run to run.

A module counts as the program's own if it is neither the standard library's, nor in
site-packages, nor ours (`place.is_user_file`). Its source is compiled once. Everything else is
imported as always, except that a library which is first imported in the middle of a run is
executed outside of it: with the real clock, the real multiprocessing, the real files.

PYTEST_DONT_REWRITE: these assertions are CPython's, to the letter.
"""

from __future__ import annotations

import builtins
import io
import os
import sys
import tokenize
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, ModuleType
from typing import Any

from explorer.frontend.clock import Date, Datetime
from explorer.frontend.current import inside, outside, slot
from explorer.frontend.place import is_user_file

_real_import = builtins.__import__
_sources: dict[str, CodeType] = {}


def compiled(path: str) -> CodeType:
    """The code of a source file, compiled once. Raises SyntaxError, OSError, ValueError."""
    code = _sources.get(path)
    if code is None:
        with outside():
            with open(path, "rb") as file:
                source = file.read()
            code = compile(source, path, "exec", dont_inherit=True)
        _sources[path] = code
    return code


def check_encoding(path: str) -> None:
    """Refuse what `python path` refuses and `compile` passes over: bytes of no encoding declared.

    Raises:
        SyntaxError: with the number of the line.
    """
    with outside(), open(path, "rb") as file:
        source = file.read()
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except SyntaxError:  # the first lines are not UTF-8; a wrong declaration `compile` finds
        encoding = "utf-8"
    for number, line in enumerate(source.splitlines() if "utf-8" in encoding else (), 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            first = f"\\x{line[error.start]:02x}"
            message = f"non-UTF-8 code starting with '{first}', but no encoding declared"
            raise SyntaxError(message, (path, number, None, None)) from None


def source_text(path: str) -> str:
    """The text of a source file, decoded as Python does."""
    with outside(), tokenize.open(path) as file:
        return file.read()


@contextmanager
def replaced(path: str, text: str) -> Iterator[None]:
    """Let the program have another text for one of its files, under the file's own name.

    Raises:
        SyntaxError: the text does not compile.
    """
    before = _sources.get(path)
    _sources[path] = compile(text, path, "exec", dont_inherit=True)
    try:
        yield
    finally:
        del _sources[path]
        if before is not None:
            _sources[path] = before


def forget_sources() -> None:
    """Read changed files anew from here on."""
    _sources.clear()


class FreshLoader(SourceFileLoader):
    """Executes a module of the program; keeps its code, writes no bytecode file."""

    def get_code(self, fullname: str) -> CodeType:
        """Compiled once for all runs."""
        return compiled(self.path)

    def exec_module(self, module: ModuleType) -> None:
        """Execute it with the built-in functions that the program gets."""
        module.__dict__["__builtins__"] = user_builtins()
        if inside() is not None:
            slot.world.runtime.image.add(module.__name__, module, compiled(self.path))
        super().exec_module(module)


class OutsideLoader:
    """Executes a library's module as if no run were on."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the real loader does."""
        spec.loader = self.loader
        with outside():
            made: ModuleType | None = self.loader.create_module(spec)
        spec.loader = self  # type: ignore[assignment]
        return made

    def exec_module(self, module: ModuleType) -> None:
        """Execute it; afterwards nothing shows that we were here."""
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self.loader
        with outside():
            self.loader.exec_module(module)


class UserFinder:
    """Finds what the program imports in the middle of a run. Remembers what it found."""

    def __init__(self) -> None:
        self.found: dict[object, tuple[str, bool] | None] = {}
        self.loaded: list[str] = []  # names of the program's modules, in this run

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: Any = None
    ) -> ModuleSpec | None:
        """The module, if the code of a virtual process imports it."""
        if inside() is None:
            return None
        key = (name, tuple(sys.path if path is None else path))
        if key in self.found:
            known = self.found[key]
            return None if known is None else self._own(name, *known)
        with outside():
            spec = self._ask_others(name, path, target)
        if spec is None:
            return None
        if isinstance(spec.loader, SourceFileLoader) and is_user_file(spec.origin or ""):
            assert spec.origin is not None
            known = (spec.origin, spec.submodule_search_locations is not None)
            self.found[key] = known
            return self._own(name, *known)
        if spec.loader is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = OutsideLoader(spec.loader)  # type: ignore[assignment]
        return spec

    def _own(self, name: str, path: str, is_package: bool) -> ModuleSpec | None:
        self.loaded.append(name)
        return spec_from_file_location(
            name,
            path,
            loader=FreshLoader(name, path),
            submodule_search_locations=[os.path.dirname(path)] if is_package else None,
        )

    def _ask_others(self, name: str, path: Sequence[str] | None, target: Any) -> ModuleSpec | None:
        for finder in sys.meta_path:
            if finder is not self:
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    return spec
        return None

    @contextmanager
    def in_charge(self) -> Iterator[None]:
        """Hide the program's modules that were loaded before, and at the end those of this run."""
        hidden = {name: sys.modules.pop(name) for name in _user_modules()}
        try:
            with self.in_addition():
                yield
        finally:
            sys.modules.update(hidden)

    @contextmanager
    def in_addition(self) -> Iterator[None]:
        """Keep those that were loaded before; hide those of this run at the end."""
        sys.meta_path.insert(0, self)
        try:
            yield
        finally:
            sys.meta_path.remove(self)
            for name in self.loaded:
                sys.modules.pop(name, None)
            self.loaded.clear()


def main_module(path: str, name: str = "__main__") -> ModuleType:
    """A fresh `__main__`, as the interpreter makes it for `python script.py`."""
    module = ModuleType(name)
    module.__dict__.update(
        __annotations__={},
        __builtins__=user_builtins(),
        __cached__=None,
        __file__=path,
        __loader__=SourceFileLoader(name, path),
    )
    return module


_scanned: tuple[int, list[str]] = (0, [])


def _user_modules() -> list[str]:
    """Names of loaded modules that are the user's, outside of runs (a test file, say)."""
    global _scanned
    if _scanned[0] != len(sys.modules):
        names = [name for name, module in list(sys.modules.items()) if is_user_module(module)]
        _scanned = (len(sys.modules), [name for name in names if name != "__main__"])
    return [name for name in _scanned[1] if name in sys.modules]


def is_user_module(module: Any) -> bool:
    """Whether a module's source is the user's."""
    path = getattr(module, "__file__", None)
    return isinstance(path, str) and path.endswith(".py") and is_user_file(path)


_builtins: dict[str, Any] = {}


def user_builtins() -> dict[str, Any]:
    """The built-in functions as the program's own modules see them."""
    if not _builtins:
        _builtins.update(builtins.__dict__)
        _builtins["__import__"] = _import
    return _builtins


def refresh_builtins() -> None:
    """Called when something was installed in `builtins`, or taken out of it."""
    _builtins.clear()


def _import(name: str, *args: Any, **kwargs: Any) -> Any:
    """`import` in the program's own modules: `datetime` is one of ours there.

    Only there: everywhere else its classes must stay the ones that pickle and isinstance know.
    """
    module = _real_import(name, *args, **kwargs)
    if name == "datetime" and inside() is not None:
        return virtual_datetime()
    return module


_made: dict[str, ModuleType] = {}


def virtual_datetime() -> ModuleType:
    """The `datetime` module whose now is virtual."""
    if "datetime" not in _made:
        real = sys.modules["datetime"]
        module = ModuleType("datetime", real.__doc__)
        module.__dict__.update(real.__dict__)
        module.__dict__.update(datetime=Datetime, date=Date)
        _made["datetime"] = module
    return _made["datetime"]
