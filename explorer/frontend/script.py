"""Programs as people have them: a script, a function in a file, a function in a module.

Each run executes the program's source afresh, in the virtual main process: as `__main__` with
`sys.argv` and `sys.path[0]` as the interpreter would set them, or as a module whose function is
then called.
"""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any, NoReturn

from explorer.errors import UsageError
from explorer.frontend.current import abort, outside, world
from explorer.frontend.image import Image
from explorer.frontend.leftovers import leaving_nothing_behind
from explorer.frontend.module import multiprocessing
from explorer.frontend.modules import UserFinder, compiled, main_module
from explorer.frontend.place import is_user_file, shown, user_frame
from explorer.model.case import Case


class ScriptProgram:
    """`path/to/script.py`: runs as `__main__`."""

    unmodified = True

    def __init__(self, target: str, path: str, arguments: tuple[str, ...]) -> None:
        self.target = target
        self.path = os.path.abspath(path)
        self.folder = os.path.dirname(self.path)
        self.argv = [path, *arguments]
        self.finder = UserFinder()
        self.has_run = False  # imports that fail after that are the program's own failures
        self._is_user: dict[str, bool] = {self.path: True}

    def prepare(self, case: Case) -> Callable[[], Any]:
        """Its source, executed afresh."""
        world().runtime.image = Image()
        return self._run

    def is_user_code(self, filename: str) -> bool:
        """The script, and what it imports that is not a library."""
        known = self._is_user.get(filename)
        if known is None:
            known = self._is_user[filename] = is_user_file(filename)
        return known

    @contextmanager
    def surroundings(self) -> Iterator[None]:
        """What the interpreter sets up for one run, and takes down after it."""
        with leaving_nothing_behind(), self.finder.in_charge():
            names = ("__main__", "__mp_main__")
            before = {name: sys.modules[name] for name in names if name in sys.modules}
            sys.argv = self.argv[:]
            sys.path[0] = self.folder
            try:
                yield
            finally:
                self.has_run = True
                sys.modules.pop("__mp_main__", None)
                for name, module in before.items():
                    sys.modules[name] = module

    def _run(self) -> None:
        with self._imports_explained():
            self._execute()

    def _execute(self) -> None:
        module = main_module(self.path)
        sys.modules["__main__"] = sys.modules["__mp_main__"] = module
        image = world().runtime.image
        image.add("__main__", module, compiled(self.path))
        image.modules["__mp_main__"] = module  # what instances made by spawned children refer to
        exec(compiled(self.path), module.__dict__)

    @contextmanager
    def _imports_explained(self) -> Iterator[None]:
        """A module that is not there, or cannot be compiled, is for the user to mend first."""
        try:
            yield
        except ModuleNotFoundError as error:
            if self.has_run or not error.name or _can_be_found(error.name):
                raise
            self._refuse(
                error,
                f"there is no module named {error.name!r}",
                "Install it, or run the explorer from the environment in which the program runs.",
            )
        except SyntaxError as error:
            if self.has_run or not error.filename or not os.path.isfile(error.filename):
                raise
            abort(UsageError(syntax_message(self.target, error)))

    def _refuse(self, error: BaseException, what: str, advice: str) -> NoReturn:
        abort(UsageError(f"Cannot run {self.target}: {what}{_raised_at(error)}. {advice}"))


class FileFunctionProgram(ScriptProgram):
    """`path/to/script.py::function`: the file is executed as a module, then the function called."""

    def __init__(self, target: str, path: str, function: str, arguments: tuple[str, ...]) -> None:
        super().__init__(target, path, arguments)
        self.function = function

    def _run(self) -> None:
        with self._imports_explained():
            module = self._load()
        call_function(self.target, module, self.function)

    def _load(self) -> ModuleType:
        return importlib.import_module(os.path.basename(self.path).removesuffix(".py"))


class ModuleFunctionProgram(FileFunctionProgram):
    """`package.module:function`: the same, found as the import system finds it."""

    def __init__(
        self, target: str, module: str, path: str, function: str, arguments: tuple[str, ...]
    ) -> None:
        super().__init__(target, path, function, arguments)
        self.module = module
        self.folder = os.getcwd()

    def _load(self) -> ModuleType:
        try:
            return importlib.import_module(self.module)
        except ModuleNotFoundError:
            raise
        except ImportError as error:
            self._refuse(error, f"importing it failed: {error}", "Mend the import first.")


def call_function(target: str, module: ModuleType, name: str) -> None:
    """Call the target's function with nothing, or with the virtual multiprocessing."""
    function = getattr(module, name, None)
    if function is None:
        there = sorted(
            key
            for key, value in vars(module).items()
            if callable(value) and getattr(value, "__module__", None) == module.__name__
        )
        known = f" It has: {', '.join(there)}." if there else ""
        path = shown(module.__file__ or module.__name__)
        abort(UsageError(f"Cannot run {target}: {path} has no function {name!r}.{known}"))
    if not callable(function):
        kind = type(function).__name__
        article = "an" if kind[0] in "aeiouAEIOU" else "a"
        abort(
            UsageError(
                f"Cannot run {target}: {name!r} is {article} {kind}, not a function. "
                "Name a function that takes no argument, or one (the multiprocessing module)."
            )
        )
    if _wanted_arguments(target, name, function):
        function(multiprocessing)
    else:
        function()


def _wanted_arguments(target: str, name: str, function: Any) -> int:
    """0 or 1: how many arguments the function has to be given."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return 0
    for count in (0, 1):
        with suppress(TypeError):
            signature.bind(*range(count))
            return count
    return abort(
        UsageError(
            f"Cannot run {target}: the function is {name}{signature}, but a target takes no "
            "argument, or one (the multiprocessing module). Wrap it in a function of that form."
        )
    )


def _can_be_found(name: str) -> bool:
    with outside():
        try:
            return importlib.util.find_spec(name.partition(".")[0]) is not None
        except (ImportError, ValueError):
            return True


def _raised_at(error: BaseException) -> str:
    trace = error.__traceback__
    found = ""
    while trace is not None:
        if user_frame(trace.tb_frame) is trace.tb_frame:
            found = f" ({shown(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})"
        trace = trace.tb_next
    return found


def syntax_message(target: str, error: SyntaxError) -> str:
    """One message for source that does not compile: file, line, text."""
    where = shown(os.path.abspath(error.filename or target))
    line = f", line {error.lineno}" if error.lineno else ""
    text = f": {error.text.strip()}" if error.text else ""
    return (
        f"Cannot run {target}: {where}{line} is not valid Python: {error.msg}{text}. "
        f"`python {where}` should start before races can be looked for."
    )
