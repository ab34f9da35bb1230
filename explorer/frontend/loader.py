"""From a target as typed on the command line to the program it names."""

from __future__ import annotations

import linecache
import os
import sys
from importlib.machinery import PathFinder

from explorer.errors import UsageError
from explorer.frontend.modules import check_encoding, compiled, forget_sources
from explorer.frontend.script import (
    FileFunctionProgram,
    ModuleFunctionProgram,
    ScriptProgram,
    syntax_message,
)


def load(target: str, arguments: tuple[str, ...] = ()) -> ScriptProgram:
    """The program that `target` names, its source compiled but not yet executed.

    Args:
        target: `path/to/script.py`, `path/to/script.py::function` or `package.module:function`.
        arguments: the program's own `sys.argv[1:]`.

    Raises:
        UsageError: there is no such thing, or it does not compile.
    """
    forget_sources()
    linecache.checkcache()  # a file may have been edited since another target was run
    path, _, function = target.partition("::")
    if function or path.endswith(".py") or os.sep in path:
        check_source(target, path)
        if "::" not in target:
            return ScriptProgram(target, path, arguments)
        _check_identifier(target, function)
        return FileFunctionProgram(target, path, function, arguments)
    module, colon, function = target.partition(":")
    if not colon:
        raise UsageError(
            f"Cannot run {target!r}: it is neither a built-in scenario (`race-explorer list` "
            "shows them) nor a script (path/to/script.py, path/to/script.py::function) nor a "
            "function in a module (package.module:function)."
        )
    _check_identifier(target, function)
    path = find_module(target, module)
    check_source(target, path)
    return ModuleFunctionProgram(target, module, path, function, arguments)


def check_source(target: str, path: str) -> None:
    """Raise UsageError unless `path` is a file of Python source that compiles."""
    if os.path.isdir(path):
        raise UsageError(f"Cannot run {target}: {path} is a folder. Name the script in it.")
    if not os.path.exists(path):
        raise UsageError(
            f"Cannot run {target}: there is no file {path} in {os.getcwd()}. "
            "Give the path of a Python script."
        )
    try:
        check_encoding(path)
        compiled(os.path.abspath(path))
    except SyntaxError as error:
        raise UsageError(syntax_message(target, error)) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"Cannot run {target}: {path} cannot be read: {reason}.") from None


def find_module(target: str, module: str) -> str:
    """The source file of a module that is not imported yet, nor its parents, nor now."""
    search: list[str] | None = [os.getcwd(), *sys.path[1:]]
    name, origin = "", None
    for part in module.split("."):
        name = f"{name}.{part}" if name else part
        spec = PathFinder.find_spec(name, search) if search else None
        if spec is None:
            raise UsageError(
                f"Cannot run {target}: there is no module {name!r}. It is looked for in "
                f"{os.getcwd()} first, then where Python looks; run the explorer from the folder "
                "that holds it, or give the path of its file: path/to/file.py::function."
            )
        origin = spec.origin
        search = spec.submodule_search_locations
    if origin is None or not origin.endswith(".py"):
        raise UsageError(f"Cannot run {target}: {module} has no Python source.")
    return origin


def _check_identifier(target: str, function: str) -> None:
    if not function.isidentifier():
        raise UsageError(
            f"Cannot run {target}: {function!r} cannot be the name of a function. "
            "Write path/to/script.py::function or package.module:function."
        )
