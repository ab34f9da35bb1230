"""Compiles the engine with mypyc: for a wheel, and for the environment that runs this file.

Without a C compiler nothing is compiled, which is said, and the package works as Python.
`RACE_EXPLORER_PURE=1` has nothing compiled. See `explorer.native` for what is compiled, and for why
a compiled form can never be older than its sources.

    python hatch_build.py
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from importlib.util import module_from_spec, spec_from_file_location
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent


def native() -> ModuleType:
    """`explorer.native`, alone: what it depends on need not be installed yet."""
    spec = spec_from_file_location("native", ROOT / "explorer" / "native.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compile_engine() -> Path | None:
    """Compile what is not compiled yet; the folder of the compiled engine, None without one."""
    what = native()
    if os.environ.get(what.PURE):
        return None
    folder: Path = what.folder()
    if folder.is_dir():
        return folder
    print("race-explorer: compiling the engine, half a minute", file=sys.stderr, flush=True)
    said = StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said), tempfile.TemporaryDirectory() as place:
            _install(_build(what, Path(place)), folder)
    except (Exception, SystemExit) as failure:  # mypyc exits where it cannot go on
        print(
            f"{said.getvalue()}race-explorer: the engine was not compiled: {failure}\n"
            "It works as Python, at about half the speed. To compile it takes a C compiler and "
            "Python's headers.",
            file=sys.stderr,
        )
        return None
    return folder


def _build(what: ModuleType, place: Path) -> Path:
    """Compile the Python modules; the folder of the result, below `place`."""
    from mypyc.build import mypycify
    from setuptools import Extension

    probe = place / "probe.c"
    probe.write_text("#include <Python.h>\n", "ascii")
    _compile([Extension("probe", [str(probe)])], place / "probe")  # sooner than mypyc would see it
    with chdir(ROOT):
        extensions = mypycify(
            [
                "--config-file=",
                "--ignore-missing-imports",
                *(str(path.relative_to(ROOT)) for path in what.sources()),
            ],
            target_dir=str(place / "c"),
            group_name=what.GROUP,
            opt_level="2",
            debug_level="0",
        )
        return _compile(extensions, place)


def _compile(extensions: list[Any], place: Path) -> Path:
    """Compile C; the folder of the result, below `place`."""
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    command = build_ext(Distribution({"name": "race-explorer", "ext_modules": extensions}))
    command.build_lib = str(place / "lib")
    command.build_temp = str(place / "objects")
    command.parallel = os.cpu_count()
    command.ensure_finalized()
    command.run()
    return place / "lib"


def _install(built: Path, folder: Path) -> None:
    """Put the compiled modules into `folder`, which is there as a whole or not at all."""
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        whole = Path(place) / folder.name
        whole.mkdir()
        for file in built.rglob("*.so"):
            package = file.parent.relative_to(built).parts
            shutil.copy2(file, whole / ".".join((*package, file.name)))
        with suppress(OSError):  # somebody else was sooner
            whole.rename(folder)
    version = folder.name.rpartition("-")[0]
    for other in folder.parent.glob(f"{version}-*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


class NativeHook(BuildHookInterface[Any]):
    """Puts the compiled engine into the wheel, which is then one for this version and system."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What compiling takes."""
        return [] if os.environ.get(native().PURE) else ["mypy[mypyc]~=2.4.0", "types-greenlet"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the wheel is made; `version` is "editable" where nothing is copied."""
        folder = compile_engine()
        if folder is not None and version != "editable":
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
            build_data["artifacts"].append(f"/{folder.relative_to(ROOT)}/*")


if __name__ == "__main__":
    compile_engine()
