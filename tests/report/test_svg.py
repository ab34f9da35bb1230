from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from explorer.model.story import Story
from explorer.report.svg import inline_svg, svg
from tests.report import findings
from tests.report.html import stories

SPACE = "{http://www.w3.org/2000/svg}"


def read(text: str) -> Any:
    return ElementTree.fromstring(text)


def words(root: Any) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SPACE}text")]


@pytest.mark.parametrize(
    "story",
    [
        stories.lost_update,
        stories.philosophers,
        stories.bounded_queue,
        stories.long_story,
        stories.nasty_story,
        lambda: Story(findings.leaked_lock()),
        lambda: Story(findings.jittered()),
    ],
)
def test_every_story_has_a_picture_that_is_well_formed(story: Any) -> None:
    root = read(svg(story()))
    assert root.tag == f"{SPACE}svg"
    width, height = float(root.get("width")), float(root.get("height"))
    for each in root.iter(f"{SPACE}text"):
        assert 0 <= float(each.get("x")) < width
        assert 0 <= float(each.get("y")) < height


def test_the_picture_of_a_lost_update_says_what_was_lost() -> None:
    found = words(read(svg(stories.lost_update())))
    assert "Process-1" in found
    assert "write Value#1 ← 1" in found
    assert "✗ overwrites Process-2's 1" in found
    assert "preempted" in found


def test_the_same_story_gives_the_same_bytes() -> None:
    assert svg(stories.lost_update()) == svg(stories.lost_update.__wrapped__())


def test_locks_that_are_held_are_drawn_behind_their_lane() -> None:
    root = read(svg(stories.crossed_locks()))
    held = [each for each in root.iter(f"{SPACE}rect") if "held" in (each.get("class") or "")]
    assert len(held) == 2


def test_text_is_escaped() -> None:
    text = svg(stories.renamed(stories.lost_update(), "Process-1", "<script>&'\"\x1b"))
    assert "<script>" not in text
    assert "<script>&'\"\\x1b" in words(read(text))


def test_inside_a_page_it_brings_no_style_of_its_own() -> None:
    assert "<style>" in svg(stories.lost_update())
    assert "<style>" not in inline_svg(stories.lost_update())
