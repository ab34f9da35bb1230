"""Running small scripts under the default schedule."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.engine.chooser import KeepRunning
from explorer.frontend.loader import load
from explorer.model.case import Case
from explorer.worlds.execute import execute
from explorer.worlds.virtual import VirtualWorld


@pytest.fixture
def run_script(tmp_path: Path) -> Callable[..., VirtualWorld]:
    """Runs the source of a script once."""

    def run(source: str, chooser: object = None, **case: object) -> VirtualWorld:
        script = tmp_path / "script.py"
        script.write_text(textwrap.dedent(source))
        made = Case("script", **case)  # type: ignore[arg-type]
        return execute(load(str(script)), made, chooser or KeepRunning())  # type: ignore[arg-type]

    return run
