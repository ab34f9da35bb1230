"""What to type next: replay, confirm, a standalone script; each ready to be copied."""

from __future__ import annotations

import shlex
from pathlib import PurePath

from explorer.model.verdict import Finding
from explorer.report.html.text import esc
from explorer.report.wording import clean


def commands(finding: Finding) -> list[tuple[str, str]]:
    """(what it does, the command), for a finding that was saved."""
    if finding.file is None:
        return []
    file = clean(shlex.quote(finding.file))
    script = clean(shlex.quote(PurePath(finding.file).stem + ".py"))
    return [
        ("Replay it", f"race-explorer replay {file}"),
        ("See it happen on real processes", f"race-explorer confirm {file}"),
        ("Write a standalone script", f"race-explorer script {file} -o {script}"),
    ]


def command_html(label: str, command: str) -> str:
    """A command with a button that copies it."""
    return (
        f'<div class="command"><span>{esc(label)}</span><code>{esc(command)}</code>'
        f'<button type="button" class="copy" data-copy="{esc(command)}" '
        f'aria-label="Copy: {esc(command)}">Copy</button></div>'
    )
