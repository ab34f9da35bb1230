"""What moves while a search runs: a bar on a terminal, a line every few seconds elsewhere.

Nothing here has a thread of its own: a search replaces `time.sleep` and others while a run is on,
and a thread that redraws in the middle would get the replacements. `update` draws when it is due.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sized
from time import monotonic
from types import TracebackType
from typing import Final, Protocol, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bar

from explorer.report.wording import clean, count

REDRAW: Final = 0.1  # seconds between two drawings of the bar
KNOWN: Final = 0.01  # how far a search has to be before that says when it will be done
LINE: Final = 5.0  # seconds between two plain lines


class Searching(Protocol):
    """What is told of a search; if it has a `fraction` (0 to 1), that is how far it is."""

    @property
    def executions(self) -> int:
        """Runs made so far."""
        ...

    @property
    def traces(self) -> Sized:
        """Distinct traces seen so far."""
        ...


class Progress:
    """The progress of one search; use it in a `with` block, call it with the search.

    Args:
        console: where a bar is drawn, if that is a terminal.
        label: what is being searched.
        silent: show nothing at all.
        stream: where plain lines go; by default stderr, so that stdout keeps the report alone.
    """

    def __init__(
        self,
        console: Console,
        label: str,
        *,
        silent: bool = False,
        stream: TextIO | None = None,
        environment: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.label = clean(label)
        self.silent = silent
        self.stream = stream
        self.clock = clock
        self.began = self.due = clock()
        self.bar: Bar | None = None
        self.task = TaskID(0)
        if not silent and is_lively(console, environment):
            self.bar = _bar(console)

    def __enter__(self) -> Self:
        self.began = self.clock()
        self.due = self.began + (0 if self.bar is not None else LINE)
        if self.bar is not None:
            self.bar.start()
            self.task = self.bar.add_task(self.label, total=None, figures="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.bar is not None:
            self.bar.stop()

    def __call__(self, search: Searching) -> None:
        """Show how far `search` is, if that is due."""
        self.update(search.executions, len(search.traces), getattr(search, "fraction", None))

    def update(self, executions: int, traces: int, fraction: float | None = None) -> None:
        """Show the figures, if that is due; costs a look at the clock if it is not."""
        now = self.clock()
        if self.silent or now < self.due:
            return
        figures = figures_of(executions, traces, now - self.began)
        if fraction is not None:
            figures += left_text(now - self.began, fraction)
        if self.bar is not None:
            self.due = now + REDRAW
            total = None if fraction is None else 1.0
            self.bar.update(self.task, completed=fraction or 0.0, total=total, figures=figures)
            self.bar.refresh()
        else:
            self.due = now + LINE
            part = "" if fraction is None else f"{min(fraction, 1.0):.0%}, "
            print(f"{self.label}: {part}{figures}", file=self.stream or sys.stderr, flush=True)


def figures_of(executions: int, traces: int, seconds: float) -> str:
    """The figures of a search: "12,000 executions, 9,800/s, 84 distinct traces"."""
    rate = f"{executions / seconds:,.0f}/s" if seconds > 0 else "…/s"
    return f"{count(executions, 'execution')}, {rate}, {count(traces, 'distinct trace')}"


def left_text(seconds: float, fraction: float) -> str:
    """How long it will take yet, by how long it took to come so far: ", about 40 s left"."""
    if seconds < 1 or not KNOWN <= fraction < 1:
        return ""
    left = seconds * (1 - fraction) / fraction
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if left >= 2 * length:
            return f", about {left / length:,.0f} {unit} left"
    return f", about {left:.0f} s left"


def is_lively(console: Console, environment: Mapping[str, str]) -> bool:
    """Whether something may move: a terminal with somebody before it who wants colours."""
    return (
        console.is_terminal
        and not console.is_dumb_terminal
        and not environment.get("NO_COLOR")
        and not environment.get("CI")
    )


def _bar(console: Console) -> Bar:
    return Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[figures]}", markup=False),
        console=console,
        transient=True,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    )
