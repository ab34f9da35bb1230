"""Every example in README and docs/ is run, and prints what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explorer.cli import main
from tests.docs.session import PAGES, PICTURE, Session, picture, says
from tests.plugin.walk import ROOT

README = (ROOT / "README.md").read_text()
_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#([\w-]+))?\)")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_happens(page: str, tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.page((ROOT / page).read_text())
    assert not session.differences, "\n\n".join(session.differences)


def test_how_far_a_slow_search_is_does_not_count() -> None:
    assert says("a\nb\n", "bank.py: 68%, 1,413 executions, 282/s, 7 distinct traces\na\nb\n")
    assert not says("a\n", "bank.py: lost update\na\n")


def test_the_picture_is_the_one_of_the_readme() -> None:
    assert PICTURE.read_text() == picture()


def test_an_ellipsis_stands_for_lines_and_for_nothing_else() -> None:
    assert says("a\n…\nd\n", "a\nb\nc\nd\n")
    assert says("a\n…\n", "a\n")
    assert not says("a\n…\nd\n", "a\nb\nc\n")
    assert not says("a\nd\n", "a\nb\nd\n")
    assert says("in 0.2 s\n", "in 1.4 s\n")


@pytest.mark.parametrize("page", [*PAGES, "docs/pytest.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    path = ROOT / page
    for target, _ in _LINK.findall(path.read_text()):
        if not target.startswith(("http:", "https:")):
            assert (path.parent / target).exists(), target


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    named = {target for target, _ in _LINK.findall(index)}
    assert {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"} <= named


def test_the_commands_of_the_readme_are_the_commands_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = re.search(r"^commands:\n(.*?)\n\n", capsys.readouterr().out, re.DOTALL | re.MULTILINE)
    assert listed is not None
    real = re.findall(r"^    (\w+) ", listed[1], re.MULTILINE)
    assert re.findall(r"^\| `race-explorer (\w+)", README, re.MULTILINE) == real
