"""What the real multiprocessing has and the virtual one has not: refused by name, when used.

Importing such a name is no use of it: programs import more than one run needs.
"""

from __future__ import annotations

from typing import Any, NoReturn

from explorer.errors import NotSupported
from explorer.frontend.current import abort
from explorer.frontend.place import place


class Unsupported:
    """Stands for one function, class or module; using it ends the run with `NotSupported`."""

    def __init__(self, name: str) -> None:
        self.__dict__["_name"] = name

    def _refuse(self) -> NoReturn:
        name = self.__dict__["_name"]
        abort(
            NotSupported(
                f"{name} is not simulated; the program uses it{place()}. "
                "The explorer refuses it rather than running the real thing, whose timing it "
                "cannot control. Use another primitive, or leave this part out of the runs."
            )
        )

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self._refuse()

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        self._refuse()

    def __mro_entries__(self, bases: Any) -> NoReturn:
        self._refuse()

    def __instancecheck__(self, instance: object) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self.__dict__['_name']}: not simulated>"
