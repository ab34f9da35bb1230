from __future__ import annotations

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from explorer.model.story import Story
from explorer.report.html.page import page
from explorer.report.index import Entry, index_page
from explorer.report.markdown import markdown
from explorer.report.svg import svg
from tests.report import findings
from tests.report.html import stories
from tests.worlds.test_replays import VERSIONS, python

ROOT = Path(__file__).resolve().parents[3]
ALL = [
    stories.lost_update,
    stories.crossed_locks,
    stories.philosophers,
    stories.bounded_queue,
    stories.nasty_story,
]
BY_HAND = [
    findings.lost_update,
    findings.jittered,
    findings.noticed,
    findings.crossed_locks,
    findings.self_deadlock,
    findings.starved_queue,
    findings.leaked_lock,
    findings.lone_assertion,
    findings.livelock,
]


class Reader(HTMLParser):
    """Collects elements, and complains about what is not closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "input", "br", "img"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["script"], ["style"]):
            self.text.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def data(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html)
    assert found is not None
    result: dict[str, Any] = json.loads(found[1])
    return result


@pytest.mark.parametrize("story", ALL)
def test_every_element_is_closed_in_order(story: Any) -> None:
    read(page(story()))


@pytest.mark.parametrize("finding", BY_HAND)
def test_a_finding_without_a_watched_run_has_a_page_too(finding: Any) -> None:
    reader = read(page(Story(finding())))
    assert any(tag == "h1" for tag, _ in reader.seen)


@pytest.mark.parametrize("story", ALL)
def test_the_same_story_gives_the_same_bytes(story: Any) -> None:
    assert page(story()) == page(story.__wrapped__())


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_of_python_gives_the_same_bytes_with_any_hashes(version: str) -> None:
    code = (
        "import sys; from explorer.report.html.page import page\n"
        "from explorer.report.svg import svg; from explorer.report.markdown import markdown\n"
        "from tests.report.html import stories as all\n"
        "for make in (all.lost_update, all.philosophers, all.bounded_queue, all.nasty_story):\n"
        "    for form in (page, svg, markdown):\n"
        "        sys.stdout.buffer.write(form(make()).encode())"
    )
    told = subprocess.run(
        [str(python(version)), "-c", code],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "random", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout
    made = (stories.lost_update, stories.philosophers, stories.bounded_queue, stories.nasty_story)
    here = "".join(form(make()) for make in made for form in (page, svg, markdown))
    assert told == here.encode()


@pytest.mark.parametrize("story", ALL)
def test_nothing_is_loaded_from_anywhere(story: Any) -> None:
    html = page(story())
    loading = [
        value
        for _, attributes in read(html).seen
        for name, value in attributes.items()
        if name in {"src", "href", "action", "srcset", "poster"}
    ]
    assert set(loading) <= {"data:,"}
    style = "".join(re.findall(r"<style>(.*?)</style>", html, re.S))
    assert "url(" not in style
    assert "@import" not in style


def test_300_events_of_10_processes_take_less_than_500_kilobytes() -> None:
    story = stories.long_story()
    assert len(story.finding.trace.events) >= 300
    assert len({event.process for event in story.finding.trace.events}) == 11
    assert len(page(story).encode()) < 500_000


def test_text_of_the_program_is_escaped_everywhere() -> None:
    html = page(stories.nasty_story())
    reader = read(html)
    tags = {tag for tag, _ in reader.seen}
    assert "img" not in tags
    assert sum(tag == "script" for tag, _ in reader.seen) == 2
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert "<script>window.pwned = 1</script>" in "".join(reader.text)


def test_names_are_escaped_everywhere() -> None:
    for name in ("<script>", "\"'&<b>", "</script>", "\x00\x1b[2J"):
        story = stories.renamed(stories.crossed_locks(), "Process-1", name)
        story = stories.renamed(story, "Lock#1", f"{name}#lock")
        reader = read(page(story))
        assert {tag for tag, _ in reader.seen} == {
            tag for tag, _ in read(page(stories.crossed_locks())).seen
        }


def test_a_process_called_script_is_escaped_in_every_form() -> None:
    name = "<script>alert(1)</script>"
    for make in (stories.lost_update, stories.crossed_locks):
        story = stories.renamed(make(), "Process-1", name)
        for html in (page(story), index_page([Entry("a.json", "a", story)]), svg(story)):
            assert "<script>alert" not in html
            assert "script&gt;" in html
        outside = re.sub(r"^```.*?^```", "", markdown(story), flags=re.M | re.S)
        assert "<" not in re.sub(r"\\<", "", outside)


def test_states_are_told_as_changes_at_steps() -> None:
    found = data(page(stories.lost_update()))
    assert found["objects"] == [
        [0, 0, [["", "0"]]],
        [0, 1, [["", "free"]]],
        [5, 0, [["", "1"]]],
    ]
    assert found["start"] == 7


def test_queues_show_their_slots_buffers_and_pipe() -> None:
    found = data(page(stories.bounded_queue()))
    parts = {tuple(part) for _, _, parts in found["objects"] for part in parts}
    assert {("slots taken", "2 of 2"), ("buffer of Process-1", "1"), ("pipe", "1, 3")} <= parts


def test_what_processes_do_is_told_as_changes_at_steps() -> None:
    found = data(page(stories.crossed_locks()))
    lane = 1  # Process-1
    assert [[step, state] for step, who, state, _ in found["processes"] if who == lane] == [
        [0, "absent"],
        [1, "ready"],  # about to acquire Lock#1
        [3, "ready"],  # about to acquire Lock#2
        [4, "stuck"],
    ]


def test_the_burying_write_is_joined_to_the_lost_one_and_to_the_stale_read() -> None:
    arrows = data(page(stories.lost_update()))["arrows"]
    assert [arrow for arrow in arrows if arrow[2] in ("stale", "buried")] == [
        [3, 7, "stale"],
        [5, 7, "buried"],
    ]


def test_one_decision_makes_the_difference() -> None:
    text = "".join(read(page(stories.lost_update())).text)
    assert (
        "Step 4 decides: Process-2 goes, and it fails; if Process-1 goes there instead "
        "(write Value#1 ← 1), it passes." in text
    )


def test_commands_name_the_case_file() -> None:
    text = "".join(read(page(stories.lost_update())).text)
    for command in (
        "race-explorer replay reports/counter-lost-update.json",
        "race-explorer confirm reports/counter-lost-update.json",
        "race-explorer script reports/counter-lost-update.json -o counter-lost-update.py",
    ):
        assert command in text


def test_jitter_is_marked() -> None:
    html = page(Story(findings.jittered()))
    assert '<li class="jitter' in html
    assert "sleeps 1 tick" in html


def test_what_only_follows_is_told_more_quietly_than_the_ring() -> None:
    html = page(stories.crossed_locks())
    stuck = re.findall(r'<li class="(stuck[^"]*)".*?</li>', html)
    assert ["small" in kind for kind in stuck].count(True) == 1  # the main process, which joins
    assert re.findall(r"<li><b>([^<]*)</b>", html) == [
        "Process-1",
        "Process-2",
        "MainProcess",
    ]


def test_the_legend_has_the_signs_of_the_picture_only() -> None:
    def legend(story: Story) -> set[str]:
        return set(re.findall(r'class="sign"><i class="(\w+)"', page(story)))

    assert legend(stories.lost_update()) == {"wait", "before", "stale", "buried"}
    assert legend(stories.crossed_locks()) == {"wait", "hold", "before"}
    assert "nap" in legend(Story(findings.jittered()))


def test_the_first_failing_run_stands_beside_the_smallest() -> None:
    small, big = findings.lost_update(), findings.noticed()
    text = "".join(read(page(Story(small, first=big))).text)
    assert "From the first failing run to the smallest" in text
    assert "From the first" not in "".join(read(page(Story(small, first=small))).text)


def test_a_guard_says_what_it_guards_against() -> None:
    html = page(Story(findings.lost_update(), guards=True))
    assert "guards against lost update" in html
