"""Cases as pages, pictures and texts: what `replay`, `report` and `hunt` write into files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from explorer.api import Target
from explorer.errors import ExplorerError, UsageError
from explorer.explaining import explain
from explorer.model.saved import SavedCase
from explorer.model.story import Story
from explorer.model.verdict import Complexity, Finding, Symptom
from explorer.replaying import Replayed
from explorer.report.html.page import page
from explorer.report.markdown import markdown
from explorer.report.svg import svg
from explorer.report.terminal import plain_text

#: What a story can be written as, by the ending of the file.
FORMS: Final[dict[str, Callable[[Story], str]]] = {
    ".html": page,
    ".svg": svg,
    ".md": markdown,
    ".txt": lambda story: plain_text(story.finding),
}


def story_of(replayed: Replayed, file: str) -> Story:
    """The story of a replayed case: of what it still shows, or of what it guards against."""
    program = replayed.target.program
    if replayed.finding is not None:
        return explain(program, replace(replayed.finding, file=file))
    return explain(program, _passing(replayed, file), guards=True)


def _passing(replayed: Replayed, file: str) -> Finding:
    """What a case that shows nothing any more was about, with the run that passes."""
    saved: SavedCase = replayed.saved
    shows = saved.shows
    size = Complexity(
        saved.processes,
        shows.operations,
        shows.preemptions,
        shows.delays,
        len(replayed.trace.events),
    )
    return Finding(
        Symptom(shows.kind, shows.summary),
        replace(saved.case, target=replayed.target.name),
        replayed.trace,
        size,
        shows.minimal,
        file,
    )


def write_beside(finding: Finding, target: Target, first: Finding | None = None) -> Path | None:
    """Write the page of a saved finding beside its case file; None if it could not be told.

    A program that cannot be run once more the same way still has its case file.
    """
    if finding.file is None:
        return None
    try:
        story = explain(target.program, finding, first=first)
        return write_text(page(story), Path(finding.file).with_suffix(".html"))
    except ExplorerError:
        return None


def write_story(story: Story, file: str | Path) -> Path:
    """Write a story in the form that the file's ending asks for.

    Raises:
        UsageError: there is no such form, or the file cannot be written.
    """
    form = FORMS.get(Path(file).suffix.lower())
    if form is None:
        raise UsageError(f"cannot write {file}: its name must end in one of {', '.join(FORMS)}")
    return write_text(form(story), file)


def write_text(text: str, file: str | Path) -> Path:
    """Write a text file, its folder made if need be.

    Raises:
        UsageError: it cannot be written.
    """
    path = Path(file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from None
    return path
