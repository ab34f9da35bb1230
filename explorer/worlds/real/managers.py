"""Managers, gated: each call of a proxy is one operation, done by the manager's real process.

That process is part of the run but not of its schedule: it does nothing on its own. Conditions
and barriers in a manager wait inside of it, where no gate is; they are not gated.

After Lib/multiprocessing/managers.py; the words for operations are those of `objects.manager`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import managers
from queue import Empty, Full
from typing import Any, Final

from explorer.model.text import show
from explorer.worlds.real.gate import SILENT, gate

_Manager: Any = managers.BaseManager
_Proxy: Any = managers.BaseProxy
_start: Final = _Manager.start
_create: Final = _Manager._create
_init: Final = _Proxy.__init__
_callmethod: Final = _Proxy._callmethod
_reduce: Final = _Proxy.__reduce__

_NOT_GATED: Final = ("Condition", "Barrier", "Pool", "AsyncResult")
#: Address and id in the server -> the name in places.
_names: dict[tuple[str, str], str] = {}


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the operation that it is: its name, the key, what it is given."""

    name: str
    key: Any = None
    value: Any = None


def start(self: Any, *args: Any, **kwargs: Any) -> None:
    """Start the manager's process, which is no party of the run."""
    here = gate()
    here.within(lambda: _start(self, *args, **kwargs))
    if not here.open:
        return
    name = here.new_name(type(self).__name__)
    real = self.shutdown
    here.tables.setdefault("managers", []).append(self)

    def shutdown() -> None:
        if self in gate().tables.get("managers", ()):
            gate().tables["managers"].remove(self)
            gate().perform("shutdown", name, real, result=lambda _: None)

    self.shutdown = shutdown


def end_all() -> None:
    """Shut down the managers of this process, at its end."""
    for manager in list(gate().tables.get("managers", ())):
        manager.shutdown()


def create(self: Any, typeid: str, /, *args: Any, **kwds: Any) -> Any:
    """Make an object in the server; it has a name."""
    here = gate()
    token, exposed = here.within(lambda: _create(self, typeid, *args, **kwds))
    if here.open and typeid not in _NOT_GATED:
        _names[token.address, token.id] = here.new_name(typeid)
    return token, exposed


def init(self: Any, token: Any, *args: Any, **kwargs: Any) -> None:
    """A proxy knows the name of what it stands for."""
    gate().within(lambda: _init(self, token, *args, **kwargs))
    object.__setattr__(self, "_gate_name", _names.get((token.address, token.id)))


def reduce(self: Any) -> Any:
    """The name goes with a proxy that is pickled."""
    return rebuild, (_reduce(self), (self._token.address, self._token.id), self._gate_name)


def rebuild(reduced: Any, key: tuple[str, str], name: str | None) -> Any:
    """The other half of `reduce`."""
    if name is not None:
        _names[key] = name
    function, arguments = reduced
    return gate().within(lambda: function(*arguments))


def callmethod(self: Any, methodname: str, args: Any = (), kwds: Any = {}) -> Any:  # noqa: B006
    """Call a method of what is in the server."""
    here = gate()
    name: str | None = object.__getattribute__(self, "_gate_name")
    if name is None or not here.open:
        return here.within(lambda: _callmethod(self, methodname, args, kwds))
    sort = name.rpartition(".")[2].partition("#")[0]
    if sort in ("Queue", "JoinableQueue"):
        return _on_queue(self, name, methodname, args, kwds)
    call = _TABLES.get(sort, _other)(methodname, tuple(args), kwds)
    label = name if call.key is None else f"{name}[{show(call.key)}]"

    def ask() -> Any:
        return _callmethod(self, methodname, _patient(sort, methodname, args), kwds)

    found = here.perform(
        call.name,
        label,
        ask,
        value=SILENT if call.value is None else call.value,
        result=lambda result: SILENT if isinstance(result, _Proxy) else result,
    )
    if isinstance(found, _Proxy) and methodname == "__iter__":
        object.__setattr__(found, "_gate_name", here.new_name("Iterator"))
    return found


def _patient(sort: str, methodname: str, args: Any) -> Any:
    """The arguments, with a time-out that the schedule lets pass."""
    if sort == "Event" and methodname == "wait" and args and args[0] is not None:
        return (gate().patience(args[0]),)
    if methodname == "acquire" and len(args) == 2:
        return (args[0], gate().patience(args[1]))
    return args


def _on_queue(self: Any, name: str, methodname: str, args: Any, kwds: Mapping[str, Any]) -> Any:
    """`queue.Queue` in the server: full and empty are results, not errors."""
    here = gate()
    given = dict(zip(("item", "block", "timeout"), args, strict=False)) | dict(kwds)
    if methodname in ("get", "get_nowait"):
        given = dict(zip(("block", "timeout"), args, strict=False)) | dict(kwds)
    if methodname.endswith("_nowait"):
        given["block"] = False
    if methodname.startswith("put"):
        if not here.perform("put", name, lambda: _put(self, given), value=given["item"]):
            raise Full
        return None
    if methodname.startswith("get"):
        found = here.perform("get", name, lambda: _get(self, given))
        if not found:
            raise Empty
        return found[0]
    return here.perform(methodname, name, lambda: _callmethod(self, methodname, args, kwds))


def _put(self: Any, given: Mapping[str, Any]) -> bool:
    block, timeout = given.get("block", True), given.get("timeout")
    try:
        _callmethod(self, "put", (given["item"], block, gate().patience(timeout)))
    except Full:
        return False
    return True


def _get(self: Any, given: Mapping[str, Any]) -> tuple[Any, ...]:
    block, timeout = given.get("block", True), given.get("timeout")
    try:
        return (_callmethod(self, "get", (block, gate().patience(timeout))),)
    except Empty:
        return ()


def _other(method: str, args: tuple[Any, ...], kwds: Mapping[str, Any]) -> Call:
    plain = {"#GETVALUE": "copy", "__str__": "str", "__repr__": "str", "__len__": "len"}
    if method in plain:
        return Call(plain[method])
    return Call(method)  # what it is given, the model shows in words of its own


def _on_dict(method: str, args: tuple[Any, ...], kwds: Mapping[str, Any]) -> Call:
    match method:
        case "__getitem__":
            return Call("read", args[0])
        case "get":
            return Call("read", args[0], args[1] if len(args) > 1 else None)
        case "__setitem__":
            return Call("write", args[0], args[1])
        case "__delitem__":
            return Call("delete", args[0])
        case "__contains__":
            return Call("contains", args[0])
        case "pop":
            return Call("pop", args[0], args[1:])
        case "setdefault":
            return Call("setdefault", args[0], args[1] if len(args) > 1 else None)
        case "update":
            changes = dict(*args, **kwds)
            return Call("update", tuple(changes), changes)
        case "__iter__":
            return Call("iterate")
        case "clear" | "popitem" | "copy" | "keys" | "values" | "items":
            return Call(method)
    return _other(method, args, kwds)


def _on_list(method: str, args: tuple[Any, ...], kwds: Mapping[str, Any]) -> Call:
    match method:
        case "__getitem__" if isinstance(args[0], slice):
            return Call("read slice", None, args[0])
        case "__getitem__":
            return Call("read", args[0])
        case "__setitem__" if isinstance(args[0], slice):
            return Call("write slice")
        case "__setitem__":
            return Call("write", args[0], args[1])
        case "__contains__":
            return Call("contains", None, args[0])
        case "__add__" | "__mul__" | "__rmul__":
            return Call("copy", None, args[0])
        case "__imul__":
            return Call("multiply", None, args[0])
        case "__reversed__":
            return Call("copy")
    return _other(method, args, kwds)


def _on_namespace(method: str, args: tuple[Any, ...], kwds: Mapping[str, Any]) -> Call:
    match method:
        case "__getattribute__":
            return Call("read", args[0])
        case "__setattr__":
            return Call("write", args[0], args[1])
        case "__delattr__":
            return Call("delete", args[0])
    return _other(method, args, kwds)


def _on_value(method: str, args: tuple[Any, ...], kwds: Mapping[str, Any]) -> Call:
    if method == "set":
        return Call("write", None, args[0])
    return Call("read") if method == "get" else _other(method, args, kwds)


def _on_lock(method: str, args: tuple[Any, ...], kwds: Mapping[str, Any]) -> Call:
    return Call(method)


def _on_event(method: str, args: tuple[Any, ...], kwds: Mapping[str, Any]) -> Call:
    at_once = method == "wait" and bool(args) and args[0] is not None and args[0] <= 0
    return Call("is_set" if at_once else method)


def _on_iterator(method: str, args: tuple[Any, ...], kwds: Mapping[str, Any]) -> Call:
    return Call("next") if method == "__next__" else _other(method, args, kwds)


_Describe = Callable[[str, tuple[Any, ...], Mapping[str, Any]], Call]
_TABLES: Final[dict[str, _Describe]] = {
    "dict": _on_dict,
    "list": _on_list,
    "Array": _on_list,
    "Namespace": _on_namespace,
    "Value": _on_value,
    "Lock": _on_lock,
    "RLock": _on_lock,
    "Semaphore": _on_lock,
    "BoundedSemaphore": _on_lock,
    "Event": _on_event,
    "Iterator": _on_iterator,
}


def install() -> None:
    """Patch this interpreter, for good."""
    _Manager.start, _Manager._create = start, create
    _Proxy.__init__, _Proxy.__reduce__, _Proxy._callmethod = init, reduce, callmethod
