"""The program's text as it is and as it could be; trying it under the file's own name.

Invariant: no file is written.
"""

from __future__ import annotations

import os
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from io import BytesIO

from explorer.api import Target
from explorer.errors import ExplorerError
from explorer.fixing.ranges import Edit
from explorer.fixing.trial import Trial
from explorer.frontend.modules import replaced
from explorer.model.placement import Placement
from explorer.report.differences import unified
from explorer.report.insertion import Source
from explorer.report.places import portable


def text_of(path: str) -> str:
    """The text of a source file, decoded as Python does, its line ends as they are."""
    with open(path, "rb") as file:
        data = file.read()
    return data.decode(encoding_of(data))


def encoded(text: str) -> bytes:
    """A program's text in the encoding that it declares."""
    return text.encode(encoding_of(text.encode(errors="replace")))


def encoding_of(data: bytes) -> str:
    """The encoding that a source file declares."""
    return tokenize.detect_encoding(BytesIO(data).readline)[0]


@dataclass(slots=True)
class Draft:
    """One file of the program; `text` may be changed already, `original` is as the user has it."""

    target: Target
    path: str
    original: str
    text: str
    trial: Trial
    before: str = ""  # what the text has been changed by already, in words, …
    places: tuple[str, ...] = ()  # … and where
    seen: set[str] = field(default_factory=set)
    source: Source = field(init=False)  # the text taken apart

    def __post_init__(self) -> None:
        self.source = Source(self.text)

    def name(self) -> str:
        """The file as a diff has it: relative to the working directory, or to its own folder."""
        relative = portable(os.path.relpath(self.path))
        return os.path.basename(relative) if relative.startswith("..") else relative

    def attempt(
        self,
        how: str,
        edits: Iterable[Edit],
        lines: Iterable[tuple[int, int]],
        lock: str = "",
        origin: str = "",
    ) -> Iterator[Placement]:
        """Try the text with these edits; nothing if it was tried before, or cannot be run."""
        text = self.source.edited(edits)
        if text in self.seen or text == self.text:
            return
        self.seen.add(text)
        try:
            with replaced(self.path, text):
                placement = self.trial.of(
                    self.target,
                    how=f"{self.before}; {how}" if self.before else how,
                    lock=lock,
                    origin=origin,
                    where=(*self.places, *(self._place(*each) for each in lines)),
                    diff=unified(self.original, text, self.name()),
                    text=text,
                )
        except (SyntaxError, ExplorerError):  # the edit makes it something else
            return
        yield placement

    def _place(self, first: int, last: int) -> str:
        first, last = self.original_line(first), self.original_line(last)
        end = f"-{last}" if last > first else ""
        return f"{self.name()}:{first}{end}"

    def original_line(self, line: int) -> int:
        """Where a line of the text is in the user's file; the place before it, if it is new."""
        if self.text == self.original:
            return line
        before, after = (
            [each.strip() for each in text.splitlines()] for text in (self.original, self.text)
        )
        blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
        start, changed, size = max((each for each in blocks if each.b < line), key=lambda b: b[1])
        return start + min(line - changed, size)
