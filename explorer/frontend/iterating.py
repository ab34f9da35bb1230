"""Copies of library objects by way of pickle's protocol, and of what cannot be copied at all."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NoReturn

from explorer.errors import NotSupported
from explorer.frontend.current import abort
from explorer.frontend.place import place


def rebuilt(value: Any, copy: Callable[[Any], Any], memo: dict[int, Any], kept: list[Any]) -> Any:
    """A copy of `value` made of copies of what it gives to pickle.

    Raises whatever its `__reduce_ex__` or its constructor raise.
    """
    if type(value).__module__ == "itertools":
        with warnings.catch_warnings():  # deprecated for them since 3.12, gone in 3.14
            warnings.simplefilter("ignore")
            recipe: Any = value.__reduce_ex__(4)
    else:
        recipe = value.__reduce_ex__(4)
    if isinstance(recipe, str):
        return value
    kept.append(recipe)
    make, arguments, state, items, pairs, set_state = (*recipe, None, None, None, None)[:6]
    made = make(*[copy(argument) for argument in arguments])
    memo[id(value)] = made
    if state is not None:
        _give_state(made, copy(state), set_state)
    for item in items or ():
        made.append(copy(item))
    for key, item in pairs or ():
        made[copy(key)] = copy(item)
    return made


def _give_state(made: Any, state: Any, set_state: Callable[[Any, Any], None] | None) -> None:
    if set_state is not None:
        set_state(made, state)
    elif hasattr(made, "__setstate__"):
        made.__setstate__(state)
    else:
        attributes, slots = state if isinstance(state, tuple) else (state, None)
        if attributes:
            made.__dict__.update(attributes)
        for name, item in (slots or {}).items():
            setattr(made, name, item)


class UnforkedGenerator:
    """What a child has of a generator that its parent has begun: it may have it, not move it.

    After a real fork it could. No Python can copy a running generator, and sharing it would let
    a child move its parent's.
    """

    def __init__(self, generator: Any) -> None:
        self._name = getattr(generator, "__qualname__", "generator")

    def _refuse(self, *_: Any) -> NoReturn:
        abort(
            NotSupported(
                f"A child goes on with the generator {self._name}, which was made before the "
                f"fork{place()}. The explorer cannot copy a generator as fork does. Make it in "
                "the process that uses it, or hand over a list."
            )
        )

    __iter__ = __next__ = send = throw = close = __await__ = _refuse
