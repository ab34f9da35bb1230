"""From a target in a case file to the test that it names, collected when the case is run.

Collecting a case file opens nothing but that file: whoever only lists tests, or runs others, does
not import what some case file names. And what a collected case may name is part of the project:
a file below pytest's root directory, a module found there, or a built-in scenario.
"""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from explorer.errors import BadCase, UsageError
from explorer.frontend.loader import find_module
from explorer.pytest_plugin.items import base_name
from explorer.report.places import is_path
from explorer.report.wording import clean


def check_target(target: str, config: pytest.Config, file: str) -> None:
    """Refuse a target outside of the project.

    Raises:
        BadCase: a case file that pytest collects may not name it.
    """
    if is_path(target):
        path = config.rootpath / target.partition("::")[0]
    elif ":" in target:
        path = Path(find_module(target, target.partition(":")[0]))
    else:
        return
    if not path.resolve().is_relative_to(config.rootpath.resolve()):
        raise BadCase(
            f"{file}: its target {clean(target)} is outside of the project "
            f"({config.rootpath}). `race-explorer replay {file}` runs it all the same."
        )


def is_test(target: str, config: pytest.Config) -> bool:
    """Whether a target is a test function's node id."""
    path, colons, function = target.partition("::")
    if not colons:
        return False
    name = Path(path).name
    return (
        "::" in function
        or "[" in function
        or any(fnmatch(name, pattern) for pattern in config.getini("python_files"))
    )


def find_test(session: pytest.Session, target: str) -> Any:
    """The item of a test; one that this session runs anyway, or collected now.

    Raises:
        UsageError: there is no such test any more.
    """
    for item in session.items:
        if item.nodeid == target and base_name(item) == target:
            return item
    path = session.config.rootpath / target.partition("::")[0]
    node: Any = session
    for folder in _folders(session.config.rootpath, path.parent):
        node = _directory(session, node, folder)
    for found in _children(session, node):
        if isinstance(found, pytest.Module) and found.path == path:
            item = _below(session, found, target)
            if item is not None:
                return item
    raise UsageError(
        f"There is no test {target} in {session.config.rootpath}. Was it renamed? Then name it in "
        'the case file ("target"), or delete the file.'
    )


def _folders(root: Path, last: Path) -> list[Path]:
    """The folders from the root directory down to `last`."""
    between = [folder for folder in (last, *last.parents) if folder.is_relative_to(root)]
    return between[::-1]


def _directory(session: pytest.Session, parent: Any, folder: Path) -> Any:
    hook = session.gethookproxy(folder)
    found = hook.pytest_collect_directory(path=folder, parent=parent)
    if found is None:
        return pytest.Dir.from_parent(parent, path=folder)
    _children(session, found)  # reads its conftest.py
    return found


def _children(session: pytest.Session, node: Any) -> list[Any]:
    """What a node collects; a failure in it is the user's to see."""
    report = session.config.hook.pytest_make_collect_report(collector=node)
    if report.failed:
        raise UsageError(f"Cannot collect {node.nodeid}:\n{report.longreprtext}")
    return list(report.result or [])


def _below(session: pytest.Session, node: Any, target: str) -> Any:
    if isinstance(node, pytest.Item):
        return node if node.nodeid == target else None
    for child in _children(session, node):
        found = _below(session, child, target)
        if found is not None:
            return found
    return None
