"""JSON as people read it in a diff: what fits on a line stands on one."""

from __future__ import annotations

import json
from typing import Any, Final

_WIDTH: Final = 160  # a step of a few processes


def layout(value: Any, indent: int = 0) -> str:
    """The text of a JSON value; members in their given order, no newline at the end."""
    flat = _flat(value)
    if len(flat) + indent <= _WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    inner, outer = " " * (indent + 2), " " * indent
    if isinstance(value, list):
        parts = [inner + layout(item, indent + 2) for item in value]
        return "[\n" + ",\n".join(parts) + f"\n{outer}]"
    parts = [f"{inner}{_flat(name)}: {layout(item, indent + 2)}" for name, item in value.items()]
    return "{\n" + ",\n".join(parts) + f"\n{outer}}}"


def _flat(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # lone surrogates: bytes of `sys.argv` that are no text
        return json.dumps(value, allow_nan=False)
    return text
