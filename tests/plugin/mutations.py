"""Case files that somebody has tampered with, and what is watched while they are replayed."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from types import CodeType
from typing import Any, Final

from hypothesis import strategies as st

from explorer.cli import main

COUNTER: Final = """\
from multiprocessing import Process, Value


def work(counter):
    counter.value += 1


def main():
    counter = Value("i", 0)
    workers = [Process(target=work, args=(counter,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
"""
#: Fixed, so that its guard passes, after all the schedules around it.
LOCKED: Final = COUNTER.replace(
    "    counter.value += 1", "    with counter.get_lock():\n        counter.value += 1"
)
#: Scenarios whose cases have parameters, more processes, and other objects than a value.
SCENARIOS: Final = ("counter-manager-dict", "philosophers", "queue-sentinel", "lock-leaked")
#: Beside the program; nobody has named it.
CANARY: Final = "open('was_here', 'w').write('')\n\n\ndef main():\n    pass\n"
#: Seconds of processor that one file may take; the slowest explore 2,000 schedules around a guard.
LONGEST: Final = 20.0

_TEXTS: Final = st.sampled_from(
    [
        *("", "fails", "passes", "Process-1", "MainProcess", "Value#1", "read", "write"),
        *("lost-update", "deadlock", "counter.py", "counter.py::main", "counter.py::work"),
        *("counter:main", ".", "::", "../counter.py", "/etc/passwd", "~/.ssh/config", "os:system"),
        *("$(touch x)", "`touch x`", "__import__('os')", "counter.py\x00", "a\nb", "\x1b[31m"),
        *("\u202e", "\ud800", "x" * 5_000),
    ]
)
_NUMBERS: Final = st.sampled_from([-1, 0, 1, 2, 3, 1_000, 10**9, 10**9 + 1, 2**64, 10**400, 0.5])
_SCALARS: Final = st.one_of(_TEXTS, _NUMBERS, st.booleans(), st.none())
_VALUES: Final = st.one_of(
    _SCALARS,
    st.lists(_SCALARS, max_size=3),
    st.dictionaries(st.sampled_from(["process", "tool", "__class__"]), _SCALARS, max_size=2),
)


def ways(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a document."""
    if way:
        yield way
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from ways(each, (*way, key))


@st.composite
def edited(draw: st.DrawFn, document: Any) -> Any:
    """The document with one to four values replaced, taken out, doubled or moved."""
    document = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 4))):
        *way, last = draw(st.sampled_from(list(ways(document)) or [("tool",)]))
        owner = document
        for key in way:
            owner = owner[key]
        match draw(st.sampled_from(["replace", "replace", "remove", "double", "move"])):
            case "replace":
                owner[last] = draw(_VALUES)
            case "remove":
                del owner[last]
            case "double" if isinstance(owner, list):
                owner.insert(last, owner[last])
            case "move" if isinstance(owner, list):
                owner.append(owner.pop(last))
    return document


@st.composite
def mutated(draw: st.DrawFn, documents: list[Any]) -> bytes:
    """The bytes of a case file that was edited as a document, as text, or as both."""
    document = draw(st.sampled_from(documents))
    if draw(st.integers(0, 3)):
        document = draw(edited(document))
    data = json.dumps(document).encode("utf-8", "surrogatepass")
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        place = draw(st.integers(0, len(data)))
        size = draw(st.integers(0, 20))
        data = data[:place] + draw(st.binary(max_size=8)) + data[place + size :]
    return data


class Watch:
    """What is executed and written while a file is replayed, as the interpreter's audit says."""

    def __init__(self) -> None:
        self.folder: str | None = None
        self.executed: set[str] = set()
        self.written: set[str] = set()
        sys.addaudithook(self)

    def __call__(self, event: str, args: Any) -> None:
        if self.folder is None:
            return
        if event == "exec" and isinstance(args[0], CodeType):
            path = args[0].co_filename
            if path.startswith(self.folder):
                self.executed.add(path)
        elif event == "open" and isinstance(args[0], str | bytes) and isinstance(args[2], int):
            if args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                self.written.add(os.path.abspath(os.fsdecode(args[0])))
        elif event in ("os.mkdir", "os.rename", "os.link", "os.symlink", "os.remove"):
            self.written.add(os.path.abspath(os.fsdecode(args[0])))

    @contextlib.contextmanager
    def over(self, folder: Path) -> Iterator[None]:
        """Watch for one replay of something in `folder`."""
        self.executed.clear()
        self.written.clear()
        self.folder = str(folder)
        try:
            yield
        finally:
            self.folder = None


def trial(folder: Path, data: bytes, watch: Watch) -> int:
    """Replay one file as the command line does, in `folder`; the exit code.

    Raises:
        AssertionError: it did what no case file may make us do.
    """
    case = folder / "reports" / "case.json"
    case.write_bytes(data)
    said = io.StringIO()
    began = process_time()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), watch.over(folder):
        code = main(["replay", "reports/case.json"])
    assert process_time() - began < LONGEST, data
    assert code in (0, 1, 2), data
    assert "Traceback" not in said.getvalue(), data
    assert watch.written == set(), data
    assert {Path(path).name for path in watch.executed} <= {"counter.py", "locked.py"}, data
    return code


def project(folder: Path) -> list[Any]:
    """Make a project with a race in `folder`, hunt in it; the case files' contents."""
    (folder / "counter.py").write_text(COUNTER)
    (folder / "canary.py").write_text(CANARY)
    (folder / "locked.py").write_text(LOCKED)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for target in ("counter.py", "counter.py::main", *SCENARIOS):
            main(["hunt", "--examples", "5", "--reports", "reports", target])
    documents = []
    for path in sorted((folder / "reports").glob("*.json")):
        documents.append(json.loads(path.read_text()))
        documents.append(documents[-1] | {"expect": "passes"})
        if documents[-1]["target"] == "counter.py":
            documents.append(documents[-1] | {"target": "locked.py"})
    return documents
