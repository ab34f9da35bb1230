"""A real headless Chromium, driven by selenium; without one these tests are skipped, saying why.

`make browser` installs what is needed where it can.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from explorer.model.story import Story
from explorer.report.html.page import page

AXE = Path(__file__).resolve().parents[2] / ".browser/node_modules/axe-core/axe.min.js"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1280,900",
)


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The browser, started once for all tests."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    browser, helper = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or helper is None:
        pytest.skip("no chromium or no chromedriver here: `make browser` installs them if it can")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    folder = tmp_path_factory.mktemp("browser")
    for flag in (*FLAGS, f"--user-data-dir={folder}"):
        options.add_argument(flag)
    service = webdriver.ChromeService(executable_path=helper)
    made = webdriver.Chrome(options=options, service=service)
    made.get("about:blank")
    yield made
    made.quit()


class Page:
    """A page that is open, and what the tests ask of it."""

    def __init__(self, driver: Any, path: Path) -> None:
        self.driver = driver
        self.url = path.as_uri()
        for kind in ("browser", "performance"):
            driver.get_log(kind)  # what earlier pages left
        driver.get(self.url)

    def script(self, text: str, *arguments: Any) -> Any:
        return self.driver.execute_script(text, *arguments)

    def all(self, selector: str) -> list[Any]:
        found: list[Any] = self.driver.find_elements("css selector", selector)
        return found

    def one(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    @property
    def step(self) -> int:
        return int(self.one("#slider").get_attribute("value"))

    @property
    def said(self) -> str:
        return str(self.one("#say").text)

    def table(self, name: str) -> dict[str, str]:
        """A table of the state panel: row head -> what stands beside it."""
        pairs = self.script(
            "return [...document.querySelectorAll(`#${arguments[0]} tr`)]"
            ".map(row => [row.cells[0].textContent, [...row.cells[1].childNodes]"
            ".map(node => node.textContent).join('; ')])",
            name,
        )
        return {str(head): str(text) for head, text in pairs}

    def resize(self, width: int, height: int) -> None:
        """Pretend to a screen of this size: a window cannot be made as narrow as a phone."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
        )

    def prefer(self, scheme: str) -> None:
        """Say that the reader prefers "dark" or "light"."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


@pytest.fixture
def show(driver: Any, tmp_path: Path) -> Iterator[Callable[[Story | str], Page]]:
    """Opens the page of a story, or a page that is given as text."""

    def open_page(story: Story | str) -> Page:
        path = tmp_path / "page.html"
        text = story if isinstance(story, str) else page(story)
        path.write_text(text, encoding="utf-8")
        return Page(driver, path)

    yield open_page
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker's source."""
    if not AXE.is_file():
        pytest.skip("no axe-core here: `make browser` gets it from npm if it can")
    return AXE.read_text(encoding="utf-8")
