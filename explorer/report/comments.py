"""Comments in generated source: behind a line if there is room, else on lines before it."""

from __future__ import annotations

from textwrap import wrap
from typing import Final

_WIDTH: Final = 99  # characters of a line with a comment


def commented(line: str, told: str) -> str:
    """A line with a comment: behind it, or where that gets too long, before it."""
    if len(line) + len(told) + 4 <= _WIDTH:
        return f"{line}  # {told}\n"
    return comment(line[: len(line) - len(line.lstrip())], told) + f"{line}\n"


def comment(indent: str, text: str) -> str:
    """A comment on lines of its own."""
    lines = wrap(text, max(40, _WIDTH - len(indent) - 2), break_long_words=False)
    return "".join(f"{indent}# {line}\n" for line in lines)
