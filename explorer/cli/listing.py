"""`race-explorer list`: the built-in scenarios, one line each."""

from __future__ import annotations

import argparse

from explorer.cli.status import NOTHING_FOUND
from explorer.scenarios import SCENARIOS


def run(options: argparse.Namespace) -> int:
    """Print name, what it can show, and description of every scenario."""
    width = max(len(scenario.name) for scenario in SCENARIOS)
    for scenario in SCENARIOS:
        kinds = ", ".join(scenario.fails) or "always right"
        print(f"{scenario.name:{width}}  {scenario.description} [{kinds}]")
    return NOTHING_FOUND
