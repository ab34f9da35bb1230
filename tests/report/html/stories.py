"""Stories of real runs, big and small, for the tests of pages: programs with a fixed schedule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from explorer.explaining import explain
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.minimize.encode import complexity_of
from explorer.model.actor import Actor
from explorer.model.case import Case
from explorer.model.schedule import Schedule
from explorer.model.story import Story
from explorer.model.verdict import Finding
from explorer.worlds.execute import session
from explorer.worlds.runner import Runner


class TurnAbout:
    """Everybody in turn, one operation each."""

    every_step = False
    delay = None

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        return next((actor for actor in ready if actor.index > last.index), ready[0])


class InOrder:
    """The processes with these numbers, one operation each; then everybody in turn."""

    every_step = False
    delay = None

    def __init__(self, *order: int) -> None:
        self.order = list(order)

    def choose(self, ready: list[Actor], last: Actor) -> Actor | None:
        while self.order:
            name = f"Process-{self.order.pop(0)}"
            found = next((actor for actor in ready if actor.name == name), None)
            if found is not None:
                return found
        return next((actor for actor in ready if actor.index > last.index), ready[0])


def tell(name: str, body: Callable[..., None], chooser: Any) -> Story:
    """The story of the first finding in one run of `body`."""
    program = FunctionProgram(name, body, multiprocessing)
    runner = Runner(program)
    case = Case(name)
    with session(program):
        trace = runner.record(case, chooser)
        symptom = runner.diagnose(case, trace)[0]
    size = complexity_of(trace, symptom, Schedule(), 1)
    file = f"reports/{name}-{symptom.kind.value}.json"
    return explain(program, Finding(symptom, case, trace, size, "proven", file))


def add(counter: Any, times: int = 1) -> None:
    for _ in range(times):
        seen = counter.value
        counter.value = seen + 1


def run_all(mp: Any, *targets: tuple[Callable[..., None], tuple[Any, ...]]) -> None:
    processes = [mp.Process(target=target, args=arguments) for target, arguments in targets]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def counter(mp: Any) -> None:
    number = mp.Value("i", 0)
    run_all(mp, (add, (number,)), (add, (number,)))


def transfer(first: Any, second: Any) -> None:
    with first:
        second.acquire()
        second.release()


def bank(mp: Any) -> None:
    one, two = mp.Lock(), mp.Lock()
    run_all(mp, (transfer, (one, two)), (transfer, (two, one)))


def dinner(mp: Any) -> None:
    forks = [mp.Lock() for _ in range(5)]
    run_all(mp, *((transfer, (forks[seat], forks[(seat + 1) % 5])) for seat in range(5)))


def crowd(mp: Any) -> None:
    number = mp.Value("i", 0)
    run_all(mp, *((add, (number, 14)) for _ in range(10)))


def produce(queue: Any, items: tuple[int, ...]) -> None:
    for item in items:
        queue.put(item)
    queue.put(None)


def consume(queue: Any) -> None:
    while queue.get() is not None:
        pass
    queue.get()


def queue_of_two(mp: Any) -> None:
    """Two producers and two consumers, one of whom takes one item too many."""
    queue = mp.Queue(2)
    makers = [(produce, (queue, (1, 2))), (produce, (queue, (3,)))]
    run_all(mp, *makers, (consume, (queue,)), (consume, (queue,)))


NASTY = "</script><script>window.pwned = 1</script>'\"\x1b[31m\u202e&amp;`*_<img src=x onerror=1>"


def shout(number: Any, text: str) -> None:
    seen = number.value
    print(text)
    number.value = seen + 1
    if seen:
        raise ValueError(text)


def nasty(mp: Any) -> None:
    number = mp.Value("i", 1)
    run_all(mp, (shout, (number, NASTY)), (shout, (number, NASTY)))


@cache
def lost_update() -> Story:
    return tell("counter", counter, InOrder(1, 2, 2, 2, 1))


@cache
def crossed_locks() -> Story:
    return tell("bank", bank, TurnAbout())


@cache
def philosophers() -> Story:
    return tell("philosophers", dinner, TurnAbout())


@cache
def bounded_queue() -> Story:
    return tell("queue", queue_of_two, TurnAbout())


@cache
def long_story() -> Story:
    """Ten processes, 300 events and more."""
    return tell("crowd", crowd, TurnAbout())


@cache
def nasty_story() -> Story:
    """Text that tries to be HTML, script, Markdown and terminal control, wherever it can."""
    return tell("nasty", nasty, InOrder(1, 2, 2, 2, 2))


def renamed(story: Story, old: str, new: str) -> Story:
    """The story with another name for one of its processes."""
    return _renamed(story, old, new)  # type: ignore[no-any-return]


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_renamed(part, old, new) for part in value)
    if isinstance(value, str) and value == old:
        return new
    if is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: _renamed(getattr(value, each.name), old, new) for each in fields(value)}
        return replace(value, **parts)
    return value
