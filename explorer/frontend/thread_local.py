"""`threading.local` for threads that are greenlets of one OS thread."""

from __future__ import annotations

import threading
from typing import Any

from explorer.frontend.copier import copied_types
from explorer.frontend.current import inside

_Real = threading.local


class Local:
    """Attributes that each thread of a virtual process has for itself.

    The main thread's go to a child that it forks, as all memory does. Outside of virtual processes
    `threading.local()` is the real one.
    """

    __slots__ = ("__dict__", "_arguments", "_spaces")

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Local and inside() is None:
            return _Real(*args, **kwargs)
        if (args or kwargs) and cls.__init__ is object.__init__:
            raise TypeError("Initialization arguments are not supported")
        made = object.__new__(cls)
        object.__setattr__(made, "_arguments", (args, kwargs))
        object.__setattr__(
            made, "_spaces", {_thread_name(): object.__getattribute__(made, "__dict__")}
        )
        return made

    def _switch(self) -> None:
        """Make the running thread's attributes the ones that are found."""
        spaces = object.__getattribute__(self, "_spaces")
        name = _thread_name()
        space = spaces.get(name)
        if space is None:
            space = spaces[name] = {}
            object.__setattr__(self, "__dict__", space)
            args, kwargs = object.__getattribute__(self, "_arguments")
            type(self).__init__(self, *args, **kwargs)
        object.__setattr__(self, "__dict__", space)

    def __getattribute__(self, name: str) -> Any:
        if name != "_switch":
            object.__getattribute__(self, "_switch")()
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__getattribute__(self, "_switch")()
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        object.__getattribute__(self, "_switch")()
        object.__delattr__(self, name)


def _thread_name() -> str:
    world = inside()
    if world is None:
        return ""
    actor = world.running
    return "" if actor is actor.process.main else actor.name


copied_types.add(Local)
#: Classes written in C, which are replaced by name.
NAMES: dict[tuple[Any, str], Any] = {(threading, "local"): Local}
