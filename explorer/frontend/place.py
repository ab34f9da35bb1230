"""Which line of the program's own code made us say something."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path
from types import FrameType

from explorer.frontend.current import outside
from explorer.native import PACKAGE, sources

#: The folders of our own code.
_OUR_FOLDERS = tuple(
    str(Path(__file__).resolve().parents[level] / name) + os.sep
    for level, name in ((1, ""), (2, "strategies"))
)
#: What tracebacks call compiled modules.
_COMPILED = frozenset(path.relative_to(PACKAGE.parent).as_posix() for path in sources())
#: How the names of our own files begin.
OURS = (*_OUR_FOLDERS, *sorted(_COMPILED))


def _library_folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    found = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    found |= {os.path.dirname(os.__file__), *site.getsitepackages(), site.getusersitepackages()}
    return tuple(sorted({os.path.realpath(path) + os.sep for path in found} | set(_OUR_FOLDERS)))


_LIBRARIES = _library_folders()
_LIBRARY_PARTS = ("/site-packages/", "/dist-packages/")


@lru_cache(maxsize=10_000)
def is_user_file(filename: str) -> bool:
    """Whether a file is neither the standard library's, nor an installed package's, nor ours."""
    if not filename or filename.startswith("<") or filename in _COMPILED:
        return False
    return not is_library_file(filename)


@lru_cache(maxsize=10_000)
def is_library_file(path: str) -> bool:
    """Whether a path lies where Python, its packages or we are installed."""
    with outside():
        real = os.path.realpath(path)
    return real.startswith(_LIBRARIES) or any(part in real for part in _LIBRARY_PARTS)


def user_frame(frame: FrameType | None = None) -> FrameType | None:
    """The innermost frame of the program's own code."""
    frame = sys._getframe(1) if frame is None else frame
    while frame is not None and not is_user_file(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def place() -> str:
    """As in "… at counter.py:6", or nothing where no code of the program's own is running."""
    frame = user_frame()
    return "" if frame is None else f" at {shown(frame.f_code.co_filename)}:{frame.f_lineno}"


def shown(path: str) -> str:
    """A path as people read it: relative to the working directory where it lies below it."""
    with outside():
        relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative
