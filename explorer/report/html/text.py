"""From the program's text to HTML: escaped, on one line, and source with its syntax marked.

Invariant: whatever comes from the program under test gets into a page through `esc` or `raw_json`
only. The marking of source is our own, so that the same case gives the same bytes with every
version of every library.
"""

from __future__ import annotations

import json
import keyword
import re
from html import escape
from typing import Any, Final

from explorer.model.trace import Event, SourceLine
from explorer.report.chart import LIFE
from explorer.report.places import place_of
from explorer.report.wording import clean, event_text

_TOKEN: Final = re.compile(
    r"""(?P<comment>\#.*)
      | (?P<string>[rbfuRBFU]{0,2}(?:\"\"\".*?(?:\"\"\"|$)|'''.*?(?:'''|$)
            |"(?:\\.|[^"\\])*(?:"|$)|'(?:\\.|[^'\\])*(?:'|$)))
      | (?P<number>\b\d[\w.]*)
      | (?P<word>[^\W\d]\w*)
      | (?P<other>\s+|.)""",
    re.VERBOSE,
)
_NAME: Final = re.compile(r"\b[A-Z]\w+-\d+")
_CLASSES: Final = {"comment": "c", "string": "s", "number": "m"}
_SHORT: Final = 20  # letters of a value that stays on one line
_WORDS: Final = frozenset(keyword.kwlist)


def esc(text: str) -> str:
    """Text as HTML, also inside quoted attributes; what does not print is written as an escape."""
    return escape(clean(text), quote=True)


def in_code(text: str) -> str:
    """Our own sentences as HTML: what stands between backticks is code."""
    parts = esc(text).split("`")
    return "".join(f"<code>{part}</code>" if odd % 2 else part for odd, part in enumerate(parts))


def raw_json(value: Any) -> str:
    """JSON that can stand in a script element, whatever texts it holds."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def code(text: str) -> str:
    """A line of Python as HTML with its syntax marked."""
    found = []
    for match in _TOKEN.finditer(clean(text)):
        part = escape(match.group(), quote=True)
        kind = _class(str(match.lastgroup), match.group())
        found.append(f'<span class="{kind}">{part}</span>' if kind else part)
    return "".join(found)


def _class(group: str, part: str) -> str:
    if group == "word":
        return "k" if part in _WORDS else ""
    return _CLASSES.get(group, "")


def place(where: SourceLine) -> str:
    """A line's place as pages show it: relative, the same on every machine."""
    return clean(place_of(where))


def names_whole(html: str) -> str:
    """Escaped text in which no line breaks at the hyphen of "Process-1"."""
    return _NAME.sub(r'<span class="nb">\g<0></span>', html)


def event_html(event: Event) -> str:
    """What an event did, its parts marked."""
    text = event_text(event)
    if event.operation in LIFE or event.operation in ("die", "terminate", "sleep"):
        return f'<span class="op">{names_whole(escape(text, quote=True))}</span>'
    head = clean(f"{event.operation} {event.label}")
    if not text.startswith(head):
        return f'<span class="op">{escape(text, quote=True)}</span>'
    value = text[len(head) :].strip()
    shown = f'<span class="op">{esc(event.operation)}</span> <span class="ob">{esc(event.label)}'
    kind = "va nb" if len(value) < _SHORT else "va"
    return shown + "</span>" + (f' <span class="{kind}">{escape(value)}</span>' if value else "")
