"""The compiled engine and the one that runs as Python: the same traces, and never the wrong one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from explorer import native
from explorer.engine import loop

ROOT = Path(__file__).parents[2]
TARGETS = (
    "counter-value",
    "queue-sentinel",
    "philosophers",
    "tests/programs/producer_consumer.py",
    "tests/programs/daemon_cut_off.py",
)
#: Prints the file that the engine's loop is loaded from.
WHERE = "import explorer.engine.loop as loop; print(loop.__file__)"


def run(*words: str, root: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: text for name, text in os.environ.items() if name != native.PURE}
    return subprocess.run(
        [sys.executable, *words],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
        env={**inherited, "PYTHONPATH": str(root), **environment},
    )


@pytest.fixture
def compiled() -> None:
    """Skips where the engine could not be compiled."""
    if not native.folder().is_dir():
        pytest.skip("no compiled engine here: `make native` says why")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project that may be changed, compiled engine and all."""
    for name in ("explorer", "strategies"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "tmp*")
        )
    shutil.copy(ROOT / "hatch_build.py", tmp_path)
    return tmp_path


@pytest.mark.usefixtures("compiled")
def test_both_give_the_same_traces_byte_for_byte() -> None:
    script = "tests/helpers/print_traces.py"
    assert run(script, *TARGETS).stdout == run(script, *TARGETS, RACE_EXPLORER_PURE="1").stdout


@pytest.mark.slow
def test_both_say_the_same_of_odd_arguments() -> None:
    script = "tests/helpers/print_odd_runs.py"
    compiled = run(script).stdout
    assert compiled == run(script, RACE_EXPLORER_PURE="1").stdout
    assert "a defect" not in compiled


@pytest.mark.usefixtures("compiled")
def test_the_compiled_one_is_loaded_where_there_is_one(copy: Path) -> None:
    assert run("-c", WHERE, root=copy).stdout.strip().endswith(".so")


@pytest.mark.usefixtures("compiled")
def test_pytest_does_not_have_the_other_one_loaded() -> None:
    suffix = ".py" if os.environ.get(native.PURE) else ".so"
    assert str(loop.__file__).endswith(suffix)
    assert native.form() == ("as Python" if os.environ.get(native.PURE) else "compiled")


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("source", native.sources(), ids=native.module_name)
def test_one_of_other_sources_is_not_loaded(copy: Path, source: Path) -> None:
    with (copy / source.relative_to(ROOT)).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert run("-c", WHERE, root=copy).stdout.strip() == str(copy / "explorer/engine/loop.py")


def test_a_variable_has_everything_run_as_python() -> None:
    found = run("-c", WHERE, RACE_EXPLORER_PURE="1").stdout.strip()
    assert found == str(ROOT / "explorer/engine/loop.py")


def test_without_a_compiler_it_says_so_and_runs_as_python(copy: Path) -> None:
    shutil.rmtree(copy / "explorer" / "_native", ignore_errors=True)
    said = run("hatch_build.py", root=copy, CC="no-such-compiler").stderr
    assert "the engine was not compiled" in said
    assert "no-such-compiler" in said
    assert "C compiler" in said
    assert not list(copy.glob("explorer/_native/*"))
    assert run("-c", WHERE, root=copy).stdout.strip() == str(copy / "explorer/engine/loop.py")


def test_the_bugs_of_a_program_are_not_placed_into_the_engine() -> None:
    """Tracebacks name compiled modules by relative paths, which must count as ours too."""
    from explorer.frontend.place import is_user_file

    for source in native.sources():
        assert not is_user_file(str(source))
        assert not is_user_file(source.relative_to(ROOT).as_posix())
    assert is_user_file("engine/loop.py")
