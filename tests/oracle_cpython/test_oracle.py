"""CPython's own tests of multiprocessing, run against the virtual one.

The driver that plugs a module into them lies outside of the project; without it this is skipped.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACES = [folder / "shared" / "tools" / "cpython_oracle.py" for folder in ROOT.parents]
DRIVER = next((place for place in PLACES if place.exists()), PLACES[0])
#: Tests that pass; the real module passes 173. See docs/limits.md for the one that does not.
PASSED = 172
FAILING = {"_TestConnection.test_connection"}


@pytest.mark.skipif(not DRIVER.exists(), reason=f"the driver is not there: {DRIVER}")
@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="counted on Python 3.11")
def test_as_many_of_cpythons_tests_pass_as_ever(tmp_path: Path) -> None:
    report = tmp_path / "oracle.json"
    command = [sys.executable, str(DRIVER), "--module", "explorer.oracle", "--type", "processes"]
    subprocess.run(
        [*command, "--json", str(report)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=600,
        check=False,
    )
    results = json.loads(report.read_text())["results"]
    passed = [result for result in results if result["status"] == "pass"]
    failed = {
        f"{result['cls']}.{result['test']}"
        for result in results
        if result["status"] in ("fail", "timeout")
    }
    assert failed == FAILING
    assert len(passed) >= PASSED
