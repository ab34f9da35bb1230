"""Paths as case files and messages have them: relative, with slashes, the same on every machine."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from explorer.errors import BadCase
from explorer.model.saved import SavedCase
from explorer.model.trace import SourceLine
from explorer.report.wording import clean

_LONGEST_STEM: Final = 60
#: What stands in the topmost folder of a project.
_PROJECT: Final = (".git", "pyproject.toml", "setup.py", "setup.cfg")


def portable(target: str) -> str:
    """A target as it is saved: a path relative to the working directory, anything else as it is."""
    path, colons, function = target.partition("::")
    if not is_path(target):
        return target
    return Path(os.path.relpath(path)).as_posix() + colons + function


def find_target(saved: SavedCase, file: str | os.PathLike[str]) -> str:
    """The saved target as it can be opened from the working directory.

    Raises:
        BadCase: it is a path, and there is no such file.
    """
    target = saved.case.target
    if not is_path(target):
        return target
    path, colons, function = target.partition("::")
    for base in (Path(), *_folders(Path(file).resolve().parent)):
        if (base / path).is_file():
            return os.path.relpath(base / path) + colons + function
    raise BadCase(
        f"{clean(os.fspath(file))}: its target {clean(path)} is neither in the working directory "
        "nor beside the case file, nor in a folder of its project"
    )


def _folders(folder: Path) -> list[Path]:
    """A case file's folder and those above it, as far as its project goes.

    Never further: a case file must not run what only has the same name, in /tmp or at home.
    """
    above = [folder, *folder.parents]
    for number, place in enumerate(above):
        if any((place / sign).exists() for sign in _PROJECT):
            return above[: number + 1]
    return above[:2]


def is_path(target: str) -> bool:
    """Whether a target names a file, not a scenario or a module."""
    path = target.partition("::")[0]
    return "::" in target or path.endswith(".py") or "/" in path or os.sep in path


def place_of(line: SourceLine) -> str:
    """A line as it is saved, "counter.py:6": of a file outside the working directory, its end."""
    path = Path(line.file)
    if path.is_absolute():
        relative = Path(os.path.relpath(path))
        path = relative if ".." not in relative.parts else Path(*path.parts[-2:])
    return f"{path.as_posix()}:{line.line}"


def stem(target: str) -> str:
    """A target's part of a file name: "counter" for "programs/counter.py::main".

    Only letters, digits, dots, dashes and underscores; never empty, never hidden.
    """
    path = target.partition("::")[0]
    name = Path(path).stem if is_path(target) else path
    safe = re.sub(r"[^A-Za-z0-9_.]+", "-", name).strip("-.")
    return safe[:_LONGEST_STEM].rstrip("-.") or "case"
