"""The virtual world: every process is a pooled greenlet, every run a pure function of its case.

A process that reaches an operation runs the loop itself, in its own greenlet, and switches
straight to whoever goes next: one greenlet switch per change of process, none where the same one
goes on (a hub in the middle would cost two a decision). Finished greenlets wait in a pool for the
next job.

Invariant: outside `run` every greenlet of the pool is idle, whatever the outcome was.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from greenlet import getcurrent, greenlet

from explorer.engine.loop import Engine, Recorder
from explorer.errors import ProcessKilled
from explorer.model.actor import Actor, new_actor
from explorer.model.operation import Operation, Raised, quick
from explorer.objects.process import EXIT, START, ProcessObject
from explorer.worlds.greenlets import Job, Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from explorer.engine.chooser import Chooser

_STUBBORN = 1_000  # kills that one program may swallow before it is left for dead


class VirtualWorld(Engine):
    """Runs one program once. See `Engine` for the arguments."""

    __slots__ = (
        "buried", "closing", "failure", "kills_refused", "main", "pool", "processes", "running",
        "runtime", "space", "stranded", "victims", "waited_for",
    )  # fmt: skip

    def __init__(
        self,
        chooser: Chooser,
        pool: Pool,
        limit: int = 10_000,
        timed: bool = True,
        recorder: Recorder | None = None,
    ) -> None:
        Engine.__init__(self, chooser, limit, timed, recorder, pool.hub)
        self.hub.greenlet = None
        self.pool = pool
        self.running = self.hub
        self.runtime: Any = None
        self.main: ProcessObject | None = None
        self.space: Any = None  # whose memory is installed
        self.closing = False
        self.kills_refused = 0
        self.failure: BaseException | None = None  # ours, or the user's Ctrl-C; no finding
        #: Who was killed, each with what it was about to do.
        self.victims: tuple[tuple[Actor, Operation | None], ...] = ()
        self.processes: list[ProcessObject] = []  # all that were started, in order
        self.buried: list[greenlet] = []  # of killed processes; unwound when the run is over
        self.stranded: Sequence[Actor] = ()  # who had not ended when the run was over
        self.waited_for: Sequence[Operation | None] = ()  # what each of them was about to do

    def run(self, main: ProcessObject, job: Job) -> None:
        """Run `job` as the main process until nobody can go on, then unwind everybody."""
        hub = self.hub
        hub.greenlet = getcurrent()
        self.pool.world = self
        actor = self.add_actor(main.name, main, job)
        actor.eager = True
        self.last = actor
        try:
            self.resume(actor)
        finally:
            if self.ended < len(self.actors):
                self.stranded = [
                    other for other in self.actors if not other.ended and other.pending is not None
                ]
                self.waited_for = [other.pending for other in self.stranded]
            if self.recorder is not None:
                self.recorder.finish(self)
            self.close()
        if self.failure is not None:
            raise self.failure

    def perform(self, operation: Operation) -> Any:
        """Perform `operation` as the running actor when the schedule says so; its result."""
        me = self.running
        if operation.kind.ready is not None or self.delay is not None:
            self.post(me, operation)
        else:
            me.pending = operation
        try:
            following = self.advance()
        except Exception as failure:  # our own bug: the program must not get to see it
            self.abort(failure)
        if following is not me:
            self.running = following
            if following.context is not self.space:
                self.change_space(following.context)
            following.greenlet.switch()
        result = me.result
        if type(result) is Raised:
            raise result.error
        return result

    def post(self, actor: Actor, operation: Operation) -> None:
        """See `Engine`. What a `finally` does once the run is over must not be logged."""
        if self.closing:
            self.refuse()
        Engine.post(self, actor, operation)

    def perform_eager(self, operation: Operation) -> Any:
        """Like `perform`, but without a decision where nobody could tell the difference."""
        me = self.running
        kind = operation.kind
        if self.closing:
            raise ProcessKilled
        at_once = me.eager and operation.timeout is None
        is_ready = kind.ready
        if at_once and (is_ready is None or is_ready(operation.object, me, operation)):
            result = self.perform_now(me, operation)
            if type(result) is Raised:
                raise result.error
            return result
        if at_once and kind.eager:
            return self._wait(me, operation)
        return self.perform(operation)

    def _wait(self, me: Actor, operation: Operation) -> Any:
        """Wait for what will be performed without a decision as soon as it can be."""
        me.pending = operation
        me.expired = False
        operation.gate.waiting.append(me)
        me.ready = False
        self.ready.remove(me)
        following = self.advance()
        if following is not me:
            self.resume(following)
        return me.result

    def spawn(self, process: ProcessObject, job: Job, space: Any, started: bool = False) -> Actor:
        """Start `process`: its code runs at once, up to its first operation.

        `started`: that was an operation of its own, which has just been performed.
        """
        parent = self.running
        if started:
            pass
        elif parent.eager and self.recorder is None and not self.closing:
            self.last = parent
            self.log.append((parent, quick(START, process), None))
        else:
            self.perform_eager(quick(START, process))
        actor = self.add_actor(process.name, process, job)
        self.urgent = parent
        self.running = actor
        if space is not None:
            actor.context = space
        if space is not self.space:
            self.change_space(space)
        actor.greenlet.switch()
        return actor

    def start_thread(self, name: str, job: Job) -> Actor:
        """Start a thread of the running process: its code runs at once, up to its first operation.

        Its job returns the operation that ends it, or None.
        """
        if self.closing:
            self.refuse()
        parent = self.running
        actor = self.add_actor(name, parent.process, job)
        actor.context = parent.context
        before, self.urgent = self.urgent, parent  # whoever has just started this process, say
        self.running = actor
        actor.greenlet.switch()
        self.urgent = before
        return actor

    def add_actor(self, name: str, process: ProcessObject, job: Job) -> Actor:
        """A new actor of `process`, enabled, with a greenlet that has not begun."""
        actor = new_actor(len(self.actors), name, process)
        self.actors.append(actor)
        process.actors.append(actor)
        if process.main is None:
            process.main = actor
            self.processes.append(process)
        else:
            self.wakes.append((len(self.log), actor))
        actor.job = job
        idle = self.pool.idle
        actor.greenlet = idle.pop() if idle else self.pool.take()
        actor.ready = True
        self.ready.append(actor)
        return actor

    def add_hidden(
        self, name: str, process: ProcessObject, operation: Operation, after: Callable[[], None]
    ) -> Actor:
        """A new actor without code: it performs `operation`, then `after()` posts the next.

        Of several with the same name (two signals on their way) the later ones get a number.
        """
        namesakes = sum(other.name.partition(" (")[0] == name for other in self.actors)
        if namesakes:
            name = f"{name} ({namesakes + 1})"
        actor = new_actor(len(self.actors), name, process)
        self.actors.append(actor)
        actor.job = after
        self.post(actor, operation)
        return actor

    def bury(self, process: ProcessObject) -> None:
        """Every actor of a process that was killed, or has ended, stops where it is.

        Whoever did that, the signal or the main thread, is through with it.
        """
        self.retire(self.last)
        for actor in process.actors:
            if not actor.ended:
                self.retire(actor)
                self.victims = (*self.victims, (actor, actor.pending))
                if actor.greenlet is not None:
                    self.buried.append(actor.greenlet)
                    actor.greenlet = None

    def resume(self, actor: Actor) -> None:
        """Let `actor`'s code go on; returns when somebody resumes the caller in its turn."""
        self.running = actor
        if actor.context is not self.space:
            self.change_space(actor.context)
        actor.greenlet.switch()

    def abort(self, failure: BaseException) -> NoReturn:
        """Give the run up from inside a process: `run` unwinds everybody and raises `failure`."""
        if self.closing:
            self.refuse()
        self.failure = self.failure or failure
        self.running = self.hub
        self.hub.greenlet.switch(self.hub)
        raise ProcessKilled

    def vanish(self, end: Operation) -> NoReturn:
        """End the running process by `end` where it is, as os._exit does: nothing is unwound.

        Until then its other threads go on.
        """
        if self.closing:
            self.refuse()
        me = self.running
        self.buried.append(me.greenlet)
        me.greenlet = me.job = None
        if len(me.process.actors) > 1:
            me.job = partial(self.bury, me.process)
        me.pending = end
        if self.delay is not None:
            self.post(me, end)
        self.resume(self.advance())
        raise ProcessKilled

    def change_space(self, space: Any) -> None:
        """Install the memory of another process (see `frontend.memory`)."""
        if self.space is not None:
            self.space.leave()
        self.space = space
        if space is not None:
            space.enter()

    def live(self, actor: Actor) -> Actor:
        """Run `actor`'s job to its end and past its exit; the actor to go on after it."""
        try:
            job = actor.job
            if len(job) == 4:  # a process's; a call with `*` would go through C, 2 % of a short run
                function, process, body, args = job
                code = function(process, body, args)
            else:
                function, *arguments = job
                code = function(*arguments)
            if self.closing:
                return self.hub
            is_main = actor is actor.process.main
            leaving: Operation | None = quick(EXIT, actor.process, code) if is_main else code
            job = None
            if is_main and len(actor.process.actors) > 1:
                job = partial(self.bury, actor.process)  # its threads end with it
            actor.pending = leaving
            if self.delay is not None and leaving is not None:
                self.post(actor, leaving)
            actor.greenlet = None
            actor.job = job
            if leaving is None:
                self.retire(actor)
            following = self.advance()
        except ProcessKilled:
            return self.hub
        except BaseException as failure:  # our own bug, Ctrl-C, a stuck program
            self.failure = failure
            return self.hub
        self.running = following
        if following.context is not self.space:
            self.change_space(following.context)
        return following

    def elapse(self) -> bool:
        """Move the clock; while the run is being unwound, unwind whoever asks."""
        if self.closing:
            self.refuse()
        return super().elapse()

    def refuse(self, *_: object) -> NoReturn:
        """Unwind the running actor, whose code goes on in a `finally` though the run is over."""
        self.kills_refused += 1
        if self.kills_refused > _STUBBORN:
            self.pool.undead.append(getcurrent())
            self.hub.greenlet.switch(self.hub)
        raise ProcessKilled

    def dispose(self) -> None:
        """Cut the cycles between what a finished run made, so that it goes without the collector.

        Called when the next run begins (measured: a tenth of a short run went into collecting).
        """
        for process in self.processes:
            process.handle = process.main = None
            process.actors.clear()

    def close(self) -> None:
        """Unwind every actor that is still somewhere in its code."""
        self.closing = True
        self.ready.clear()
        self.urgent = None
        self.every_step = False
        for actor in self.actors if self.ended < len(self.actors) else ():
            if actor.greenlet is not None:
                self.running = actor
                self.kills_refused = 0
                if actor.context is not self.space:
                    self.change_space(actor.context)
                actor.greenlet.throw(ProcessKilled)
        for corpse in self.buried:
            self.kills_refused = 0
            corpse.throw(ProcessKilled)
        if self.space is not None:
            self.change_space(None)
        self.running = self.hub
