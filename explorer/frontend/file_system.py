"""The functions of `os`, `os.path`, `shutil` and `fcntl` on files, in a virtual process."""

from __future__ import annotations

import errno
import fcntl
import os
import posixpath
import shutil
import stat
from collections.abc import Callable, Iterator
from typing import Any

from explorer.errors import NotSupported
from explorer.frontend.clock import EPOCH
from explorer.frontend.current import abort, inside, world
from explorer.frontend.disk import absolute, disk, working_directory
from explorer.frontend.files import (
    FIRST_DESCRIPTOR,
    Description,
    add_descriptor,
    describe,
    description_of,
)
from explorer.frontend.place import place
from explorer.model.operation import Operation, OperationKind
from explorer.objects import file as machine
from explorer.objects import lock
from explorer.objects.file import FileOperation

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
Real = Callable[..., Any]


def _perform(kind: OperationKind, path: Any, **details: Any) -> Any:
    file = disk().file(absolute(path))
    return world().perform(FileOperation(kind, file, given=os.fsdecode(path), **details))


def _is_real(path: Any, *, reading: bool, options: Any = None) -> bool:
    """Whether a call is for the real system: outside of runs, or below its own folders."""
    if inside() is None:
        return True
    if isinstance(path, int):
        return path < FIRST_DESCRIPTOR
    if options and any(options.get(name) is not None for name in _BY_DESCRIPTOR):
        _refuse_relative()
    return reading and disk().is_left_alone(absolute(path))


_BY_DESCRIPTOR = ("dir_fd", "src_dir_fd", "dst_dir_fd")


def _refuse_relative() -> None:
    abort(
        NotSupported(
            f"The program names a file relative to an open folder (dir_fd){place()}, which is "
            "not simulated. Give the whole path."
        )
    )


def _stat(real: Real, path: Any, **options: Any) -> Any:
    if _is_real(path, reading=True, options=options):
        return real(path, **options)
    if isinstance(path, int):
        return _fstat(real, path)
    return _stat_result(*_perform(machine.STAT, path))


def _stat_result(is_folder: bool, size: int) -> os.stat_result:
    mode = stat.S_IFDIR | 0o755 if is_folder else stat.S_IFREG | 0o644
    now = EPOCH // 1_000_000_000
    return os.stat_result((mode, 0, 0, 1, 1000, 1000, size, now, now, now))


def _fstat(real: Real, descriptor: Any) -> Any:
    if _is_real(descriptor, reading=True):
        return real(descriptor)
    found = _found(descriptor)
    return _stat_result(*world().perform(FileOperation(machine.STAT, found.file)))


def _found(descriptor: int) -> Description:
    found = description_of(descriptor)
    if found is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return found


def _exists(wanted: tuple[str, ...]) -> Callable[[Real, Any], bool]:
    def look(real: Real, path: Any) -> bool:
        if _is_real(path, reading=True) or isinstance(path, int):
            return bool(real(path))
        return _perform(machine.EXISTS, path) in wanted

    return look


def _access(real: Real, path: Any, mode: int, **options: Any) -> bool:
    if _is_real(path, reading=True, options=options):
        return bool(real(path, mode, **options))
    return _perform(machine.EXISTS, path) is not None


def _change(kind: OperationKind) -> Callable[..., None]:
    def change(real: Real, path: Any, *args: Any, **options: Any) -> None:
        if _is_real(path, reading=False, options=options):
            real(path, *args, **options)
            return
        full = absolute(path)
        _perform(kind, path, names=lambda: disk().names(full))

    return change


def _rename(real: Real, old: Any, new: Any, **options: Any) -> None:
    if _is_real(old, reading=False, options=options):
        real(old, new, **options)
        return
    file = disk().file(absolute(old))
    if file.node is not None and file.node.is_folder:
        abort(NotSupported(f"Renaming a folder{place()} is not simulated. Rename its files."))
    _perform(machine.RENAME, old, owner=disk().file(absolute(new)))


def _listdir(real: Real, path: Any = ".") -> list[str]:
    if _is_real(path, reading=True):
        return list(real(path))
    full = absolute(path)
    return list(_perform(machine.LIST, path, names=lambda: disk().names(full)))


class Entry:
    """What `os.scandir` yields."""

    def __init__(self, folder: Any, name: str) -> None:
        self.name = name
        self.path = os.path.join(os.fsdecode(folder), name)

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a folder."""
        return os.path.isdir(self.path)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a file."""
        return os.path.isfile(self.path)

    def is_symlink(self) -> bool:
        """There are none."""
        return False

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """As `os.stat`."""
        return os.stat(self.path)

    def __fspath__(self) -> str:
        return self.path


class Entries:
    """What `os.scandir` returns."""

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[Entry]:
        return self._entries

    def __next__(self) -> Entry:
        return next(self._entries)

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Entries:
        return self

    def __exit__(self, *exc: object) -> None:
        pass


def _scandir(real: Real, path: Any = ".") -> Any:
    if _is_real(path, reading=True):
        return real(path)
    return Entries([Entry(path, name) for name in _listdir(real, path)])


def _rmtree(real: Real, path: Any, *args: Any, **options: Any) -> None:
    if _is_real(path, reading=False):
        real(path, *args, **options)
        return
    ignore = bool(args and args[0]) or options.get("ignore_errors", False)
    try:
        for name in os.listdir(path):
            below = os.path.join(os.fsdecode(path), name)
            if os.path.isdir(below):
                _rmtree(real, below)
            else:
                os.unlink(below)
        os.rmdir(path)
    except OSError:
        if not ignore:
            raise


def _open(real: Real, path: Any, flags: int, mode: int = 0o777, **options: Any) -> int:
    if _is_real(path, reading=not flags & _WRITING, options=options):
        return int(real(path, flags, mode, **options))
    return add_descriptor(describe(path, flags))


def _close(real: Real, descriptor: int) -> None:
    if _is_real(descriptor, reading=True):
        real(descriptor)
    else:
        _found(descriptor)


def _read(real: Real, descriptor: int, size: int) -> Any:
    if _is_real(descriptor, reading=True):
        return real(descriptor, size)
    return _found(descriptor).read(size)


def _write(real: Real, descriptor: int, data: Any) -> int:
    if _is_real(descriptor, reading=True):
        return int(real(descriptor, data))
    return _found(descriptor).write(bytes(data))


def _seek(real: Real, descriptor: int, offset: int, whence: int) -> int:
    if _is_real(descriptor, reading=True):
        return int(real(descriptor, offset, whence))
    return _found(descriptor).seek(offset, whence)


def _resize(real: Real, path: Any, size: int) -> None:
    if _is_real(path, reading=False):
        real(path, size)
    elif isinstance(path, int):
        _found(path).resize(size)
    else:
        describe(path, os.O_WRONLY).resize(size)


def _ignore(real: Real, path: Any, *args: Any, **options: Any) -> None:
    """Times, modes and the disk behind the file: nothing that a run could tell."""
    if _is_real(path, reading=False):
        real(path, *args, **options)


def _refuse(name: str) -> Callable[..., None]:
    def refuse(real: Real, *args: Any, **options: Any) -> None:
        if inside() is None:
            real(*args, **options)
        else:
            abort(NotSupported(f"os.{name}(){place()} is not simulated. Use a file of its own."))

    return refuse


def _getcwd(real: Callable[[], str]) -> str:
    return real() if inside() is None else working_directory()


def _chdir(real: Real, path: Any) -> None:
    if inside() is None:
        real(path)
        return
    full = absolute(path)
    if disk().file(full).node is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fsdecode(path))
    running = world()
    running.runtime.folders[running.running.process] = full


def _flock(real: Real, descriptor: Any, how: int, *rest: Any) -> Any:
    """`flock` and `lockf` of a whole file, shared locks taken as exclusive ones."""
    found = None if inside() is None else description_of(descriptor)
    if found is None:
        return real(descriptor, how, *rest)
    running = world()
    locks = running.runtime.file_locks
    held = locks.setdefault(found.file.path, lock.Lock(f"lock of {found.file.name}"))
    mine = held.owner is not None and held.owner.process is running.running.process
    if how & fcntl.LOCK_UN:
        if mine:
            running.perform(Operation(lock.RELEASE, held))
    elif mine:
        pass
    elif how & fcntl.LOCK_NB:
        if not running.perform(Operation(lock.TRY_ACQUIRE, held)):
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    else:
        running.perform(Operation(lock.ACQUIRE, held))
    return None


PATCHES: dict[tuple[Any, str], Callable[..., Any]] = {
    (os, "stat"): _stat,
    (os, "lstat"): _stat,
    (os, "fstat"): _fstat,
    (os, "access"): _access,
    (posixpath, "exists"): _exists(("file", "folder")),
    (posixpath, "lexists"): _exists(("file", "folder")),
    (posixpath, "isfile"): _exists(("file",)),
    (posixpath, "isdir"): _exists(("folder",)),
    (os, "mkdir"): _change(machine.MKDIR),
    (os, "rmdir"): _change(machine.RMDIR),
    (os, "unlink"): _change(machine.UNLINK),
    (os, "remove"): _change(machine.UNLINK),
    (os, "rename"): _rename,
    (os, "replace"): _rename,
    (os, "listdir"): _listdir,
    (os, "scandir"): _scandir,
    (shutil, "rmtree"): _rmtree,
    (os, "open"): _open,
    (os, "close"): _close,
    (os, "read"): _read,
    (os, "write"): _write,
    (os, "lseek"): _seek,
    (os, "truncate"): _resize,
    (os, "ftruncate"): _resize,
    **{(os, name): _ignore for name in ("chmod", "fchmod", "fsync", "fdatasync", "utime")},
    **{(os, name): _refuse(name) for name in ("link", "symlink", "mkfifo", "dup", "dup2")},
    (os, "getcwd"): _getcwd,
    (os, "chdir"): _chdir,
    (fcntl, "flock"): _flock,
    (fcntl, "lockf"): _flock,
}
