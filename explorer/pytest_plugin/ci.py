"""Failures where nobody watches: annotations in GitHub's format.

See "Workflow commands for GitHub Actions", "Setting an error message". A property's value may not
hold "," or ":", a message no line break; both are written as percent escapes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from explorer.pytest_plugin.record import Record


def wants_annotations(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the output is read by GitHub Actions."""
    return environment.get("GITHUB_ACTIONS") == "true"


def annotation(record: Record, finding: Mapping[str, Any], root: str = "") -> str:
    """The command that marks the line of a finding in the diff."""
    properties = []
    file, _, line = (finding["where"] or [""])[0].rpartition(":")
    if file:
        properties += [f"file={_property(root + file)}", f"line={line}"]
    title = finding["kind"].replace("-", " ")
    properties.append(f"title={_property(f'{title} in {record.name}')}")
    saved = finding["file"]
    replay = f"\nReplay it with: pytest {saved}" if saved else ""
    return f"::error {','.join(properties)}::{_message(finding['summary'] + replay)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
