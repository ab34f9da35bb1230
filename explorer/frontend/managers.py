"""`multiprocessing.Manager`: SyncManager, BaseManager and `register`.

The manager's process is counted as one (it takes a number, and `active_children` shows it), but it
is no actor: see `objects.manager`. Networked managers (`connect`, `get_server`) are refused.

PYTEST_DONT_REWRITE: these assertions are CPython's, to the letter.
"""

from __future__ import annotations

import queue
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import ProcessError
from multiprocessing.managers import RemoteError
from typing import Any, ClassVar, NoReturn

from explorer.errors import ExplorerError, NotSupported
from explorer.frontend import serving
from explorer.frontend.base_proxy import BaseProxy, MakeProxyType
from explorer.frontend.current import abort, new_name, slot
from explorer.frontend.pickling import copied
from explorer.frontend.place import place
from explorer.frontend.pool import ManagedPool
from explorer.frontend.proxies import (
    ArrayProxy,
    DictProxy,
    IteratorProxy,
    ListProxy,
    NamespaceProxy,
    ValueProxy,
)
from explorer.frontend.signals import pid_of
from explorer.frontend.sync_proxies import (
    AcquirerProxy,
    BarrierProxy,
    ConditionProxy,
    EventProxy,
)
from explorer.model.operation import Operation
from explorer.objects import manager as served
from explorer.objects import server_data
from explorer.objects.process import ProcessObject

INITIAL, STARTED, STOPPED = range(3)


class ManagerProcess:
    """The manager's process, as its owner's child."""

    _object = None  # nothing that could be scheduled or killed
    _daemon = False
    daemon = False

    def __init__(self, name: str, number: int, server: served.Server) -> None:
        self.name = name
        self._number = number
        self._server = server

    def _poll(self) -> int | None:
        if not self._server.down:
            return None
        if self in self._server.owner.children:
            self._server.owner.children.remove(self)
        return 0

    @property
    def exitcode(self) -> int | None:
        """None while it serves."""
        return self._poll()

    @property
    def pid(self) -> int:
        """A virtual pid, as of any child with its number."""
        return pid_of(self._server.owner) + self._number

    ident = pid

    def is_alive(self) -> bool:
        """Whether it serves."""
        return self._poll() is None

    def join(self, timeout: float | None = None) -> None:
        """It has ended, or it will when its owner does."""
        self._poll()

    def terminate(self) -> None:
        """End it."""
        if not self._server.down:
            slot.world.perform(Operation(served.SHUTDOWN, self._server))
        self._poll()

    kill = terminate

    def __repr__(self) -> str:
        status = "started" if self._poll() is None else "stopped exitcode=0"
        parent = pid_of(self._server.owner)
        return f"<ForkProcess name={self.name!r} pid={self.pid} parent={parent} {status}>"


@dataclass(frozen=True, slots=True)
class Registered:
    """A type that a manager serves: how it is made in the server, and its proxies."""

    make: Callable[..., Any] | None
    proxy: Any
    exposed: tuple[str, ...] | None = None
    method_to_typeid: dict[str, str] | None = None


class BaseManager:
    """A manager that serves what was registered with its class."""

    _registry: ClassVar[dict[str, Registered]] = {}

    def __init__(
        self,
        address: Any = None,
        authkey: Any = None,
        serializer: str = "pickle",
        ctx: Any = None,
        *,
        shutdown_timeout: float = 1.0,
    ) -> None:
        self._address = address
        self._state = INITIAL
        self._server: Any = None
        self._process: ManagerProcess | None = None

    def start(self, initializer: Any = None, initargs: Any = ()) -> None:
        """Start the manager's process."""
        self._check_initial()
        if initializer is not None:
            _refuse("BaseManager.start(initializer=…)", "Set things up in the objects themselves.")
        owner: ProcessObject = slot.world.running.process
        assert not owner.daemon, "daemonic processes are not allowed to have children"
        number = owner.counters["Process"] = owner.counters.get("Process", 0) + 1
        kind = type(self).__name__
        self._server = served.Server(new_name(kind), owner)
        self._process = ManagerProcess(f"{kind}-{number}", number, self._server)
        owner.children.append(self._process)
        owner.belongings.append(self._server)
        self._state = STARTED
        self.shutdown = self._shut_down

    def _check_initial(self) -> None:
        if self._state == STARTED:
            raise ProcessError("Already started server")
        if self._state == STOPPED:
            raise ProcessError("Manager has shut down")

    def _shut_down(self) -> None:
        if slot.world.running.process is not self._server.owner or self._state != STARTED:
            return  # as CPython's finalizer does
        assert self._process is not None
        self._process.terminate()
        self._state = STOPPED

    def join(self, timeout: float | None = None) -> None:
        """Wait for the manager's process."""
        if self._process is not None:
            self._process.join(timeout)

    def connect(self) -> None:
        """There is no network."""
        _refuse("BaseManager.connect()", "Use a Manager that this program starts itself.")

    def get_server(self) -> None:
        """There is no network."""
        _refuse("BaseManager.get_server()", "Use a Manager that this program starts itself.")

    @property
    def address(self) -> Any:
        """What it was given, or a name; there is no socket."""
        return self._address or f"virtual/{self._server.name}"

    def __enter__(self) -> BaseManager:
        if self._state == INITIAL:
            self.start()
        if self._state != STARTED:
            raise ProcessError("Manager has shut down")
        return self

    def __exit__(self, *exc: object) -> None:
        self.shutdown()

    def _create(self, typeid: str, args: tuple[Any, ...], kwds: dict[str, Any]) -> Any:
        """A proxy of a new object."""
        assert self._state == STARTED, "server not yet started"
        self._server.admit(slot.world.running)
        entry = self._registry[typeid]
        arguments, options = copied((args, kwds))
        try:
            made = arguments[0] if entry.make is None else entry.make(*arguments, **options)
        except ExplorerError:
            raise
        except Exception as error:
            raise RemoteError("".join(traceback.format_exception_only(error))) from None
        return self._adopt(typeid, made)

    def _adopt(self, typeid: str, made: Any) -> Any:
        """A proxy of something that is in the server from here on."""
        entry = self._registry[typeid]
        if isinstance(made, serving.Served):
            return made.proxy(self, typeid)
        if isinstance(made, ManagedPool):
            return made
        if isinstance(made, queue.Queue):
            return serving.queue(made.maxsize).proxy(self, typeid)
        kind = served.kind_of(made)
        label = kind.label if kind is not served.Managed else typeid
        machine = kind(new_name(label), made, self._server)
        if entry.proxy is not None:
            return entry.proxy(self, machine, typeid)
        exposed = entry.exposed or tuple(
            name for name in dir(made) if name[0] != "_" and callable(getattr(made, name))
        )
        proxy = MakeProxyType(f"AutoProxy[{typeid}]", exposed)
        proxy._method_to_typeid_ = entry.method_to_typeid
        return proxy(self, machine, typeid)

    @classmethod
    def register(
        cls,
        typeid: str,
        callable: Callable[..., Any] | None = None,
        proxytype: Any = None,
        exposed: Any = None,
        method_to_typeid: dict[str, str] | None = None,
        create_method: bool = True,
    ) -> None:
        """Serve another type; the manager gets a method of its name."""
        if "_registry" not in cls.__dict__:
            cls._registry = dict(cls._registry)
        cls._registry[typeid] = Registered(
            callable, proxytype, None if exposed is None else tuple(exposed), method_to_typeid
        )
        if create_method:

            def create(self: BaseManager, /, *args: Any, **kwds: Any) -> Any:
                return self._create(typeid, args, kwds)

            create.__name__ = typeid
            setattr(cls, typeid, create)


def _refuse(name: str, advice: str) -> NoReturn:
    abort(NotSupported(f"{name} is not simulated; the program uses it{place()}. {advice}"))


class SyncManager(BaseManager):
    """The manager that `Manager()` starts."""


SyncManager.register("Queue", serving.queue)
SyncManager.register("JoinableQueue", serving.joinable_queue)
SyncManager.register("Event", serving.event, EventProxy)
SyncManager.register("Lock", serving.lock, AcquirerProxy)
SyncManager.register("RLock", serving.rlock, AcquirerProxy)
SyncManager.register("Semaphore", serving.semaphore, AcquirerProxy)
SyncManager.register("BoundedSemaphore", serving.bounded_semaphore, AcquirerProxy)
SyncManager.register("Condition", serving.condition, ConditionProxy)
SyncManager.register("Barrier", serving.barrier, BarrierProxy)
SyncManager.register("Pool", ManagedPool)
SyncManager.register("list", list, ListProxy)
SyncManager.register("dict", dict, DictProxy)
SyncManager.register("Value", server_data.Value, ValueProxy)
SyncManager.register("Array", serving.row, ArrayProxy)
SyncManager.register("Namespace", server_data.Namespace, NamespaceProxy)
SyncManager.register("Iterator", None, IteratorProxy, create_method=False)


def Manager() -> SyncManager:
    """A manager, started."""
    manager = SyncManager()
    manager.start()
    return manager


__all__ = [
    "AcquirerProxy",
    "ArrayProxy",
    "BarrierProxy",
    "BaseManager",
    "BaseProxy",
    "ConditionProxy",
    "DictProxy",
    "EventProxy",
    "IteratorProxy",
    "ListProxy",
    "MakeProxyType",
    "Manager",
    "NamespaceProxy",
    "RemoteError",
    "SyncManager",
    "ValueProxy",
]
