"""A property-based race-condition explorer for programs that use multiprocessing.

The names here are for test suites. They are imported when they are first used, so that a program
which only mentions the package, such as pytest's start-up, pays nothing for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from explorer import native

if TYPE_CHECKING:
    from explorer.checking import check
    from explorer.findings import (
        AssertionFailed,
        Deadlock,
        Leak,
        Livelock,
        LostUpdate,
        Race,
        Starvation,
        UncaughtError,
    )
    from explorer.pytest_plugin.marker import races
    from strategies import cases

__all__ = [
    "AssertionFailed",
    "Deadlock",
    "Leak",
    "Livelock",
    "LostUpdate",
    "Race",
    "Starvation",
    "UncaughtError",
    "cases",
    "check",
    "races",
]

native.install()

_ELSEWHERE: Final = {
    "cases": "strategies",
    "check": "explorer.checking",
    "races": "explorer.pytest_plugin.marker",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(_ELSEWHERE.get(name, "explorer.findings")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
