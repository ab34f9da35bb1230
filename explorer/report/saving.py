"""Writing case files: whole or not at all, each defect to a file of its own, nowhere else."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path

from explorer.errors import BadCase, UsageError
from explorer.model.saved import SavedCase
from explorer.model.verdict import Finding
from explorer.report.casefile import dump, load, loads
from explorer.report.places import stem


def save(finding: Finding, directory: str | os.PathLike[str], *, label: str | None = None) -> Path:
    """Write a finding's case file into `directory`, made if need be; its path.

    The name is `<target>-<kind>.json` (`label` in place of the target if there is one), with -2,
    -3, … where another defect has it. The same defect goes to its own file again, whole or not at
    all; a guard is never written over.

    Raises:
        UsageError: the directory cannot be made or written to.
    """
    folder = Path(directory)
    text = dump(finding)
    name = f"{stem(label or finding.case.target)}-{finding.kind.value}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{name}-", suffix=".tmp", dir=folder)
    except OSError as error:
        raise UsageError(f"cannot write case files to {directory}: {error.strerror}") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.chmod(temporary, 0o666 & ~_umask())
        return _place_file(Path(temporary), folder, name, loads(text, name))
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def _place_file(temporary: Path, folder: Path, name: str, saved: SavedCase) -> Path:
    """Give a written file the first name that is free or its own already."""
    for number in count(1):
        path = folder / (f"{name}.json" if number == 1 else f"{name}-{number}.json")
        if not _claim(temporary, path):
            if not _same_defect(path, saved):
                continue
            os.replace(temporary, path)
        return path
    raise AssertionError("unreachable")


def _claim(temporary: Path, path: Path) -> bool:
    """Give the file its name unless that is taken; two workers never get the same one."""
    try:
        os.link(temporary, path)  # unlike a rename, refuses to write over what is there
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if path.exists():
            return False
        os.replace(temporary, path)
    return True


def _same_defect(path: Path, saved: SavedCase) -> bool:
    try:
        other = load(path)
    except BadCase:
        return False  # not ours to write over
    return (
        other.expect == saved.expect
        and other.case.target == saved.case.target
        and other.shows.fingerprint == saved.shows.fingerprint
    )


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
