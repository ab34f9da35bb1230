"""README and each page of docs/ as a session: typed from top to bottom in an empty folder.

    ```python    after "…as `name.py`:" is that file from there on; other Python is run as it stands
    ```diff      is a change to the file that was saved last
    ```console   "$ " begins what is typed, the rest is what it prints; "…" stands for any lines
    ```sh        is not run: it sets up what the tests have already

`python -m tests.docs.session [PAGE…]` writes the outputs anew, and README's picture.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from explorer.cli import main
from tests.plugin.walk import ROOT, Walk, at_home, normal

#: Walked through by tests/plugin, since they need pytest.
_ELSEWHERE: Final = {"docs/pytest.md"}
_SKIPPED: Final = re.compile(r"^## In your test suite\n.*?(?=^## )", re.M | re.S)
PAGES: Final = tuple(
    name
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if (name := path.relative_to(ROOT).as_posix()) not in _ELSEWHERE
)
#: README's case and its picture.
CASE: Final = "reports/counter-lost-update.json"
PICTURE: Final = ROOT / "docs" / "lost-update.svg"
_BLOCK: Final = re.compile(r"^```(python|diff|console)\n(.*?)^```$", re.M | re.S)
_SAVED_AS: Final = re.compile(r"\bas `([\w./-]+)`[^`]*:$")
_FIGURES: Final = (
    (re.compile(r"\d+\.\d s$", re.M), "N s"),
    (re.compile(r"\([\d,]+/s\)"), "(N/s)"),
    # On a slow machine a hunt says how far it is.
    (re.compile(r"^\S+: \d+%, [\d,]+ executions.*(?:\n|\Z)", re.M), ""),
)


def plain(text: str) -> str:
    """The text without real time, the one thing that differs from call to call."""
    return normal(text, _FIGURES)


def says(expected: str, printed: str) -> bool:
    """Whether a command printed what a page says; a line "…" stands for any number of lines."""
    parts = re.split(r"^…\n", plain(expected) + "\n", flags=re.M)
    pattern = "(?:.*\n)*".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, plain(printed) + "\n") is not None


class Session(Walk):
    """Goes through one page. Our own command runs in this process: that is much faster."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, at_home(Path(sys.executable).parent))
        self.environment["COLUMNS"] = "80"
        self.code = 0  # of the last command
        self.saved = Path("nothing")  # the file that changes are about
        self.names: dict[str, Any] = {"__name__": "__page__"}

    def page(self, text: str) -> str:
        """The page with the outputs as they are; notes where they differ from what it says."""
        skipped = [found.span() for found in _SKIPPED.finditer(text)]
        with self._inside():
            return _BLOCK.sub(
                lambda found: (
                    found[0]
                    if any(start <= found.start() < end for start, end in skipped)
                    else self._block(found)
                ),
                text,
            )

    @contextlib.contextmanager
    def _inside(self) -> Iterator[None]:
        before, columns = Path.cwd(), os.environ.get("COLUMNS")
        os.chdir(self.folder)
        os.environ["COLUMNS"] = self.environment["COLUMNS"]
        try:
            yield
        finally:
            os.chdir(before)
            del os.environ["COLUMNS"]
            if columns is not None:
                os.environ["COLUMNS"] = columns

    def _block(self, found: re.Match[str]) -> str:
        language, content = found.groups()
        if language == "console":
            return f"```console\n{self._console(content)}```"
        paragraph = found.string[: found.start()].rstrip().rpartition("\n\n")[2]
        file = _SAVED_AS.search(paragraph)
        if language == "diff":
            self._change(content)
        elif file is not None:
            self.saved = Path(file[1])
            self.saved.write_text(content)
        else:
            exec(compile(content, "snippet", "exec"), self.names)
        return found[0]

    def _change(self, diff: str) -> None:
        lines = diff.splitlines()
        before = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
        after = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
        text = self.saved.read_text()
        assert text.count(before) == 1, f"{self.saved} has not just once:\n{before}"
        self.saved.write_text(text.replace(before, after))

    def _console(self, content: str) -> str:
        parts = re.split(r"^\$ (.*)\n", content, flags=re.M)[1:]
        shown = []
        for command, said in zip(parts[::2], parts[1::2], strict=True):
            printed = self._typed(command)
            if not says(said, printed):
                self.differences.append(f"$ {command}\n{printed}\ninstead of\n{said}")
                said = printed
            shown.append(f"$ {command}\n" + (f"{said.strip(chr(10))}\n" if said.strip() else ""))
        return "".join(shown)

    def _typed(self, command: str) -> str:
        if command == "echo $?":
            return f"{self.code}\n"
        if not command.startswith("race-explorer "):
            return super()._typed(command)
        printed, progress = io.StringIO(), io.StringIO()  # progress shows on slow machines only
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(progress):
            try:
                self.code = main(shlex.split(command)[1:])
            except SystemExit as stopped:
                self.code = int(stopped.code or 0)
        return (
            "\n".join(line.rstrip() for line in printed.getvalue().strip("\n").splitlines()) + "\n"
        )


def rewritten(name: str) -> list[str]:
    """Write the outputs of a page anew; where they differed."""
    path = ROOT / name
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Path(folder))
        path.write_text(session.page(path.read_text()))
    return session.differences


def picture() -> str:
    """The SVG of README's case, drawn as README says."""
    text = (ROOT / "README.md").read_text()
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Path(folder))
        session.page(text[: text.index("```diff")])
        with session._inside():
            session._typed(f"race-explorer replay -o drawn.svg {CASE}")
            return Path("drawn.svg").read_text()


if __name__ == "__main__":
    PICTURE.write_text(picture())
    for page in sys.argv[1:] or PAGES:
        print(f"{page}: {len(rewritten(page))} outputs written anew")
