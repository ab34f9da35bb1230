"""The compiled form of the engine: the same modules as machine code, where they could be compiled.

mypyc makes it from the very sources that stand here (`hatch_build.py`), in a folder of its own.
Invariant: what is loaded from there was compiled from the sources as they are now, since the
folder's name holds their hash; where there is no such folder, each module is loaded as Python. Both
give the same traces, byte for byte; compiled, they take about half the time.

What is compiled: what every event of every run goes through, and every trace of the exhaustive
search; nothing that a user's program subclasses or puts attributes into, or that is pickled.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

#: The environment variable that has everything run as Python.
PURE: Final = "RACE_EXPLORER_PURE"

PACKAGE: Final = Path(__file__).resolve().parent

#: What is compiled, by patterns of files in the package.
COMPILED: Final = (
    "engine/fairness.py",
    "engine/loop.py",
    "model/actor.py",
    "model/conflicts.py",
    "model/operation.py",
    "objects/[a-z]*.py",
    "search/exhaustive.py",
    "search/footprints.py",
    "search/history.py",
    "search/node.py",
    "search/reversals.py",
    "search/wakeup.py",
    "search/walk.py",
    "worlds/greenlets.py",
    "worlds/virtual.py",
)
#: But not these: subclasses of builtins, a protocol, what a program puts its own attributes into,
#: and words for reports.
INTERPRETED: Final = frozenset({"at_each.py", "description.py", "room.py", "server_data.py"})

#: What mypyc calls the compiled modules together; the shared library that they are in begins so.
GROUP: Final = "race_explorer"

#: How the names begin of all that may be found here.
_NAMES: Final = (f"{PACKAGE.name}.", f"{GROUP}__")


def sources() -> list[Path]:
    """The modules that are compiled, in a fixed order."""
    found = {path for pattern in COMPILED for path in PACKAGE.glob(pattern)}
    return sorted(path for path in found if path.name not in INTERPRETED)


def module_name(source: Path) -> str:
    """The name under which it is imported."""
    return ".".join((PACKAGE.name, *source.relative_to(PACKAGE).with_suffix("").parts))


def digest() -> str:
    """What the sources are now: their names and contents in a hash."""
    from hashlib import sha256  # not at pytest's start-up

    found = sha256()
    for source in sources():
        text = source.read_bytes()
        found.update(f"{module_name(source)} {len(text)}\n".encode())
        found.update(text)
    return found.hexdigest()


def folder() -> Path:
    """Where the compiled form of the sources as they are now is, for this version of Python."""
    return PACKAGE / "_native" / f"{sys.implementation.cache_tag}-{digest()[:16]}"


class Finder:
    """Finds the compiled forms of modules. Looks for them when the first one is imported."""

    def __init__(self) -> None:
        self._files: dict[str, str] | None = None

    @property
    def files(self) -> dict[str, str]:
        """The file of each compiled module by its name; none if Python is to be run."""
        if self._files is None:
            suffix = EXTENSION_SUFFIXES[0]
            found = () if os.environ.get(PURE) else folder().glob(f"*{suffix}")
            self._files = {path.name.removesuffix(suffix): str(path) for path in found}
        return self._files

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where `name` is loaded from; None leaves it to others."""
        if not name.startswith(_NAMES) or name not in self.files:
            return None
        from importlib.util import spec_from_file_location

        return spec_from_file_location(name, self.files[name])


_FINDER: Final = Finder()


def install() -> None:
    """Have the compiled modules imported from now on, before anybody else looks for them."""
    if _FINDER in sys.meta_path:
        sys.meta_path.remove(_FINDER)
    sys.meta_path.insert(0, _FINDER)


def form() -> str:
    """Which engine runs, in a word or two."""
    return "compiled" if _FINDER.files else "as Python"
