"""Every bug of the catalogue is found, with the right kind; every fixed twin is verified."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from explorer.api import open_target
from explorer.hunting import Budget, Hunt
from explorer.verifying import Limits, Verification

PROGRAMS = Path(__file__).parents[1] / "programs" / "catalogue"
ENTRIES = json.loads((PROGRAMS / "catalogue.json").read_text())


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_the_buggy_program_is_found_with_its_kind_and_a_proof(entry: dict[str, Any]) -> None:
    hunt = Hunt(open_target(str(PROGRAMS / entry["buggy"])), Budget(examples=30))
    findings = {finding.kind.value: finding for finding in hunt.run().findings}
    assert entry["kind"] in findings
    assert findings[entry["kind"]].minimal == "proven"
    assert hunt.first_finding is not None
    assert hunt.first_finding <= 2_000


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_nothing_is_wrong_with_the_fixed_twin(entry: dict[str, Any]) -> None:
    target = open_target(str(PROGRAMS / entry["fixed"]))
    assert Hunt(target, Budget(examples=5)).run().findings == ()
    verdict = Verification(target, Limits(executions=2_000)).run()
    assert (verdict.verdict, verdict.coverage.exhaustive) == ("passed", True)
