"""Programs that change their memory in children print the same on real processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from explorer.engine.chooser import KeepRunning
from explorer.errors import NotSupported
from explorer.frontend.install import installed
from explorer.frontend.loader import load
from explorer.model.case import Case
from explorer.worlds.execute import execute

FOLDER = Path(__file__).parents[1] / "programs" / "isolation"
SCRIPTS = sorted(path.name for path in FOLDER.glob("[a-z]*.py"))
#: What no Python can copy is refused, not faked.
REFUSED = {"generator.py": "cannot copy a generator"}


def virtual(script: str) -> list[str]:
    """What two runs in a row print."""
    program = load(str(FOLDER / script))
    with installed():
        worlds = [execute(program, Case(script), KeepRunning()) for _ in range(2)]
    assert [world.runtime.errors for world in worlds] == [[], []]
    return ["".join(world.runtime.output) for world in worlds]


@pytest.mark.real
@pytest.mark.parametrize("script", [name for name in SCRIPTS if name not in REFUSED])
def test_a_program_prints_what_it_prints_on_real_processes(script: str) -> None:
    command = [sys.executable, "-I", str(FOLDER / script)]
    if script in ("module_global.py",):  # it imports a neighbour
        command.remove("-I")
    real = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert virtual(script) == [real.stdout, real.stdout]


@pytest.mark.parametrize(("script", "why"), REFUSED.items(), ids=REFUSED.keys())
def test_what_cannot_be_copied_is_refused(script: str, why: str) -> None:
    with pytest.raises(NotSupported, match=why):
        virtual(script)


def test_there_are_programs() -> None:
    assert len(SCRIPTS) > 25
