"""`open` in a virtual process: CPython's own buffers over files that are shared objects.

The Python versions of the buffers (`_pyio`) are used, not the C ones: theirs can be copied at
fork with what is in them. Reading and writing are operations where the buffer reads or writes:
`with open("counter") as f: f.read()` is an open and one read, and what is written goes out at
flush or close.
"""

from __future__ import annotations

import _pyio  # type: ignore[import-not-found]
import builtins
import errno
import io
import os
from collections.abc import Callable
from contextlib import nullcontext
from operator import index
from types import FunctionType, SimpleNamespace
from typing import Any, Final

from explorer.frontend.copier import copied_types
from explorer.frontend.counts import exact
from explorer.frontend.current import inside, slot, world
from explorer.frontend.current import process as current
from explorer.frontend.disk import absolute, disk
from explorer.objects.file import (
    APPEND,
    CREATE,
    OPEN,
    READ,
    RESIZE,
    TOUCH,
    TRUNCATE,
    WRITE,
    File,
    FileOperation,
    Node,
    as_bytes,
    as_text,
)

FIRST_DESCRIPTOR = 10_000

_LARGEST: Final = 1 << 30  # bytes; files are kept in memory


class Description:
    """An open file: shared by all descriptors and processes that have it from one `open`."""

    def __init__(self, file: File, node: Node, flags: int) -> None:
        self.file = file
        self.node = node
        self.flags = flags
        self.position = 0
        self.end_seen = -1  # the version of the content whose end was read

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; all there are if it is negative."""
        if self.end_seen == self.node.version and self.position >= len(self.node.data):
            return b""  # the same read found the end: asking again is no second one
        text = world().perform(
            FileOperation(READ, self.file, node=self.node, offset=self.position, size=size)
        )
        data = as_bytes(text)
        self.position += len(data)
        if self.position >= len(self.node.data):
            self.end_seen = self.node.version
        return data

    def write(self, data: bytes) -> int:
        """All of it, in one piece."""
        running = world()
        if not data:
            return 0
        append = self.flags & os.O_APPEND
        offset = None if append else self.position
        kind = APPEND if append else WRITE
        running.perform(
            FileOperation(kind, self.file, value=as_text(data), node=self.node, offset=offset)
        )
        self.position = len(self.node.data) if append else self.position + len(data)
        return len(data)

    def seek(self, offset: int, whence: int) -> int:
        """Move; nobody else can tell."""
        start = (0, self.position, len(self.node.content()))[whence]
        if start + offset < 0:
            raise OSError(22, os.strerror(22))
        self.position = start + offset
        return self.position

    def resize(self, size: int | None) -> int:
        """Make it `size` bytes long."""
        size = self.position if size is None else exact(size)
        if size < 0 or size > _LARGEST:
            code = errno.EINVAL if size < 0 else errno.EFBIG
            raise OSError(code, os.strerror(code))
        world().perform(FileOperation(RESIZE, self.file, value=size, node=self.node))
        return size

    @property
    def readable(self) -> bool:
        """Whether it was opened for reading."""
        return self.flags & os.O_ACCMODE != os.O_WRONLY

    @property
    def writable(self) -> bool:
        """Whether it was opened for writing."""
        return self.flags & os.O_ACCMODE != os.O_RDONLY


def describe(path: Any, flags: int) -> Description:
    """Open a path: one operation."""
    file = disk().file(absolute(path))
    kind = OPEN
    if flags & os.O_CREAT:
        kind = TOUCH
        if flags & os.O_TRUNC:
            kind = TRUNCATE
        if flags & os.O_EXCL:
            kind = CREATE
    value = "" if kind is TRUNCATE else None
    opening = FileOperation(kind, file, value=value, given=os.fsdecode(path))
    return Description(file, world().perform(opening), flags)


def add_descriptor(description: Description) -> int:
    """A number for an open file, above all real ones."""
    numbers: dict[int, Description] = world().runtime.descriptors
    number = FIRST_DESCRIPTOR + len(numbers)
    numbers[number] = description
    return number


def description_of(descriptor: Any) -> Description | None:
    """The open file with this number, or None if it is not one of ours."""
    number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
    found: Description | None = world().runtime.descriptors.get(number)
    return found


class VirtualFile(_pyio.RawIOBase):  # type: ignore[misc]
    """What stands in for `FileIO` below the buffers."""

    def __init__(
        self, file: Any, mode: str = "r", closefd: bool = True, opener: Any = None
    ) -> None:
        self._process = current()
        self.name = file
        self.mode = "rb+" if "+" in mode else mode[0] + "b"
        flags = _flags(mode)
        if opener is not None:
            file = opener(file, flags)
        if isinstance(file, int):
            found = description_of(file)
            if found is None:
                raise OSError(9, os.strerror(9))
            self._description, self._descriptor = found, file
        else:
            self._description = describe(file, flags)
            self._descriptor = add_descriptor(self._description)
        if "a" in mode:
            self._description.seek(0, os.SEEK_END)

    def readable(self) -> bool:
        """Whether it was opened for reading."""
        return self._description.readable

    def writable(self) -> bool:
        """Whether it was opened for writing."""
        return self._description.writable

    def seekable(self) -> bool:
        """Always."""
        return True

    def readall(self) -> bytes:
        """All that is left, in one piece."""
        self._check_open()
        return self._description.read(-1)

    def read(self, size: int | None = -1, /) -> bytes:
        """Up to `size` bytes."""
        self._check_open()
        if not self.readable():
            raise io.UnsupportedOperation("File not open for reading")
        return self._description.read(-1 if size is None else exact(size))

    def readinto(self, buffer: Any, /) -> int:
        """Up to as many bytes as fit."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: Any, /) -> int:
        """All of it, in one piece."""
        self._check_open()
        if not self.writable():
            raise io.UnsupportedOperation("File not open for writing")
        running = slot.world
        if running is None or running.closing or running.running.process is not self._process:
            return len(data)  # left open by a process that has ended; the collector closes it
        return self._description.write(bytes(data))

    def move_to(self, process: Any) -> None:
        """A copy made at fork belongs to the child."""
        self._process = process

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move; nobody else can tell."""
        self._check_open()
        return self._description.seek(offset, whence)

    def tell(self) -> int:
        """Where it is."""
        return self._description.position

    def truncate(self, size: int | None = None, /) -> int:
        """Make it `size` bytes long."""
        self._check_open()
        return self._description.resize(size)

    def fileno(self) -> int:
        """A number that the other functions of `os` know."""
        self._check_open()
        return self._descriptor

    def isatty(self) -> bool:
        """No."""
        return False

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file")


def _flags(mode: str) -> int:
    access = os.O_RDWR if "+" in mode else os.O_RDONLY if "r" in mode else os.O_WRONLY
    more = {"r": 0, "w": os.O_CREAT | os.O_TRUNC, "a": os.O_CREAT | os.O_APPEND}
    more["x"] = os.O_CREAT | os.O_EXCL
    return access | next(more[letter] for letter in "rwax" if letter in mode)


def _no_size(descriptor: int) -> None:
    raise OSError("the default size will do")


_plain_open: Any = getattr(_pyio.open, "__wrapped__", _pyio.open)
#: CPython's `open` in Python, over files of ours.
_open_virtual = FunctionType(
    _plain_open.__code__,
    {
        **_pyio.__dict__,
        "FileIO": VirtualFile,
        "os": SimpleNamespace(fspath=os.fspath, fstat=_no_size),
    },
    "open",
    _plain_open.__defaults__,
)
io.RawIOBase.register(VirtualFile)
copied_types.add(VirtualFile)
copied_types.update(
    (_pyio.BufferedRandom, _pyio.BufferedReader, _pyio.BufferedWriter, _pyio.TextIOWrapper)
)


def _open(real: Callable[..., Any], file: Any, mode: Any = "r", *args: Any, **options: Any) -> Any:
    """`open`: of a path of the program's, or of a descriptor of ours."""
    if inside() is None or not _is_ours(file, mode):
        if _is_standard(file) and options.get("closefd", True):
            file = os.dup(file)  # to close it must not close our own
        return real(file, mode, *args, **options)
    made = _open_virtual(file, mode, *args, **options)
    layer = made
    for _ in range(2):  # locks between threads: a switch in the middle must not find them held
        for name in ("_read_lock", "_write_lock"):
            if hasattr(layer, name):
                setattr(layer, name, nullcontext())
        layer = getattr(layer, "buffer", layer)
    return made


def _is_standard(file: Any) -> bool:
    return hasattr(file, "__index__") and index(file) in (0, 1, 2)


def _is_ours(file: Any, mode: Any) -> bool:
    if isinstance(file, int):
        return file >= FIRST_DESCRIPTOR
    if not isinstance(file, str | bytes | os.PathLike):
        return False
    reading_only = isinstance(mode, str) and not set("wax+") & set(mode)
    path = absolute(file)
    return not (path.startswith("/dev/") or (reading_only and disk().is_left_alone(path)))


PATCHES: dict[tuple[Any, str], Callable[..., Any]] = {
    (builtins, "open"): _open,
    (io, "open"): _open,
}
