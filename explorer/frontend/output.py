"""stdout, stderr and stdin of the virtual processes: a terminal that is written down.

Text is buffered per process and goes out at a newline, at a flush, before a fork and at the end
of the process, as on a terminal; each time it is one operation on the run's stream. A process
that is killed, or leaves by os._exit, takes with it what it had not flushed.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn

from explorer.errors import NotSupported
from explorer.frontend.current import abort, inside
from explorer.frontend.place import place
from explorer.model.operation import Operation
from explorer.objects.process import ProcessObject
from explorer.objects.stream import WRITE


class Buffer:
    """What one process has written to one stream and not flushed."""

    __slots__ = ("bytes", "text")

    def __init__(self) -> None:
        self.bytes = b""  # below: flushed text, and what was written to `stream.buffer`
        self.text = ""


def buffer_of(world: Any, name: str) -> Buffer:
    """The running process's buffer of the stream called `name`."""
    buffers = world.runtime.streams.setdefault(world.running.process, {})
    found: Buffer | None = buffers.get(name)
    if found is None:
        found = buffers[name] = Buffer()
    return found


def flush(world: Any, name: str, buffer: Buffer) -> None:
    """What is buffered goes out, as one operation."""
    out = buffer.bytes + buffer.text.encode("utf-8", "surrogateescape")
    if out:
        buffer.bytes, buffer.text = b"", ""
        text = out.decode("utf-8", "replace")
        world.perform(Operation(WRITE, world.runtime.stream(name), value=text))


def flush_all(world: Any, process: ProcessObject) -> None:
    """Both streams of the running process, as before a fork and at its end."""
    for name, buffer in world.runtime.streams.get(process, {}).items():
        flush(world, name, buffer)


class Terminal(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` while a run is on; for everybody outside of it, the real one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.mode = "w"
        self.buffer = Below(self)

    @property
    def real(self) -> Any:
        """What everybody outside of the run has here."""
        return _outside[0 if self._name == "stdout" else 1]

    @property
    def name(self) -> str:
        """As the real one's."""
        return f"<{self._name}>"

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """As on every system of today."""
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        """As the real ones'."""
        return "strict" if self._name == "stdout" else "backslashreplace"

    @property
    def line_buffering(self) -> bool:
        """As on a terminal."""
        return True

    def write(self, text: str) -> int:
        """Buffer it; a newline in it flushes."""
        world = inside()
        if world is None:
            return int(self.real.write(text))
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        buffer = buffer_of(world, self._name)
        buffer.text += text
        if "\n" in text or "\r" in text:
            flush(world, self._name, buffer)
        return len(text)

    def flush(self) -> None:
        """What is buffered goes out."""
        world = inside()
        if world is None:
            self.real.flush()
        else:
            flush(world, self._name, buffer_of(world, self._name))

    def reconfigure(self, **options: Any) -> None:
        """Encoding and buffering stay as they are."""

    def close(self) -> None:
        """A terminal stays open."""

    def writable(self) -> bool:
        """Yes."""
        return True

    def isatty(self) -> bool:
        """No: programs that see a terminal write colours, which nobody wants to read here."""
        return False if inside() is not None else bool(self.real.isatty())

    def fileno(self) -> int:
        """The real one's outside of runs; in a run there is none to be used."""
        if inside() is None:
            return int(self.real.fileno())
        return 1 if self._name == "stdout" else 2


class Below(io.BufferedIOBase):
    """`sys.stdout.buffer`."""

    def __init__(self, above: Terminal) -> None:
        self._above = above

    def write(self, data: Any) -> int:
        """Buffer bytes, until this or the stream above is flushed."""
        world = inside()
        if world is None:
            return int(self._above.real.buffer.write(data))
        buffer = buffer_of(world, self._above._name)
        buffer.bytes += bytes(data)
        return len(data)

    def flush(self) -> None:
        """The bytes go out; text that the stream above still holds does not."""
        world = inside()
        if world is None:
            self._above.real.buffer.flush()
            return
        buffer = buffer_of(world, self._above._name)
        text, buffer.text = buffer.text, ""
        flush(world, self._above._name, buffer)
        buffer.text = text

    def close(self) -> None:
        """A terminal stays open."""

    def writable(self) -> bool:
        """Yes."""
        return True


class Keyboard(io.TextIOBase):
    """`sys.stdin`: nobody types while interleavings are searched; children find it at its end."""

    @property
    def real(self) -> Any:
        """What everybody outside of the run has here."""
        return _outside[2]

    def readable(self) -> bool:
        """Yes."""
        return True

    def isatty(self) -> bool:
        """No."""
        return False if inside() is not None else bool(self.real.isatty())

    def fileno(self) -> int:
        """There is none to be used in a run: `input()` is to ask `readline`."""
        if inside() is None:
            return int(self.real.fileno())
        raise io.UnsupportedOperation("fileno")

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        """A line, which nobody types."""
        return self._read("readline", size)

    def read(self, size: int | None = -1, /) -> str:
        """Everything, which nobody types."""
        return self._read("read", size)

    def readlines(self, hint: int = -1, /) -> list[str]:  # type: ignore[override]
        """Lines, which nobody types."""
        return [line] if (line := self._read("readlines", hint)) else []

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        return iter(self.readline, "")

    def _read(self, method: str, size: int | None) -> str:
        world = inside()
        if world is None:
            return getattr(self.real, method)(size)  # type: ignore[no-any-return]
        if world.running.process.parent is None:
            _refuse_input()
        return ""

    def close(self) -> None:
        """It stays open."""


def _refuse_input() -> NoReturn:
    abort(
        NotSupported(
            f"The program reads from stdin{place()}, where nobody answers while its "
            "interleavings are searched. Give it its input as arguments (everything after the "
            "script's name is passed on), or as a constant."
        )
    )


def _write(real: Callable[[int, Any], int], descriptor: int, data: Any) -> int:
    """`os.write` to stdout or stderr."""
    world = inside()
    if world is None or descriptor not in (1, 2):
        return real(descriptor, data)
    text = bytes(data).decode("utf-8", "replace")
    name = "stdout" if descriptor == 1 else "stderr"
    world.perform(Operation(WRITE, world.runtime.stream(name), value=text))
    return len(data)


PATCHES: dict[tuple[Any, str], Callable[..., Any]] = {(os, "write"): _write}

#: The namespace of `sys`. To set attributes of a module, and of a class made in C, takes ten times
#: as long as to write to a dict and a list, and would be 2 % of a short run.
_sys: Final = vars(sys)
_outside: tuple[Any, Any, Any] = (sys.stdout, sys.stderr, sys.stdin)
_terminals: Final[list[Any]] = []


def connect() -> tuple[Any, Any, Any]:
    """Put the virtual terminal in place for a run; what was there, for `disconnect`."""
    global _outside
    names = _sys
    before = _outside = names["stdout"], names["stderr"], names["stdin"]
    if not _terminals:
        _terminals.extend((Terminal("stdout"), Terminal("stderr"), Keyboard()))
    names["stdout"], names["stderr"], names["stdin"] = _terminals
    return before


def disconnect(before: tuple[Any, Any, Any]) -> None:
    """The real streams again."""
    names = _sys
    names["stdout"], names["stderr"], names["stdin"] = before
