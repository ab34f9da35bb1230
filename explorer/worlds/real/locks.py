"""Locks and semaphores, gated: the methods of `multiprocessing.synchronize.SemLock`."""

from __future__ import annotations

from multiprocessing import synchronize
from multiprocessing.synchronize import SemLock
from typing import Any, Final

from explorer.worlds.real.gate import gate

_init: Final = SemLock.__init__
_getstate: Final = SemLock.__getstate__
_setstate: Final = SemLock.__setstate__  # type: ignore[attr-defined]
_get_value: Final = synchronize.Semaphore.get_value


def init(self: Any, *args: Any, **kwargs: Any) -> None:
    """Make the real one; it has a name, unless it is part of something else."""
    _init(self, *args, **kwargs)
    here = gate()
    self.gate_name = here.new_name(type(self).__name__) if here.open else None


def acquire(self: Any, block: bool = True, timeout: Any = None) -> bool:
    """Take it."""
    here = gate()
    take = self._semlock.acquire
    if timeout is not None and not isinstance(timeout, int | float):
        take(block, timeout)  # raises TypeError
    found: bool = here.perform(
        "acquire", self.gate_name, lambda: take(block, here.patience(timeout))
    )
    return found


def release(self: Any) -> None:
    """Free it."""
    gate().perform("release", self.gate_name, self._semlock.release)


def enter(self: Any) -> Any:
    """The same as acquire, in a `with`."""
    return gate().perform("acquire", self.gate_name, self._semlock.__enter__)


def leave(self: Any, *exc: object) -> None:
    """The same as release, at the end of a `with`."""
    gate().perform("release", self.gate_name, lambda: self._semlock.__exit__(*exc))


def get_value(self: Any) -> int:
    """How many permits are left."""
    return gate().perform("get_value", self.gate_name, lambda: _get_value(self))


def getstate(self: Any) -> Any:
    """Its name goes with it to a spawned process."""
    return _getstate(self), self.gate_name


def setstate(self: Any, state: Any) -> None:
    """See `getstate`."""
    real, self.gate_name = state
    _setstate(self, real)


def install() -> None:
    """Patch this interpreter, for good."""
    patched: Any = SemLock
    patched.__init__ = init
    patched._make_methods = lambda self: None  # they would hide the methods of the class
    patched.acquire, patched.release = acquire, release
    patched.__enter__, patched.__exit__ = enter, leave
    patched.__getstate__, patched.__setstate__ = getstate, setstate
    patched_semaphore: Any = synchronize.Semaphore
    patched_semaphore.get_value = get_value
