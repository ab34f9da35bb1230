"""Progress: a bar for people at a terminal, a few plain lines for logs, nothing for programs."""

from __future__ import annotations

import io
import threading

from rich.console import Console

from explorer.report.progress import LINE, Progress, figures_of, left_text


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Search:
    executions = 12_000
    traces = frozenset(range(84))


def shown(
    *, terminal: bool, environment: dict[str, str] | None = None, silent: bool = False
) -> tuple[str, str]:
    """What a search of ten seconds writes to its console and to its stream."""
    console, lines, clock = io.StringIO(), io.StringIO(), Clock()
    progress = Progress(
        Console(file=console, force_terminal=terminal, width=100),
        "counter.py",
        silent=silent,
        stream=lines,
        environment=environment or {},
        clock=clock,
    )
    with progress:
        for _ in range(100):
            clock.now += 0.1
            progress(Search())
    return console.getvalue(), lines.getvalue()


def test_off_a_terminal_there_is_a_line_every_few_seconds() -> None:
    console, lines = shown(terminal=False)
    assert console == ""
    found = lines.splitlines()
    assert 1 <= len(found) <= 10 / LINE
    assert found[0].startswith("counter.py: 12,000 executions, 2,")
    assert found[0].endswith("/s, 84 distinct traces")


def test_on_a_terminal_a_bar_moves_and_is_gone_at_the_end() -> None:
    console, lines = shown(terminal=True)
    assert "12,000 executions" in console
    assert console.endswith(("\x1b[2K", "\x1b[?25h"))
    assert lines == ""


def test_nothing_moves_in_ci_or_without_colour() -> None:
    for environment in ({"CI": "true"}, {"NO_COLOR": "1"}):
        console, lines = shown(terminal=True, environment=environment)
        assert console == ""
        assert lines != ""


def test_silent_is_silent() -> None:
    for terminal in (False, True):
        assert shown(terminal=terminal, silent=True) == ("", "")


def test_a_short_search_prints_no_line() -> None:
    lines, clock = io.StringIO(), Clock()
    with Progress(
        Console(file=io.StringIO()), "x", stream=lines, environment={}, clock=clock
    ) as it:
        clock.now += 0.5
        it(Search())
    assert lines.getvalue() == ""


def test_the_share_of_the_budget_is_shown_if_it_is_known() -> None:
    lines, clock = io.StringIO(), Clock()
    with Progress(
        Console(file=io.StringIO()), "x", stream=lines, environment={}, clock=clock
    ) as it:
        clock.now += 6
        it.update(10, 3, 0.25)
    assert lines.getvalue() == "x: 25%, 10 executions, 2/s, 3 distinct traces, about 18 s left\n"


def test_no_thread_draws_while_a_run_has_replaced_the_clock() -> None:
    before = threading.active_count()
    with Progress(Console(file=io.StringIO(), force_terminal=True), "x", environment={}):
        assert threading.active_count() == before


def test_markup_in_a_target_is_text() -> None:
    stream = io.StringIO()
    clock = Clock()
    console = Console(file=stream, force_terminal=True, width=100)
    with Progress(console, "[red]x[/]\x1b[2J", environment={}, clock=clock) as it:
        clock.now += 1
        it.update(1, 1)
    assert "[red]x[/]\\x1b[2J" in stream.getvalue()


def test_the_first_moment_has_no_rate() -> None:
    assert figures_of(1, 1, 0.0) == "1 execution, …/s, 1 distinct trace"


def test_how_long_it_will_take_is_said_as_soon_as_it_is_known() -> None:
    assert left_text(10, 0.001) == ""
    assert left_text(10, 0.5) == ", about 10 s left"
    assert left_text(10, 0.02) == ", about 8 min left"
    assert left_text(3_600, 0.1) == ", about 9 h left"
    assert left_text(10, 1.0) == ""
