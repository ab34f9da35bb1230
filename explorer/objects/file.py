"""A path and what is there: a file, a folder or nothing.

An open file is a `Node`, as in a real file system: it stays what it was when its path is renamed
or removed meanwhile. The content is one location, whether the path exists is another, and what a
folder lists is a third. Errors and their numbers are the system's.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Final

from explorer.model.actor import Actor
from explorer.model.operation import Access, Operation, OperationKind, Refused
from explorer.objects.base import SharedObject


class Node:
    """What a path names: the content of a file, or a folder."""

    __slots__ = ("_load", "data", "is_folder", "version")

    def __init__(self, load: Callable[[], bytes] | None = None, *, is_folder: bool = False) -> None:
        self._load = load
        self.data = bytearray()
        self.is_folder = is_folder
        self.version = 0  # changes of the content so far

    def content(self) -> bytearray:
        """The bytes; those of a file of the user's are read when they are first wanted."""
        if self._load is not None:
            self.data, self._load = bytearray(self._load()), None
        return self.data

    def put(self, data: bytes, offset: int | None) -> None:
        """Write at `offset`; at the end if it is None."""
        content = self.content()
        if offset is None:
            content += data
        else:
            content.extend(bytes(max(0, offset - len(content))))
            content[offset : offset + len(data)] = data
        self.version += 1

    def cut(self, size: int) -> None:
        """Make it `size` bytes long."""
        content = self.content()
        del content[size:]
        content.extend(bytes(size - len(content)))
        self.version += 1

    def __repr__(self) -> str:
        return "a folder" if self.is_folder else "a file"


class FileOperation(Operation):
    """An operation on a path.

    Args:
        node: the open file that it goes to, a `Node` or one of the disk; None if it goes to the
            path itself.
        offset: where it reads or writes; None: at the end.
        size: how much it reads; -1: to the end.
        owner: the other path that matters: the new one of a rename, else its own.
        names: tells what is in a folder.
        given: the path as the program wrote it, for error messages.
    """

    __slots__ = ("given", "names", "node", "offset", "owner", "size")

    def __init__(
        self,
        kind: OperationKind,
        file: File,
        *,
        value: Any = None,
        node: Any = None,
        offset: int | None = 0,
        size: int = -1,
        owner: File | None = None,
        names: Callable[[], list[str]] = list,
        given: str | None = None,
    ) -> None:
        super().__init__(kind, file, None, value)
        self.names = names
        self.given = file.path if given is None else given
        self.node = node
        self.offset = offset
        self.size = size
        self.owner = file if owner is None else owner

    def accesses(self) -> tuple[Access, ...]:
        """Also the folders whose listing changes, and all there is of a rename's new path."""
        found = list(super().accesses())
        if self.owner is not self.object:
            found += [((self.owner.name, part), True) for part in (None, "there")]
        if self.kind.name in CHANGING:
            for file in (self.object, self.owner):
                if file.folder is not None:
                    found.append(((file.folder.name, "entries"), False))
        return tuple(dict.fromkeys(found))


class File(SharedObject):
    """One path; `folder` is the one above it. Its operations are `FileOperation`s."""

    __slots__ = ("folder", "node", "path")
    kind: ClassVar[str] = "file"
    label: ClassVar[str] = "file"

    def __init__(self, name: str, path: str, folder: File | None, node: Node | None) -> None:
        super().__init__(name)
        self.path = path
        self.folder = folder
        self.node = node

    def _there(self, operation: FileOperation) -> Node:
        if self.node is None:
            raise _error(errno.ENOENT, operation)
        return self.node

    def _check_place(self, operation: FileOperation) -> None:
        if self.folder is None:
            return
        if self.folder.node is None:
            raise _error(errno.ENOENT, operation)
        if not self.folder.node.is_folder:
            raise _error(errno.ENOTDIR, operation)

    def open(self, actor: Actor, operation: Any) -> Node:
        """The file that is there."""
        node = self._there(operation)
        if node.is_folder:
            raise _error(errno.EISDIR, operation)
        return node

    def touch(self, actor: Actor, operation: Any) -> Node:
        """The file that is there, made if there is none."""
        if self.node is None:
            self._check_place(operation)
            self.node = Node()
        return self.open(actor, operation)

    def truncate(self, actor: Actor, operation: Any) -> Node:
        """The same, emptied."""
        node = self.touch(actor, operation)
        node.cut(0)
        return node

    def create(self, actor: Actor, operation: Any) -> Node:
        """A new file; refused if there is something already."""
        if self.node is not None:
            raise _error(errno.EEXIST, operation)
        return self.touch(actor, operation)

    def read(self, actor: Actor, operation: Any) -> str:
        """Bytes of an open file, as text (surrogates stand for what is not UTF-8)."""
        end = None if operation.size < 0 else operation.offset + operation.size
        return as_text(operation.node.content()[operation.offset : end])

    def write(self, actor: Actor, operation: Any) -> None:
        """Put the text in `operation.value` into an open file."""
        operation.node.put(as_bytes(operation.value), operation.offset)

    def resize(self, actor: Actor, operation: Any) -> None:
        """Make an open file `operation.value` bytes long."""
        operation.node.cut(operation.value)

    def exists(self, actor: Actor, operation: Any) -> str | None:
        """What is there: "file", "folder" or None."""
        if self.node is None:
            return None
        return "folder" if self.node.is_folder else "file"

    def stat(self, actor: Actor, operation: Any) -> tuple[bool, int]:
        """Whether it is a folder, and its size."""
        node = self._there(operation)
        return (True, 0) if node.is_folder else (False, len(node.content()))

    def unlink(self, actor: Actor, operation: Any) -> None:
        """Take the file away."""
        if self._there(operation).is_folder:
            raise _error(errno.EISDIR, operation)
        self.node = None

    def mkdir(self, actor: Actor, operation: Any) -> None:
        """Make a folder."""
        if self.node is not None:
            raise _error(errno.EEXIST, operation)
        self._check_place(operation)
        self.node = Node(is_folder=True)

    def rmdir(self, actor: Actor, operation: Any) -> None:
        """Take an empty folder away."""
        if not self._there(operation).is_folder:
            raise _error(errno.ENOTDIR, operation)
        if operation.names():
            raise _error(errno.ENOTEMPTY, operation)
        self.node = None

    def rename(self, actor: Actor, operation: Any) -> None:
        """Move the file to `operation.owner`, over what is there."""
        node, other = self._there(operation), operation.owner
        other._check_place(operation)
        if other.node is not None and other.node.is_folder and not node.is_folder:
            raise _error(errno.EISDIR, operation)
        if other is not self:
            other.node, self.node = node, None

    def list(self, actor: Actor, operation: Any) -> list[str]:
        """The names in the folder."""
        if not self._there(operation).is_folder:
            raise _error(errno.ENOTDIR, operation)
        names: list[str] = operation.names()
        return names

    def locations(self) -> Iterator[tuple[Any, Any]]:
        """The content, if there is any."""
        if self.node is not None and not self.node.is_folder:
            yield None, as_text(self.node.content())


def _error(number: int, operation: FileOperation) -> Refused:
    """What the system says of the path that the program gave."""
    return Refused(OSError(number, os.strerror(number), operation.given))


def as_text(data: bytes | bytearray) -> str:
    """Any bytes as text; `as_bytes` gives them back."""
    return data.decode("utf-8", "surrogateescape")


def as_bytes(text: str) -> bytes:
    """What `as_text` was given."""
    return text.encode("utf-8", "surrogateescape")


OPEN = OperationKind("open", File.open)
TOUCH = OperationKind("touch", File.touch)
TRUNCATE = OperationKind("truncate", File.truncate)
CREATE = OperationKind("create", File.create)
READ = OperationKind("read", File.read)
WRITE = OperationKind("write", File.write)
APPEND = OperationKind("append", File.write)
RESIZE = OperationKind("resize", File.resize)
EXISTS = OperationKind("exists", File.exists)
STAT = OperationKind("stat", File.stat)
UNLINK = OperationKind("unlink", File.unlink)
MKDIR = OperationKind("mkdir", File.mkdir)
RMDIR = OperationKind("rmdir", File.rmdir)
RENAME = OperationKind("rename", File.rename)
LIST = OperationKind("list", File.list)
#: Operations that may change what the folder lists.
CHANGING: Final = frozenset({"touch", "truncate", "create", "unlink", "mkdir", "rmdir", "rename"})
