"""Pages: how big they are, how fast Chromium opens them, and what they look like.

python benchmarks/pages.py [-o DIR]      with -o also a screenshot of each, light and dark,
                                         as wide as a desktop's and a phone's
"""

from __future__ import annotations

import argparse
import base64
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from explorer.report.html.page import page  # noqa: E402
from tests.browser.conftest import FLAGS, Page  # noqa: E402
from tests.report.html import stories  # noqa: E402

STORIES = ("lost_update", "crossed_locks", "philosophers", "bounded_queue", "long_story")
SIZES = ((1280, 900), (390, 844))
TIMES = 7
TALLEST = 4_000  # pixels of a screenshot


@contextmanager
def chromium(profile: str) -> Iterator[Any]:
    """A headless Chromium."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    try:
        yield driver
    finally:
        driver.quit()


def opened(shown: Page) -> list[float]:
    """Milliseconds until the page has loaded and been drawn, several times."""
    taken = []
    for _ in range(TIMES):
        shown.driver.refresh()
        navigation = "performance.getEntriesByType('navigation')[0].loadEventEnd"
        taken.append(float(shown.script(f"return {navigation}")))
    return taken


def shoot(shown: Page, scheme: str, width: int, height: int) -> bytes:
    """The whole page as a picture."""
    shown.resize(width, height)
    shown.prefer(scheme)
    shown.driver.refresh()
    tall = shown.script("return document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": min(tall, TALLEST), "scale": 1}
    command = {"captureBeyondViewport": True, "clip": clip}
    made = shown.driver.execute_cdp_cmd("Page.captureScreenshot", command)
    return base64.b64decode(made["data"])


def main() -> None:
    """Measure each page, and take its pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", dest="folder", type=Path, help="where screenshots go")
    folder = parser.parse_args().folder
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    print(f"{'page':16}{'events':>8}{'kB':>8}{'ms, min':>10}{'median':>8}")
    with tempfile.TemporaryDirectory() as temporary, chromium(f"{temporary}/profile") as driver:
        for name in STORIES:
            story = getattr(stories, name)()
            path = Path(temporary) / f"{name}.html"
            path.write_text(page(story), encoding="utf-8")
            shown = Page(driver, path)
            taken = opened(shown)
            size, events = path.stat().st_size / 1000, len(story.finding.trace.events)
            print(f"{name:16}{events:8}{size:8.1f}{min(taken):10.0f}{median(taken):8.0f}")
            for width, height in SIZES if folder is not None else ():
                for scheme in ("light", "dark"):
                    picture = shoot(shown, scheme, width, height)
                    (folder / f"{name}-{width}-{scheme}.png").write_bytes(picture)


if __name__ == "__main__":
    main()
