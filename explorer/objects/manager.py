"""The server process of a Manager, and the plain data that it keeps.

Each call of a proxy is one operation: the server's threads run one such call under its interpreter
lock, near enough. Values are copied on their way in and out by the front end. What a call raises
in the server, the caller gets. The server itself is no actor: nothing it does is its own idea, but
its end is an operation, and cuts everybody off (`Server.admit`).

Not modelled: two calls of a method that is written in Python, of a class that the program itself
registered, running at the same time in two of the server's threads.
"""

from __future__ import annotations

import errno
import os
from array import array
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from explorer.errors import ExplorerError
from explorer.model.actor import Actor
from explorer.model.operation import Operation, OperationKind, Refused
from explorer.objects.base import SharedObject
from explorer.objects.process import ProcessObject
from explorer.objects.server_data import Cursor, Namespace, Value


class Server(SharedObject):
    """A manager's process: `owner` started it, `clients` have a connection, `down` if it ended."""

    __slots__ = ("clients", "down", "objects", "owner")
    kind: ClassVar[str] = "manager"
    label: ClassVar[str] = "Manager"

    def __init__(self, name: str, owner: ProcessObject) -> None:
        super().__init__(name)
        self.owner = owner
        self.objects: list[SharedObject] = []
        self.clients: list[ProcessObject] = []
        self.down = False

    def affected(self) -> list[SharedObject]:
        """Everything it keeps ends with it."""
        return self.objects

    def shutdown(self, actor: Actor, operation: Operation) -> None:
        """End."""
        self.down = True
        if self in self.owner.belongings:
            self.owner.belongings.remove(self)

    def admit(self, actor: Actor) -> None:
        """Let a call in; refuse it once the server has ended.

        A process with a connection finds that broken, one that makes its first finds no address.
        """
        if self.down:
            if actor.process in self.clients:
                raise Refused(BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)))
            raise Refused(FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)))
        if actor.process not in self.clients:
            self.clients.append(actor.process)


SHUTDOWN = OperationKind("shutdown", Server.shutdown, wide=True)


class Managed(SharedObject):
    """Plain data in the server: anything with methods. The subclasses differ in what conflicts."""

    __slots__ = ("data", "server")
    kind: ClassVar[str] = "managed object"
    label: ClassVar[str] = "object"

    def __init__(self, name: str, data: Any, server: Server) -> None:
        super().__init__(name)
        self.data = data
        self.server = server
        server.objects.append(self)


class ManagedDict(Managed):
    """A dict; its keys are independent of each other."""

    __slots__ = ()
    kind: ClassVar[str] = "dict"
    label: ClassVar[str] = "dict"

    def locations(self) -> Iterator[tuple[Any, Any]]:
        """Its items."""
        return iter(self.data.items())


class ManagedList(Managed):
    """A list, as a whole: what stands where depends on everything that came before."""

    __slots__ = ()
    kind: ClassVar[str] = "list"
    label: ClassVar[str] = "list"

    def locations(self) -> Iterator[tuple[Any, Any]]:
        """Its items by index."""
        return enumerate(self.data)


class ManagedNamespace(Managed):
    """A Namespace; its attributes are independent of each other."""

    __slots__ = ()
    kind: ClassVar[str] = "namespace"
    label: ClassVar[str] = "Namespace"

    def locations(self) -> Iterator[tuple[Any, Any]]:
        """Its attributes."""
        return iter(self.data.__dict__.items())


class ManagedValue(Managed):
    """A Value."""

    __slots__ = ()
    kind: ClassVar[str] = "managed value"
    label: ClassVar[str] = "Value"

    def locations(self) -> Iterator[tuple[Any, Any]]:
        """Its value."""
        yield None, self.data._value


class ManagedArray(Managed):
    """An `array.array`; its items are independent of each other."""

    __slots__ = ()
    kind: ClassVar[str] = "managed array"
    label: ClassVar[str] = "Array"

    def locations(self) -> Iterator[tuple[Any, Any]]:
        """Its items by index."""
        return enumerate(self.data)


class ManagedIterator(Managed):
    """An iterator over something in the server; moving it looks at that (its gate)."""

    __slots__ = ()
    kind: ClassVar[str] = "iterator"
    label: ClassVar[str] = "Iterator"


_KINDS: list[tuple[type, type[Managed]]] = [
    (dict, ManagedDict),
    (list, ManagedList),
    (Namespace, ManagedNamespace),
    (Value, ManagedValue),
    (array, ManagedArray),
]


def kind_of(data: Any) -> type[Managed]:
    """The class of objects for some data."""
    return next((kind for base, kind in _KINDS if isinstance(data, base)), Managed)


def remote(name: str, function: Callable[[Any, Operation], Any]) -> OperationKind:
    """The operation `name`, which calls `function(data, operation)` in the server."""

    def apply(thing: Managed, actor: Actor, operation: Operation) -> Any:
        thing.server.admit(actor)
        try:
            return function(thing.data, operation)
        except ExplorerError:
            raise
        except Exception as error:
            raise Refused(error.with_traceback(None)) from None

    return OperationKind(name, apply)


def _set_item(data: Any, operation: Operation) -> None:
    data[operation.key] = operation.value


def _delete_item(data: Any, operation: Operation) -> None:
    del data[operation.key]


def _set_slice(data: Any, operation: Operation) -> None:
    place, values = operation.value
    data[place] = values


def _multiply(data: Any, operation: Operation) -> None:
    data *= operation.value


# Dicts, and what lists and arrays share with them.
READ = remote("read", lambda data, operation: data[operation.key])
WRITE = remote("write", _set_item)
DELETE = remote("delete", _delete_item)
LENGTH = remote("len", lambda data, _: len(data))
SHOW = remote("str", lambda data, _: str(data))
COPY = remote("copy", lambda data, _: data)
GET = remote("read", lambda data, operation: data.get(operation.key, operation.value))
HAS_KEY = remote("contains", lambda data, operation: operation.key in data)
POP_KEY = remote("pop", lambda data, operation: data.pop(operation.key, *operation.value))
SET_DEFAULT = remote(
    "setdefault", lambda data, operation: data.setdefault(operation.key, operation.value)
)
UPDATE = remote("update", lambda data, operation: data.update(operation.value))
CLEAR = remote("clear", lambda data, _: data.clear())
POP_ITEM = remote("popitem", lambda data, _: data.popitem())
KEYS = remote("keys", lambda data, _: list(data))
VALUES = remote("values", lambda data, _: list(data.values()))
ITEMS = remote("items", lambda data, _: list(data.items()))
ITERATE = remote("iterate", lambda data, _: Cursor(data))
NEXT = remote("next", lambda data, _: next(data.iterator))

# Lists. A slice goes as the operation's value: it cannot be a key, for it cannot be hashed.
READ_SLICE = remote("read slice", lambda data, operation: data[operation.value])
WRITE_SLICE = remote("write slice", _set_slice)
MULTIPLY = remote("multiply", _multiply)
CONTAINS = remote("contains", lambda data, operation: operation.value in data)
ADD = remote("copy", lambda data, operation: data + operation.value)
REPEAT = remote("copy", lambda data, operation: data * operation.value)

# Values and Namespaces.
READ_VALUE = remote("read", lambda data, _: data._value)
WRITE_VALUE = remote("write", lambda data, operation: setattr(data, "_value", operation.value))
READ_ATTRIBUTE = remote("read", lambda data, operation: getattr(data, operation.key))
WRITE_ATTRIBUTE = remote(
    "write", lambda data, operation: setattr(data, operation.key, operation.value)
)
DELETE_ATTRIBUTE = remote("delete", lambda data, operation: delattr(data, operation.key))


class Arguments:
    """What a method is called with, as the value of an operation."""

    __slots__ = ("args", "kwds")

    def __init__(self, args: tuple[Any, ...] = (), kwds: dict[str, Any] | None = None) -> None:
        self.args = args
        self.kwds = kwds or {}

    def __repr__(self) -> str:
        named = (f"{name}={value!r}" for name, value in self.kwds.items())
        return f"({', '.join([*map(repr, self.args), *named])})"


_calls: dict[str, OperationKind] = {}


def calling(method: str) -> OperationKind:
    """The operation that calls a method; its value is an `Arguments`."""
    kind = _calls.get(method)
    if kind is None:

        def call(data: Any, operation: Operation) -> Any:
            given = operation.value
            return getattr(data, method)(*given.args, **given.kwds)

        kind = _calls[method] = remote(method, call)
    return kind
