"""The files that a run sees: what it wrote itself, over what is on the user's disk.

Nothing is ever written to the disk, and every run begins with what the first one found there.
Libraries' own files and the system's are not touched at all: reading those is no operation.
"""

from __future__ import annotations

import os
import stat
from typing import Any, Final

from explorer.frontend.current import outside, world
from explorer.frontend.place import is_library_file, shown
from explorer.objects.file import File, Node

#: Reading below these is left to the real system.
_SYSTEM: Final = ("/bin/", "/dev/", "/etc/", "/lib", "/proc/", "/sbin/", "/sys/", "/usr/")

#: What was found on the disk, for all runs: path -> "file", "folder" or None, and contents.
_kinds: dict[str, str | None] = {}
_contents: dict[str, bytes] = {}
_listings: dict[str, list[str]] = {}


def look_again() -> None:
    """The user's disk may have changed since."""
    _kinds.clear()
    _contents.clear()
    _listings.clear()


def _kind_on_disk(path: str) -> str | None:
    if path not in _kinds:
        with outside():
            try:
                mode = os.stat(path).st_mode
            except (OSError, ValueError):
                _kinds[path] = None
            else:
                _kinds[path] = "folder" if stat.S_ISDIR(mode) else "file"
    return _kinds[path]


def _load(path: str) -> bytes:
    if path not in _contents:
        with outside(), open(path, "rb") as file:
            _contents[path] = file.read()
    return _contents[path]


def _names_on_disk(path: str) -> list[str]:
    if path not in _listings:
        with outside():
            _listings[path] = sorted(os.listdir(path))
    return _listings[path]


class Disk:
    """One per run: the paths that it has come upon."""

    def __init__(self) -> None:
        self.files: dict[str, File] = {}

    def file(self, path: str) -> File:
        """The object of an absolute path, as it is now."""
        found = self.files.get(path)
        if found is None:
            above = os.path.dirname(path)
            folder = None if above == path else self.file(above)
            found = self.files[path] = File(shown(path), path, folder, self._node(path, folder))
        return found

    def _node(self, path: str, folder: File | None) -> Node | None:
        if folder is not None and folder.node is None:
            return None
        kind = _kind_on_disk(path)
        if kind is None:
            return None
        return Node(is_folder=True) if kind == "folder" else Node(lambda: _load(path))

    def names(self, path: str) -> list[str]:
        """What is in a folder, sorted."""
        found = set(_names_on_disk(path)) if _kind_on_disk(path) == "folder" else set()
        for known, file in self.files.items():
            if os.path.dirname(known) == path and known != path:
                (found.discard if file.node is None else found.add)(os.path.basename(known))
        return sorted(found)

    def is_left_alone(self, path: str) -> bool:
        """Whether reading here is none of a run's business."""
        if path in self.files:
            return False
        return path.startswith(_SYSTEM) or is_library_file(path)


def disk() -> Disk:
    """The disk of the run."""
    runtime = world().runtime
    if runtime.disk is None:
        runtime.disk = Disk()
    found: Disk = runtime.disk
    return found


def working_directory() -> str:
    """Of the running process."""
    running = world()
    found = running.runtime.folders.get(running.running.process)
    if found is None:
        with outside():
            return os.getcwd()
    return str(found)


def absolute(path: Any) -> str:
    """A path as the running process means it."""
    text = os.fsdecode(path)
    return os.path.normpath(os.path.join(working_directory(), text))
