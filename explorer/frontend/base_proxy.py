"""What all proxies have in common: a handle whose calls are operations in a manager's server.

What goes in and what comes out is copied, as by pickling; a proxy in it stays a proxy.
"""

from __future__ import annotations

from collections.abc import Iterable
from multiprocessing.managers import RemoteError
from typing import Any

from explorer.frontend.current import slot
from explorer.frontend.pickling import PLAIN, Travelling, copied
from explorer.model.operation import Operation, OperationKind
from explorer.objects import manager as served


class BaseProxy(Travelling):
    """The handle of something in a manager's server."""

    _exposed_: tuple[str, ...] = ()
    _method_to_typeid_: dict[str, str] | None = None
    _manager: Any
    _object: Any
    _perform: Any
    _typeid: str

    def __init__(self, manager: Any, machine: Any, typeid: str) -> None:
        put = object.__setattr__  # a Namespace's own would send it to the server
        put(self, "_manager", manager)
        put(self, "_object", machine)
        put(self, "_typeid", typeid)
        put(self, "_perform", slot.world.perform)

    def _ask(self, kind: OperationKind, key: Any = None, value: Any = None) -> Any:
        """Do something in the server; a copy of what comes out."""
        if value is not None and type(value) not in PLAIN:
            value = copied(value)
        result = self._perform(Operation(kind, self._object, key, value))
        return result if type(result) in PLAIN else _sent_back(result)

    def _callmethod(self, methodname: str, args: Any = (), kwds: Any = {}) -> Any:  # noqa: B006
        """Call any method that is exposed, as proxies of a program's own do."""
        if methodname == "#GETVALUE":
            return self._getvalue()
        if methodname in ("__str__", "__repr__"):
            return self._ask(served.SHOW)
        if methodname not in self._exposed_:
            raise RemoteError(f"method {methodname!r} is not in exposed={self._exposed_!r}\n")
        given = served.Arguments(*copied((tuple(args), dict(kwds))))
        result = self._perform(Operation(served.calling(methodname), self._object, None, given))
        typeid = (self._method_to_typeid_ or {}).get(methodname)
        if typeid:
            return self._manager._adopt(typeid, result)
        return _sent_back(result)

    def _getvalue(self) -> Any:
        """A copy of it all."""
        return self._ask(served.COPY)

    def __deepcopy__(self, memo: Any) -> Any:
        return self._getvalue()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} object, typeid {self._typeid!r} at {self._object.name}>"

    def __str__(self) -> str:
        try:
            return str(self._ask(served.SHOW))
        except Exception:
            return f"{self!r}"[:-1] + "; '__str__()' failed>"


def _sent_back(result: Any) -> Any:
    """A copy of what a call returned; the server says so if it cannot be pickled."""
    try:
        return copied(result)
    except Exception as error:
        raise RemoteError(f"Unserializable message: {error}\n") from None


def MakeProxyType(name: str, exposed: Iterable[str]) -> type[BaseProxy]:
    """A class of proxies with these methods."""

    def method(name: str) -> Any:
        def call(self: BaseProxy, /, *args: Any, **kwds: Any) -> Any:
            return self._callmethod(name, args, kwds)

        call.__name__ = name
        return call

    methods = tuple(exposed)
    namespace = {name: method(name) for name in methods}
    return type(name, (BaseProxy,), {**namespace, "_exposed_": methods})
