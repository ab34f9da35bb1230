"""Reading JSON that somebody else wrote: every field is checked before it is used.

Invariant: whatever the bytes are, the outcome is a value of the type that was asked for or one
`BadCase` that says which field, what was expected and what was there. Nothing is executed, and
nothing read is larger than its limit.
"""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from explorer.errors import BadCase
from explorer.report.wording import clean, clip

LONGEST_FILE: Final = 16 * 1024 * 1024  # bytes: 10,000 steps of 50 processes are about 6 MB
LONGEST_TEXT: Final = 4_000
LONGEST_LIST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a document, with its place in it: `steps[3].process` of `file`."""

    file: str
    path: str
    value: Any

    def refuse(self, expected: str) -> NoReturn:
        """Raise the error that says what should have been here."""
        shown = json.dumps(self.value)
        if len(shown) > 60:
            shown = shown[:59] + "…"
        name = self.path or "the file"
        raise BadCase(f"{self.file}: {name} must be {expected}, not {shown}")

    def text(self, longest: int = LONGEST_TEXT) -> str:
        """A text that can be written out (no half of a surrogate pair)."""
        if not isinstance(self.value, str):
            self.refuse("a text")
        if len(self.value) > longest:
            self.refuse(f"a text of at most {longest} characters")
        if not _is_whole(self.value):
            self.refuse("a text without lone surrogates")
        return self.value

    def argument(self) -> str:
        """A text as `sys.argv` has it: bytes that are no text stand in it as lone surrogates."""
        if not isinstance(self.value, str) or len(self.value) > LONGEST_TEXT:
            self.refuse(f"a text of at most {LONGEST_TEXT} characters")
        return self.value

    def choice(self, options: Collection[str]) -> str:
        """One of a few words."""
        if not isinstance(self.value, str) or self.value not in options:
            self.refuse("one of " + ", ".join(f'"{option}"' for option in options))
        return self.value

    def number(self, low: int, high: int) -> int:
        """A whole number; true and false are none."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse("a whole number")
        if not low <= self.value <= high:
            self.refuse(f"a whole number from {low} to {high}")
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self.refuse("true or false")
        return self.value

    def scalar(self) -> str | int | float | bool | None:
        """A text, a finite number, true, false or null."""
        if isinstance(self.value, str):
            return self.text()
        if isinstance(self.value, float) and not math.isfinite(self.value):
            self.refuse("a finite number")
        if not isinstance(self.value, int | float | bool | None):
            self.refuse("a text, a number, true, false or null")
        return self.value

    def items(self, longest: int = LONGEST_LIST) -> list[Field]:
        """The elements of a list."""
        if not isinstance(self.value, list):
            self.refuse("a list")
        if len(self.value) > longest:
            self.refuse(f"a list of at most {longest} elements")
        return [
            Field(self.file, f"{self.path}[{number}]", value)
            for number, value in enumerate(self.value)
        ]

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.text() for item in self.items())

    def entries(self) -> dict[str, Field]:
        """The members of an object, whatever their names."""
        if not isinstance(self.value, dict):
            self.refuse("an object")
        dot = "." if self.path else ""
        found = {}
        for name, value in self.value.items():
            if not _is_whole(name):
                self.refuse("an object whose names have no lone surrogates")
            path = f"{self.path}{dot}{clip(clean(name), 60)}"
            found[name] = Field(self.file, path, value)
        return found

    def members(self, names: Collection[str]) -> dict[str, Field]:
        """The members of an object that has exactly `names`."""
        found = self.entries()
        inside = f" in {self.path}" if self.path else ""
        for name in names:
            if name not in found:
                raise BadCase(f'{self.file}: there is no "{name}"{inside}')
        for name in found:
            if name not in names:
                known = ", ".join(names)
                shown = json.dumps(name[:60])
                raise BadCase(f"{self.file}: {shown}{inside} is not known here; known: {known}")
        return found


def read(path: Path) -> Field:
    """The JSON document in a file.

    Raises:
        BadCase: there is no such file, it is too large, or not JSON.
    """
    return parse(_text_of(path, clean(str(path))), str(path))


def parse(text: str, file: str) -> Field:
    """The JSON document in a text that came from `file`.

    Raises:
        BadCase: it is not JSON.
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise BadCase(f"{clean(file)}: not a case file: nested too deeply") from None
    except ValueError as error:  # JSONDecodeError, and integers of thousands of digits
        raise BadCase(f"{clean(file)}: not JSON: {clean(str(error))}") from None
    return Field(clean(file), "", value)


def _text_of(path: Path, file: str) -> str:
    try:
        # Without O_NONBLOCK, opening a FIFO waits for somebody to write to it.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise BadCase(f"{file}: there is no such file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadCase(f"{file}: cannot be read: {reason}") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise BadCase(f"{file}: not a regular file")
        with open(descriptor, "rb", closefd=False) as stream:
            data = stream.read(LONGEST_FILE + 1)
    except OSError as error:
        raise BadCase(f"{file}: cannot be read: {error.strerror}") from None
    finally:
        os.close(descriptor)
    if len(data) > LONGEST_FILE:
        raise BadCase(f"{file}: larger than {LONGEST_FILE >> 20} MB, which no case file is")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadCase(f"{file}: not UTF-8 text: {error.reason} at byte {error.start}") from None


def _without_duplicates(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{json.dumps(name[:60])} stands twice in one object")
        found[name] = value
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number that JSON knows")


def _is_whole(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
