"""What a child sees of its parent's memory: a copy, as after fork, shared objects excepted."""

from __future__ import annotations

from typing import Any

#: Values that cannot be changed, so that parent and child may share them.
IMMUTABLE = frozenset({int, float, str, bytes, bool, complex, type(None), frozenset, range})
#: Handles of shared objects: the same in every process.
shared_types: set[type] = set()


def fork(world: Any, handle: Any) -> tuple[Any, Any]:
    """The child's own copy of its Process object, and its memory (None: nothing to keep apart)."""
    return handle, None
