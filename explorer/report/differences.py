"""Two versions of a text as a unified diff that `patch` and `git apply` take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import unified_diff
from typing import Final

_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_NO_NEWLINE: Final = "\n\\ No newline at end of file\n"


def unified(before: str, after: str, name: str) -> str:
    """The diff from one to the other; empty if they are the same."""
    return "".join(_lines(before, after, name))


def _lines(before: str, after: str, name: str) -> Iterator[str]:
    # Not `splitlines`: to `patch`, a form feed or a lone carriage return ends no line.
    lines = _LINE.findall(before), _LINE.findall(after)
    for line in unified_diff(*lines, f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else line + _NO_NEWLINE
