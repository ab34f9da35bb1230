"""A run that is made again, to be looked at, must do the same."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from explorer.engine.chooser import KeepRunning
from explorer.errors import Nondeterministic
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.case import Case
from explorer.worlds.runner import Runner


def test_messages_of_a_pipe_are_told_the_same() -> None:
    def program(mp: Any) -> None:
        reader, writer = mp.Pipe(duplex=False)
        child = mp.Process(target=lambda: writer.send({"line": [1]}))
        child.start()
        assert reader.recv() == {"line": [1]}
        child.join()
        reader.recv()  # waits for ever: this process has the other end open

    runner = Runner(FunctionProgram("program", program, multiprocessing))
    world = runner.run(Case("program"), KeepRunning())
    trace = runner.again(Case("program"), world)
    assert trace.end == "blocked"
    (received,) = [event for event in trace.events if event.operation == "recv"]
    assert received.result == "{'line': [1]}"


def test_another_result_is_refused_with_its_step() -> None:
    numbers = count()

    def program(mp: Any) -> None:
        cell = mp.Value("i", next(numbers), lock=False)
        assert cell.value < 0

    runner = Runner(FunctionProgram("program", program, multiprocessing))
    world = runner.run(Case("program"), KeepRunning())
    with pytest.raises(Nondeterministic, match=r"Step 1: MainProcess read .* gave 0, and 1 when"):
        runner.again(Case("program"), world)
