"""A warden: a small interpreter that forks one real run after another, and looks after it.

It is the leader of a session of its own and the heir of every process whose parent has ended, so
that whatever a run leaves behind is its child: killed, waited for, gone, before the next run
begins. It ends with the explorer, however that ends: their connection breaks.
"""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import multiprocessing
import os
import pickle
import secrets
import shutil
import signal
import socket
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing import shared_memory
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any, Final

from explorer.model.actor import MAIN
from explorer.worlds.real import body as bodies
from explorer.worlds.real import spawning, wire
from explorer.worlds.real.body import Body
from explorer.worlds.real.expected import Prediction
from explorer.worlds.real.follow import Difference, Follower
from explorer.worlds.real.gate import Settings, Sleeps
from explorer.worlds.real.observe import Observation, observe
from explorer.worlds.real.tree import Stopped, Tree

_PR_SET_CHILD_SUBREAPER: Final = 36
_SHARED: Final = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Task:
    """What a warden is to do: run `body` `times` times, following `prediction` or freely.

    `sleeps` and `deadline` (seconds) are for free runs. `folder` is the working directory.
    `stacks` asks for the Python stacks of a run that waits for ever.
    """

    body: Body
    times: int
    prediction: Prediction | None = None
    absent: tuple[str, ...] = ()
    seed: int = 0
    timed: bool = True
    sleeps: Sleeps = field(default_factory=dict)
    deadline: float = 10.0
    folder: str = "."
    stacks: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One run. `difference` is what was not as predicted, with its step."""

    seconds: float
    output: str
    errors: str
    difference: tuple[int, str] | None = None
    observed: Observation | None = None
    stacks: tuple[tuple[str, str], ...] = ()


class Line:
    """The connection to the explorer: whole objects, both ways."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected

    def send(self, message: object) -> None:
        """Send one object."""
        data = pickle.dumps(message)
        self.socket.sendall(struct.pack("!I", len(data)) + data)

    def receive(self) -> Any:
        """The next object; EOFError if the other end is gone."""
        (size,) = struct.unpack("!I", self._read(4))
        return pickle.loads(self._read(size))

    def _read(self, size: int) -> bytes:
        parts = b""
        while len(parts) < size:
            part = self.socket.recv(size - len(parts))
            if not part:
                raise EOFError
            parts += part
        return parts


class Warden:
    """Serves tasks until the explorer is gone."""

    def __init__(self, line: Line, *, free: bool) -> None:
        self.line = line
        self.free = free
        self.prepared: list[str | None] = []
        self.address = f"race-explorer-{os.getpid()}-{secrets.token_hex(8)}"
        self.listener = wire.listen(self.address)
        self.scratch = tempfile.mkdtemp(prefix="race-explorer-")
        self.files = os.path.join(self.scratch, "overlay")
        self.prefix = f"rx{os.getpid()}"
        current: Any = multiprocessing.process.current_process()
        current._config["semprefix"] = f"/{self.prefix}"
        current._config["tempdir"] = self.scratch
        spawning.known.prefix = f"/{self.prefix}_"
        vars(shared_memory)["_SHM_NAME_PREFIX"] = spawning.known.prefix

    def serve(self) -> None:
        """Answer tasks: one Result for each run, then None."""
        try:
            bodies.warm_up()
            bodies.install(self.files, free=self.free)
            self.line.send((os.getpid(), self.scratch))
            while True:
                task = self.line.receive()
                for result in self._results(task):
                    self.line.send(result)
                self.line.send(None)
        except (Stopped, EOFError, BrokenPipeError, ConnectionResetError):
            pass
        finally:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def _results(self, task: Task) -> Iterator[Result | Exception]:
        try:
            run = bodies.prepare(task.body)
        except Exception as error:
            yield error
            return
        if task.body.module not in self.prepared:
            gc.collect()
            gc.freeze()  # or every fork's collector would write to all that is here
            self.prepared.append(task.body.module)
        current: _Main | None = None
        try:
            for left in range(task.times, 0, -1):
                current = current or self._fork(task, run)
                began = perf_counter()
                result, lives_on = self._result(task, current, last=left == 1)
                yield replace(result, seconds=perf_counter() - began)
                if not lives_on:
                    self._clean(current)
                    current = None
        finally:
            if current is not None:
                self._clean(current)

    def _fork(self, task: Task, run: Callable[[], None]) -> _Main:
        """A new main process, about to begin its run."""
        settings = Settings(
            self.address,
            free=task.prediction is None,
            sleeps=task.sleeps,
            absent=task.absent,
            seed=task.seed,
            timed=task.timed,
        )
        files = _Files()
        spawning.known.stacks = f"/proc/{os.getpid()}/fd/{files.stacks}"
        pid = os.fork()
        if pid == 0:
            os.chdir(task.folder)
            faulthandler.register(spawning.TELL, file=files.stacks, all_threads=True)
            bodies.live(run, settings, files.output, files.errors)
        self.line.send(pid)
        return _Main(pid, files)

    def _result(self, task: Task, main: _Main, *, last: bool) -> tuple[Result, bool]:
        """Watch one run; and whether its main process may make another."""
        tree = Tree(self.listener, main.pid, self.line.socket.fileno())
        main.pids |= {main.pid}
        observed = difference = None
        blocked: list[str] = []
        again = False
        try:
            if task.prediction is None:
                observed = observe(tree, task.deadline)
                blocked = [actor for actor, _, _ in observed.blocked]
            else:
                blocked = [actor for actor, _, _ in task.prediction.blocked]
                reusable = not last and task.body.module is not None
                follower = Follower(tree, task.prediction, again=reusable)
                follower.follow()
                again = follower.begins_again and not children(main.pid)
        except Difference as found:
            difference, blocked = (found.step, found.text), list(found.stuck)
        output = _content(main.files.output)
        if task.prediction is not None and not difference and output != task.prediction.output:
            difference = (
                0,
                f"{task.prediction.output!r} is printed virtually, but {output!r} here",
            )
        stacks = tuple(tell(tree, blocked, main.files.stacks)) if task.stacks else ()
        result = Result(
            seconds=0.0,
            output=output,
            errors=_content(main.files.errors),
            difference=difference,
            observed=observed,
            stacks=stacks,
        )
        if again:
            main.files.empty()
            self._empty_scratch()
            tree.grant(tree.parties[MAIN], how=wire.AGAIN)
        main.pids |= {party.pid for party in tree.parties.values()}
        tree.close()
        return result, again

    def _clean(self, main: _Main) -> None:
        """Kill and wait for all that is left of a main process's runs, and remove their files."""
        bury(main.pid)
        main.files.close()
        for name in os.listdir(_SHARED):
            if name.startswith((f"sem.{self.prefix}", self.prefix)) or any(
                name.startswith(f"pym-{pid}-") for pid in main.pids
            ):
                with suppress(OSError):
                    (_SHARED / name).unlink()
        self._empty_scratch()

    def _empty_scratch(self) -> None:
        for entry in os.scandir(self.scratch):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)


class _Files:
    """What the processes of a run write: files without a name."""

    def __init__(self) -> None:
        self.output, self.errors, self.stacks = (
            os.memfd_create(name, 0) for name in ("output", "errors", "stacks")
        )

    def empty(self) -> None:
        """Begin anew."""
        for descriptor in (self.output, self.errors):
            os.truncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)

    def close(self) -> None:
        """Give them up."""
        for descriptor in (self.output, self.errors, self.stacks):
            os.close(descriptor)


@dataclass(slots=True)
class _Main:
    """A main process and what belongs to it."""

    pid: int
    files: _Files
    pids: set[int] = field(default_factory=set)  # of all the processes of its runs


def bury(main: int) -> None:
    """Kill and wait for all that is left of the run whose main process was `main`."""
    while True:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(main, signal.SIGKILL)
        for child in children(os.getpid()):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def children(pid: int) -> list[int]:
    """The children of a process (of its main thread), those that it inherited among them."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def tell(tree: Tree, actors: list[str], told: int) -> Iterator[tuple[str, str]]:
    """The Python stacks of these actors' processes, innermost call first."""
    for process in dict.fromkeys(
        tree.parties[actor].process for actor in actors if actor in tree.parties
    ):
        begin = os.fstat(told).st_size
        tree.signal(process, spawning.TELL)
        yield process, _told_since(begin, tree, told)


def _told_since(begin: int, tree: Tree, told: int) -> str:
    """What is written from there on, once it stops growing."""
    until = monotonic() + 0.5
    size = begin
    while monotonic() < until:
        tree.listen(0.01)
        before, size = size, os.fstat(told).st_size
        if begin < before == size:
            break
    return os.pread(told, size - begin, begin).decode("utf-8", "replace")


def _content(descriptor: int) -> str:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, size, 0).decode("utf-8", "replace")


def main(descriptor: int, *, free: bool) -> None:
    """A warden's life, with gated or with free runs."""
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    Warden(Line(socket.socket(fileno=descriptor)), free=free).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), free=sys.argv[2] == "free")
