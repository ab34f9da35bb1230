"""What is said of a process that failed."""

from typing import Any

from explorer.detect.failures import failures
from explorer.engine.chooser import KeepRunning
from explorer.worlds.recorder import trace_of
from tests.oracle.brute import runner


def said(body: Any) -> list[str]:
    """The summaries for the first run of `body`."""
    return [one.summary for one in failures(trace_of(runner(body)(KeepRunning())))]


def test_the_text_given_to_exit_is_told() -> None:
    def body(mp: Any) -> None:
        raise SystemExit("no such thing")

    assert said(body) == ["MainProcess ended with exit code 1: no such thing"]


def test_addresses_of_objects_are_not_told() -> None:
    def body(mp: Any) -> None:
        raise ValueError(f"bad {object()!r}, mask 0xdeadbeef")

    assert said(body) == [
        "MainProcess raised ValueError: bad <object object at 0x…>, mask 0xdeadbeef"
    ]
