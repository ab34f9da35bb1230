"""The explorer's side of real runs: starts wardens, hands them tasks, and sees them out.

Wardens live in sessions of their own, so Ctrl-C does not reach them; whatever ends the explorer
breaks their connection, and they clean up after themselves. Should a warden itself be killed, its
host kills the run it was looking after and removes its files.
"""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from explorer.errors import ExplorerError, NotSupported, UsageError
from explorer.worlds.real.warden import Line, Result, Task

#: Seconds without a result after which a warden has failed.
SILENCE: Final = 150.0
_GOODBYE: Final = 5.0  # seconds for a warden to clean up
_ROOT: Final = Path(__file__).resolve().parents[3]


class WardenFailed(ExplorerError):
    """A warden ended, or said nothing any more: a defect of ours, or somebody killed it."""


class _Hired:
    """One warden's process and the connection to it."""

    def __init__(self, *, free: bool) -> None:
        ours, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [
                sys.executable,
                *subprocess._args_from_interpreter_flags(),  # type: ignore[attr-defined]
                "-c",
                "import sys; from explorer.worlds.real.warden import main; "
                f"main({theirs.fileno()}, free={free})",
            ],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env=_environment(),
        )
        theirs.close()
        self.line = Line(ours)
        self.run: int | None = None  # the session of the run it looks after
        self.scratch: str | None = None
        self.busy = False

    def greet(self) -> None:
        """Wait until it is ready."""
        try:
            _, self.scratch = self.line.receive()
        except (EOFError, OSError):
            raise WardenFailed("a helper process for real runs could not be started") from None

    def dismiss(self) -> None:
        """End it, and see that nothing is left."""
        self.line.socket.close()
        try:
            self.process.wait(_GOODBYE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.run is not None and self.process.returncode != 0:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.run, signal.SIGKILL)
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)


def _environment() -> dict[str, str]:
    """Ours, and the way to this package."""
    paths = [str(_ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}


class Wardens:
    """So many wardens, to be used in a `with`. `free`: for free runs, else for gated ones."""

    def __init__(self, number: int = 2, *, free: bool = False) -> None:
        if sys.platform != "linux":
            raise NotSupported(
                "Real runs need Linux: they look into /proc to see whether a process waits."
            )
        self.number = number
        self.free = free
        self.hired: list[_Hired] = []

    def __enter__(self) -> Wardens:
        try:
            for _ in range(self.number):
                self.hired.append(_Hired(free=self.free))
            for warden in self.hired:
                warden.greet()
        except BaseException:
            self._dismiss()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._dismiss()

    def _dismiss(self) -> None:
        while self.hired:
            self.hired.pop().dismiss()

    def run(self, tasks: list[Task]) -> Iterator[tuple[int, Result]]:
        """Do all tasks, as many at once as there are wardens.

        Yields:
            The number of the task (from 0) and the result of one of its runs.

        Raises:
            WardenFailed, UsageError: see there; the target cannot be imported.
        """
        waiting = list(enumerate(tasks))[::-1]
        doing: dict[int, int] = {}
        with selectors.DefaultSelector() as selector:
            for place, warden in enumerate(self.hired):
                selector.register(warden.line.socket, selectors.EVENT_READ, place)
                _give(warden, place, waiting, doing)
            while doing:
                ready = selector.select(SILENCE)
                if not ready:
                    raise WardenFailed(f"no real run came to an end within {SILENCE:.0f} s")
                for key, _ in ready:
                    place = key.data
                    message = _message(self.hired[place])
                    if message is None:
                        del doing[place]
                        _give(self.hired[place], place, waiting, doing)
                    elif isinstance(message, int):
                        self.hired[place].run = message
                    elif isinstance(message, Exception):
                        raise UsageError(f"The target cannot be run: {message!r}.") from message
                    else:
                        self.hired[place].run = None
                        yield doing[place], message


def _give(
    warden: _Hired, place: int, waiting: list[tuple[int, Task]], doing: dict[int, int]
) -> None:
    if waiting:
        number, task = waiting.pop()
        doing[place] = number
        warden.line.send(task)


def _message(warden: _Hired) -> Any:
    try:
        return warden.line.receive()
    except (EOFError, OSError):
        code = warden.process.wait()
        raise WardenFailed(f"a helper process for real runs ended with exit code {code}") from None
