"""Files of a real run: what its processes write lies over the user's disk, which stays as it is.

Every operation on a file that the program makes is done by the system, with its errors, in a
folder of the run; what is only read is read where it is. Deleted paths leave a mark.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
from contextlib import suppress
from typing import Any, Final, NoReturn

from explorer.objects.file import FileOperation, as_bytes, as_text

real_open: Final = os.open
real_close: Final = os.close
real_stat: Final = os.stat
real_lstat: Final = os.lstat
real_fstat: Final = os.fstat
real_mkdir: Final = os.mkdir
real_rmdir: Final = os.rmdir
real_unlink: Final = os.unlink
real_rename: Final = os.rename
real_listdir: Final = os.listdir
real_truncate: Final = os.ftruncate
real_utime: Final = os.utime
real_link: Final = os.link
real_copy: Final = shutil.copyfile
real_makedirs: Final = os.makedirs


class Length:
    """Something of a certain length."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size


class RealNode:
    """An open file: what the descriptors of the program stand for."""

    is_folder = False

    def __init__(self, descriptor: int, path: str, *, ours: bool) -> None:
        self.descriptor = descriptor
        self.path = path
        self.ours = ours  # it lies in the run's own folder

    @property
    def version(self) -> Any:
        """Changes whenever the content does."""
        found = real_fstat(self.descriptor)
        return found.st_mtime_ns, found.st_size

    @property
    def data(self) -> Length:
        """As long as the file is."""
        return Length(real_fstat(self.descriptor).st_size)

    def content(self) -> Length:
        """The same."""
        return self.data

    def __repr__(self) -> str:
        return "a file"


class Overlay:
    """The files as the run sees them; `folder` is its own."""

    def __init__(self, folder: str) -> None:
        self.above = os.path.join(folder, "files")
        self.marks = os.path.join(folder, "gone")

    def kind(self, path: str) -> str | None:
        """What is there: "file", "folder" or None."""
        try:
            mode = real_stat(self._where(path)).st_mode
        except OSError:
            return None
        return "folder" if mode & 0o170000 == 0o040000 else "file"

    def names(self, path: str) -> list[str]:
        """What is in a folder."""
        found: set[str] = set()
        with suppress(OSError):
            if not self._is_gone(path):
                found |= {
                    name
                    for name in real_listdir(path)
                    if not self._is_marked(os.path.join(path, name))
                }
        with suppress(OSError):
            found |= set(real_listdir(self.above + path))
        return sorted(found)

    def perform(self, operation: FileOperation) -> Any:
        """Do it; raises what the system raises, of the path that the program gave."""
        path: str = operation.object.path
        try:
            return getattr(self, f"_{operation.kind.name}")(path, operation)
        except OSError as error:
            if operation.node is not None or error.errno is None:
                raise
            raise OSError(error.errno, os.strerror(error.errno), operation.given) from None

    # Where things are

    def _mark_of(self, path: str) -> str:
        return os.path.join(self.marks, hashlib.sha1(os.fsencode(path)).hexdigest())

    def _is_marked(self, path: str) -> bool:
        return _is_there(self._mark_of(path))

    def _is_gone(self, path: str) -> bool:
        """Whether it, or a folder above it, was deleted."""
        while not self._is_marked(path):
            above = os.path.dirname(path)
            if above == path:
                return False
            path = above
        return True

    def _where(self, path: str) -> str:
        above = self.above + path
        return above if _is_there(above) or self._is_gone(path) else path

    def _prepare(self, path: str) -> str:
        """Make the folders above a path in our own folder; refuses if there are none."""
        folder = os.path.dirname(path)
        kind = self.kind(folder)
        if kind is None:
            _refuse(errno.ENOENT)
        if kind == "file":
            _refuse(errno.ENOTDIR)
        real_makedirs(self.above + folder, exist_ok=True)
        return self.above + path

    def _bring_up(self, path: str) -> str:
        """Our own copy of a file."""
        above = self._prepare(path)
        if not _is_there(above) and self.kind(path) == "file":
            copy = f"{above}.{os.getpid()}.copy"
            real_copy(path, copy)
            with suppress(FileExistsError):
                real_link(copy, above)
            real_unlink(copy)
        return above

    # Operations on paths

    def _open(self, path: str, operation: FileOperation) -> RealNode:
        if self.kind(path) == "folder":
            _refuse(errno.EISDIR)
        where = self._where(path)
        ours = where != path
        flags = os.O_RDWR if ours else os.O_RDONLY
        return RealNode(real_open(where, flags | os.O_CLOEXEC), path, ours=ours)

    def _touch(self, path: str, operation: FileOperation, flags: int = 0) -> RealNode:
        if self.kind(path) == "folder":
            _refuse(errno.EISDIR)
        above = self._bring_up(path)
        descriptor = real_open(above, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | flags, 0o644)
        return RealNode(descriptor, path, ours=True)

    def _truncate(self, path: str, operation: FileOperation) -> RealNode:
        node = self._touch(path, operation, os.O_TRUNC)
        self._changed(node)
        return node

    def _create(self, path: str, operation: FileOperation) -> RealNode:
        if self.kind(path) is not None:
            _refuse(errno.EEXIST)
        return self._touch(path, operation, os.O_EXCL)

    def _exists(self, path: str, operation: FileOperation) -> str | None:
        return self.kind(path)

    def _stat(self, path: str, operation: FileOperation) -> tuple[bool, int]:
        found = real_stat(self._where(path))
        is_folder = self.kind(path) == "folder"
        return is_folder, 0 if is_folder else found.st_size

    def _unlink(self, path: str, operation: FileOperation) -> None:
        if self.kind(path) == "folder":
            _refuse(errno.EISDIR)
        self._take_away(path, real_unlink)

    def _mkdir(self, path: str, operation: FileOperation) -> None:
        if self.kind(path) is not None:
            _refuse(errno.EEXIST)
        real_mkdir(self._prepare(path))

    def _rmdir(self, path: str, operation: FileOperation) -> None:
        kind = self.kind(path)
        if kind == "file":
            _refuse(errno.ENOTDIR)
        if kind is not None and self.names(path):
            _refuse(errno.ENOTEMPTY)
        self._take_away(path, real_rmdir)

    def _take_away(self, path: str, remove: Any) -> None:
        if self.kind(path) is None:
            _refuse(errno.ENOENT)
        if _is_there(self.above + path):
            remove(self.above + path)
        if _is_there(path):
            real_makedirs(self.marks, exist_ok=True)
            real_close(real_open(self._mark_of(path), os.O_CREAT | os.O_WRONLY))

    def _rename(self, path: str, operation: FileOperation) -> None:
        assert operation.owner is not None
        other: str = operation.owner.path
        if self.kind(path) is None:
            _refuse(errno.ENOENT)
        if self.kind(other) == "folder":
            _refuse(errno.EISDIR)
        target = self._prepare(other)
        real_rename(self._bring_up(path), target)
        if _is_there(path):
            real_makedirs(self.marks, exist_ok=True)
            real_close(real_open(self._mark_of(path), os.O_CREAT | os.O_WRONLY))

    def _list(self, path: str, operation: FileOperation) -> list[str]:
        kind = self.kind(path)
        if kind != "folder":
            _refuse(errno.ENOENT if kind is None else errno.ENOTDIR)
        return self.names(path)

    # Operations on open files

    def _read(self, path: str, operation: Any) -> str:
        node = operation.node
        size = operation.size if operation.size >= 0 else len(node.data)
        return as_text(os.pread(node.descriptor, size, operation.offset))

    def _write(self, path: str, operation: Any) -> None:
        node = self._writable(operation.node)
        offset = len(node.data) if operation.offset is None else operation.offset
        os.pwrite(node.descriptor, as_bytes(operation.value), offset)
        self._changed(node)

    _append = _write

    def _resize(self, path: str, operation: Any) -> None:
        node = self._writable(operation.node)
        real_truncate(node.descriptor, operation.value)
        self._changed(node)

    def _writable(self, node: RealNode) -> RealNode:
        if not node.ours:
            real_close(node.descriptor)
            node.descriptor = real_open(self._bring_up(node.path), os.O_RDWR | os.O_CLOEXEC)
            node.ours = True
        return node

    def _changed(self, node: RealNode) -> None:
        now = time.clock_gettime_ns(time.CLOCK_REALTIME)
        real_utime(node.descriptor, ns=(now, now))


def _is_there(path: str) -> bool:
    try:
        real_lstat(path)
    except OSError:
        return False
    return True


def _refuse(number: int) -> NoReturn:
    raise OSError(number, os.strerror(number))
