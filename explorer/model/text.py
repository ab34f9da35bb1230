"""Values as text: how traces, places and reports show what belongs to the program under test.

Invariant: the same run gives the same text, in every interpreter, so an address in a default
`repr` is masked; and no value, however it misbehaves, makes a run fail.
"""

from __future__ import annotations

import re
from typing import Any, Final

LONGEST: Final = 200  # characters of one value
_ADDRESS: Final = re.compile(r"\b0x[0-9a-f]{6,}")
_OF_OBJECT: Final = re.compile(r" at 0x[0-9a-fA-F]{6,}(?=[>:,; ]|$)")


def show(value: Any) -> str:
    """A value as one short text; never raises."""
    try:
        text = repr(value)
    except Exception as error:  # the program's own __repr__
        return f"<{type(value).__name__}: repr raised {type(error).__name__}>"
    if "0x" in text:
        text = _ADDRESS.sub("0x…", text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def without_addresses(text: str) -> str:
    """What a program said, without the addresses of the objects that it names."""
    return _OF_OBJECT.sub(" at 0x…", text) if " at 0x" in text else text
