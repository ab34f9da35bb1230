"""What a person does with a page, done in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explorer.cli.pages import story_of
from explorer.model.story import Story
from explorer.model.verdict import Kind
from explorer.replaying import replay
from explorer.report.casefile import load
from explorer.report.html.survey import survey_page
from explorer.report.index import Entry, index_page
from explorer.report.wording import clean
from tests.report.html import stories
from tests.report.html.test_survey import SURVEY

LEFT, RIGHT, HOME, END, SPACE = "\ue012", "\ue014", "\ue011", "\ue010", " "

STORIES: list[Callable[[], Story]] = [
    stories.lost_update,
    stories.crossed_locks,
    stories.philosophers,
    stories.bounded_queue,
    stories.long_story,
    stories.nasty_story,
]

Show = Callable[[Any], Any]


def index() -> str:
    entries = [
        Entry(f"reports/{make.__name__}.json", make.__name__, make()) for make in STORIES[:3]
    ]
    return index_page([*entries, Entry("bad.json", "bad", error="bad.json: not JSON")])


@pytest.mark.parametrize("story", STORIES)
def test_every_step_can_be_reached_with_the_arrow_keys(
    show: Show, story: Callable[[], Story]
) -> None:
    page = show(story())
    last = len(story().finding.trace.events)
    page.press(HOME)
    assert page.step == 0
    seen = []
    for _ in range(min(last, 25)):
        page.press(RIGHT)
        seen.append(page.step)
    assert seen == list(range(1, min(last, 25) + 1))
    page.press(END)
    assert page.step == last
    page.press(RIGHT, LEFT)
    assert page.step == last - 1


def test_the_state_of_shared_objects_follows_the_steps(show: Show) -> None:
    page = show(stories.lost_update())
    held = {}
    page.press(HOME)
    for step in range(12):
        held[step] = page.table("objects")["Value#1"]
        page.press(RIGHT)
    assert [held[step] for step in range(12)] == ["0"] * 5 + ["1"] * 7


def test_locks_show_their_holder_and_who_waits(show: Show) -> None:
    page = show(stories.crossed_locks())
    page.press(HOME, RIGHT, RIGHT)
    assert page.table("objects") == {"Lock#1": "free", "Lock#2": "free"}
    page.press(RIGHT)
    assert page.table("objects") == {"Lock#1": "held by Process-1", "Lock#2": "free"}
    page.press(RIGHT)
    assert page.table("objects") == {
        "Lock#1": "held by Process-1; waited for by Process-2",
        "Lock#2": "held by Process-2; waited for by Process-1",
    }


def test_what_each_process_does_follows_the_steps(show: Show) -> None:
    page = show(stories.crossed_locks())
    page.press(HOME)
    assert page.table("processes")["Process-1"] == "not started"
    page.press(RIGHT, RIGHT)
    assert page.table("processes")["Process-1"] == "about to acquire Lock#1"
    page.press(END)
    assert page.table("processes")["Process-1"] == (
        "waits for ever: acquire Lock#2: held by Process-2"
    )


def test_the_slider_steps_as_the_keys_do(show: Show) -> None:
    page = show(stories.lost_update())
    slider = page.one("#slider")
    page.script("arguments[0].value = 5; arguments[0].dispatchEvent(new Event('input'))", slider)
    assert "Step 5: Process-2: write Value#1 ← 1" in page.said
    assert page.table("objects")["Value#1"] == "1"
    slider.send_keys(LEFT)
    assert page.step == 4
    assert "Process-2: read Value#1" in slider.get_attribute("aria-valuetext")


def test_the_slider_can_be_dragged(show: Show) -> None:
    actions = pytest.importorskip("selenium.webdriver").ActionChains
    page = show(stories.lost_update())
    slider = page.one("#slider")
    half = slider.size["width"] // 2
    actions(page.driver).move_to_element_with_offset(slider, -half + 2, 0).click().perform()
    assert page.step == 0
    actions(page.driver).move_to_element_with_offset(slider, half - 2, 0).click().perform()
    assert page.step == 11


def test_an_event_that_is_clicked_is_the_step_looked_at(show: Show) -> None:
    page = show(stories.lost_update())
    page.one('li[data-step="4"] .card').click()
    assert page.step == 4
    assert page.one("[aria-current=step]").text.startswith("Process-2\nread Value#1")
    here = page.script("return document.querySelector('#source .here').textContent")
    assert "seen = counter.value" in here


def test_space_plays_to_the_end(show: Show) -> None:
    page = show(stories.crossed_locks())
    page.press(HOME, SPACE)
    wait = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait
    wait(page.driver, 20).until(lambda _: page.step == 4)
    wait(page.driver, 20).until(lambda _: page.one("#play").text == "Play")


def test_a_page_can_be_opened_at_a_step(show: Show) -> None:
    page = show(stories.lost_update())
    page.press(HOME, RIGHT, RIGHT, RIGHT)
    page.driver.refresh()
    assert page.step == 3


def test_the_buried_write_has_an_arrow_of_its_own(show: Show) -> None:
    page = show(stories.lost_update())
    assert len(page.all(".arrows .buried")) == 1
    assert len(page.all(".arrows .stale")) == 1
    assert page.all(".arrows .before")


def test_commands_are_copied(show: Show) -> None:
    page = show(stories.lost_update())
    page.script("navigator.clipboard.writeText = text => { window.copied = text }")
    page.one('[aria-label^="Copy: race-explorer replay"]').click()
    assert page.script("return window.copied") == (
        "race-explorer replay reports/counter-lost-update.json"
    )


def asked(page: Any) -> set[str]:
    """All that was asked for, from anywhere, but by the browser itself for its first tab."""
    urls = [
        str(message["params"]["request"]["url"])
        for entry in page.driver.get_log("performance")
        if (message := json.loads(entry["message"])["message"])["method"]
        == "Network.requestWillBeSent"
    ]
    return {url.split("#")[0] for url in urls if not url.startswith(("data:", "chrome:"))}


@pytest.mark.parametrize("story", STORIES)
def test_no_request_leaves_the_file_and_nothing_is_wrong_on_the_console(
    show: Show, story: Callable[[], Story]
) -> None:
    page = show(story())
    page.press(HOME, RIGHT, END)
    assert [entry for entry in page.driver.get_log("browser") if entry["level"] != "INFO"] == []
    assert asked(page) == {page.url}


def test_text_of_the_program_never_becomes_a_script_or_an_element(show: Show) -> None:
    page = show(stories.nasty_story())
    assert page.script("return window.pwned") is None
    assert page.all("img") == []
    assert "<script>window.pwned = 1</script>" in page.one(".facts").text


def test_a_process_may_be_called_script(show: Show) -> None:
    page = show(stories.renamed(stories.lost_update(), "Process-1", "<script>window.pwned=1"))
    page.press(HOME, RIGHT, RIGHT, RIGHT)
    assert page.script("return window.pwned") is None
    assert "<script>window.pwned=1" in page.said
    assert "<script>window.pwned=1" in page.table("processes")


def test_a_long_trace_is_there_as_a_whole(show: Show) -> None:
    """How fast it opens is measured by `benchmarks/pages.py`."""
    page = show(stories.long_story())
    assert len(page.all("li[data-step]")) == 311
    assert len(page.all("#strip path")) == 311


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("story", STORIES)
def test_nothing_is_wider_than_the_screen(
    show: Show, story: Callable[[], Story], width: int
) -> None:
    page = show(story())
    page.resize(width, 844)
    page.driver.refresh()
    inside = page.script("return document.scrollingElement.scrollWidth <= innerWidth")
    assert inside, page.script("return document.scrollingElement.scrollWidth")


def test_colours_follow_the_reader_until_they_are_chosen(show: Show) -> None:
    page = show(stories.lost_update())
    paper = "return getComputedStyle(document.body).backgroundColor"
    page.prefer("light")
    light = page.script(paper)
    page.prefer("dark")
    dark = page.script(paper)
    assert light != dark
    page.one("#theme").click()
    assert page.script(paper) == light


def test_without_script_the_picture_is_still_there(driver: Any, show: Show) -> None:
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page = show(stories.lost_update())
        assert len(page.all("li[data-step] .dot")) == 11
        assert page.one("li.bad .card").is_displayed()
        assert not page.one(".controls").is_displayed()
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_the_index_links_to_every_page(show: Show) -> None:
    page = show(index())
    links = [link.get_attribute("href").rpartition("/")[2] for link in page.all("h2 a")]
    assert links == ["lost_update.html", "crossed_locks.html", "philosophers.html"]
    assert "bad.json: not JSON" in page.one("main").text


def test_the_index_can_be_narrowed_by_kind_and_by_words(show: Show) -> None:
    page = show(index())

    def shown() -> int:
        return sum(card.is_displayed() for card in page.all(".case"))

    assert shown() == 4
    page.one('[data-kind="deadlock"] b').click()
    assert shown() == 2
    assert page.one("output").text == "2 shown"
    page.one("[type=search]").send_keys("lock#5 philo")
    assert shown() == 1
    page.one('button[data-kind="deadlock"]').click()
    assert shown() == 1
    assert [entry for entry in page.driver.get_log("browser") if entry["level"] != "INFO"] == []
    assert asked(page) == {page.url}


SERIOUS = {"serious", "critical"}


def violations(page: Any, axe: str) -> list[str]:
    page.script(axe)
    found = page.driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document).then(result => done(result.violations))"
    )
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary']}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light"), (1280, "dark")])
@pytest.mark.parametrize("story", STORIES[:4])
def test_the_checker_finds_no_serious_obstacle(
    show: Show, axe: str, story: Callable[[], Story], width: int, scheme: str
) -> None:
    page = show(story())
    page.prefer(scheme)
    page.resize(width, 844)
    page.driver.refresh()
    page.press(HOME, RIGHT, RIGHT, RIGHT)  # most has not happened yet
    assert violations(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_checker_finds_no_serious_obstacle_in_index_and_hunt(
    show: Show, axe: str, scheme: str
) -> None:
    for text in (index(), survey_page([SURVEY])):
        page = show(text)
        page.prefer(scheme)
        assert violations(page, axe) == []
        assert page.script("return document.scrollingElement.scrollWidth <= innerWidth")


def gallery() -> list[Path]:
    """The committed cases."""
    return sorted((Path(__file__).resolve().parents[2] / "reports").glob("*.json"))


@pytest.mark.parametrize("file", gallery(), ids=lambda path: path.stem)
def test_every_case_of_the_gallery_can_be_stepped_through(
    show: Show, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parents[1])
    replayed = replay(load(str(file)), str(file))
    story = story_of(replayed, str(file))
    last = len(story.finding.trace.events)
    page = show(story)
    if story.finding.kind in (Kind.LOST_UPDATE, Kind.EXCEPTION):
        assert page.one("li.bad [aria-current=step]").is_displayed()  # it opens where it fails
    page.press(END)
    ends = page.table("objects")
    latest = {one.object: one for one in sorted(story.sights, key=lambda one: one.step)}
    assert set(ends) == set(latest)
    for name, sight in latest.items():
        for _, text in sight.parts:
            assert clean(text)[:40] in ends[name]
    page.press(HOME)
    slider = page.one("#slider")
    for step in range(1, min(last, 8) + 1):
        slider.send_keys(RIGHT)
        assert page.step == step
        event = story.finding.trace.events[step - 1]
        assert page.said.startswith(f"Step {step}: {event.actor}: ")
    assert [entry for entry in page.driver.get_log("browser") if entry["level"] != "INFO"] == []
    assert asked(page) == {page.url}
