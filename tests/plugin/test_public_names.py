"""The public face: which names there are, and that they cost nothing until they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import explorer
from explorer.findings import CLASSES, Race
from explorer.model.verdict import Kind


def test_the_public_names_are_these() -> None:
    assert explorer.__all__ == [
        "AssertionFailed",
        "Deadlock",
        "Leak",
        "Livelock",
        "LostUpdate",
        "Race",
        "Starvation",
        "UncaughtError",
        "cases",
        "check",
        "races",
    ]
    assert set(explorer.__all__) <= set(dir(explorer))
    assert all(getattr(explorer, name) is not None for name in explorer.__all__)


def test_any_other_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="module 'explorer' has no attribute 'Race2'"):
        _ = explorer.Race2


def test_importing_the_package_imports_nothing_of_the_engine() -> None:
    code = "import explorer, sys; print(*(n for n in sys.modules if n.startswith('explorer.')))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["explorer.native"]


def test_every_kind_of_finding_has_a_class_of_its_own() -> None:
    assert set(CLASSES) == set(Kind)
    assert len(set(CLASSES.values())) == len(Kind)
    assert all(issubclass(each, Race) and each.kind is kind for kind, each in CLASSES.items())


def test_every_class_is_public() -> None:
    assert {each.__name__ for each in CLASSES.values()} <= set(explorer.__all__)
