"""`functools.lru_cache` in a virtual process: a cache that fork copies.

CPython's is written in C and cannot be copied. This one keeps what it holds in closure variables,
which are kept apart for each process like those of any function.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from explorer.frontend.current import inside

_make_key: Any = functools._make_key
_Info: Any = functools._CacheInfo


def _lru_cache(real: Callable[..., Any], maxsize: Any = 128, typed: bool = False) -> Any:
    if inside() is None:
        return real(maxsize, typed)
    if callable(maxsize) and isinstance(typed, bool):
        return memoised(maxsize, 128, typed)
    if maxsize is not None and not isinstance(maxsize, int):
        raise TypeError("Expected first argument to be an integer, a callable, or None")
    size = None if maxsize is None else max(0, maxsize)
    return lambda function: memoised(function, size, typed)


def memoised(function: Callable[..., Any], size: int | None, typed: bool) -> Callable[..., Any]:
    """`function` with a cache of `size` results, the least recently used given up first."""
    results: OrderedDict[Any, Any] = OrderedDict()
    hits = misses = 0

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        nonlocal hits, misses
        key = _make_key(args, kwargs, typed)
        if key in results:
            hits += 1
            results.move_to_end(key)
            return results[key]
        misses += 1
        result = function(*args, **kwargs)
        if size != 0:
            results[key] = result
            if size is not None and len(results) > size:
                results.popitem(last=False)
        return result

    def cache_info() -> Any:
        """Hits, misses, size allowed, size."""
        return _Info(hits, misses, size, len(results))

    def cache_clear() -> None:
        """Forget everything."""
        nonlocal hits, misses
        results.clear()
        hits = misses = 0

    wrapper.cache_info = cache_info  # type: ignore[attr-defined]
    wrapper.cache_clear = cache_clear  # type: ignore[attr-defined]
    wrapper.cache_parameters = lambda: {"maxsize": size, "typed": typed}  # type: ignore[attr-defined]
    return wrapper


PATCHES: dict[tuple[Any, str], Callable[..., Any]] = {(functools, "lru_cache"): _lru_cache}
