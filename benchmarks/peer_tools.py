"""The tools that benchmarks/peers.py compares, each asked the same four questions.

A tool is one strategy of one of them. It takes a program of `peer_programs` and answers with plain
numbers; None where a question makes no sense for it.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from time import perf_counter, process_time
from typing import Any

from benchmarks.peer_programs import Made, Subject, on_processes

SEEDS = 5
BATCH = 50  # executions per call of a peer
MANY = 1_000_000

Answer = dict[str, Any]


def switches(steps: Sequence[object]) -> int:
    """How often the worker changes."""
    return sum(one != other for one, other in pairwise(steps))


def rate(batch: Callable[[int], int], seconds: float) -> Answer:
    """Executions a second of the processor: `batch(seed)` makes some and says how many."""
    batch(0)
    made = seed = 0
    until = perf_counter() + seconds
    began = process_time()
    while perf_counter() < until:
        seed += 1
        made += batch(seed)
    return {"rate": made / (process_time() - began)}


def timed(search: Callable[[], tuple[int, bool]]) -> Answer:
    """Executions and milliseconds of a search, which says how many it made and if it is sure."""
    began = perf_counter()
    made, sure = search()
    return {"executions": made, "ms": (perf_counter() - began) * 1e3, "sure": sure}


def median_of(answers: Sequence[Answer]) -> Answer:
    """The median of several searches; sure if all are."""
    return {
        "executions": statistics.median_low([answer["executions"] for answer in answers]),
        "ms": statistics.median([answer["ms"] for answer in answers]),
        "sure": all(answer["sure"] for answer in answers),
    }


class Frontrun:
    """frontrun, by one of its strategies."""

    def __init__(self, strategy: str) -> None:
        self.strategy = strategy

    def explore(self, subject: Subject, holds: Callable[[Made], bool], **options: Any) -> Any:
        """Call it."""
        import frontrun

        def work(made: Made, place: int) -> None:
            function, *arguments = made.workers[place]
            function(*arguments)

        count = len(subject.on_threads().workers)
        workers = [partial(work, place=place) for place in range(count)]
        return frontrun.explore(
            subject.on_threads,
            workers,
            holds,
            strategy=self.strategy,
            reproduce_on_failure=0,
            **options,
        )

    def options(self, seed: int, most: int) -> dict[str, Any]:
        """How to limit a search."""
        if self.strategy == "random":
            return {"seed": seed, "max_attempts": most}
        return {"max_executions": most}

    def speed(self, subject: Subject, seconds: float) -> Answer:
        """See the module."""
        more: dict[str, Any] = {} if self.strategy == "random" else {"stop_on_first": False}

        def batch(seed: int) -> int:
            options = {**self.options(seed, BATCH), **more}
            return int(self.explore(subject, lambda made: True, **options).num_explored)

        return rate(batch, seconds)

    def first(self, subject: Subject, seconds: float) -> Answer:
        """See the module."""

        def search(seed: int) -> tuple[int, bool]:
            found = self.explore(subject, lambda made: made.holds(), **self.options(seed, MANY))
            return found.num_explored, found.property_holds is False

        seeds = SEEDS if self.strategy == "random" else 1
        return median_of([timed(partial(search, seed)) for seed in range(seeds)])

    def verify(self, subject: Subject, seconds: float) -> Answer | None:
        """See the module."""
        if self.strategy == "random":
            return None

        def search() -> tuple[int, bool]:
            options = {"stop_on_first": False, "preemption_bound": None}
            found = self.explore(subject, lambda made: made.holds(), **options)
            return found.num_explored, found.property_holds is True

        return timed(search)

    def size(self, subject: Subject, seconds: float) -> Answer:
        """See the module."""
        found = self.explore(subject, lambda made: made.holds(), **self.options(0, MANY))
        steps = getattr(found.counterexample, "steps", found.counterexample)
        if not steps:
            return {}
        names = [getattr(step, "execution_name", step) for step in steps]
        return {"steps": len(names), "switches": switches(names)}


class Interleave:
    """interleave-test, by one of its strategies."""

    def __init__(self, strategy: str) -> None:
        self.strategy = strategy

    def explore(self, subject: Subject, look: bool, seed: int, **options: Any) -> Any:
        """Call it."""
        import interleave_test

        def model() -> None:
            made = subject.on_threads()
            tasks = [interleave_test.spawn(*work) for work in made.workers]
            for task in tasks:
                task.join()
            assert not look or made.holds()

        chosen: dict[str, Any] = {"strategy": self.strategy, **options}
        return interleave_test.explore(model, seed=seed, raise_on_failure=False, **chosen)

    def speed(self, subject: Subject, seconds: float) -> Answer:
        """See the module."""
        return rate(
            lambda seed: self.explore(subject, False, seed, iterations=BATCH).schedules_run, seconds
        )

    def first(self, subject: Subject, seconds: float) -> Answer:
        """See the module."""

        def search(seed: int) -> tuple[int, bool]:
            found = self.explore(subject, True, seed, iterations=MANY)
            return found.schedules_run, not found.ok

        seeds = 1 if self.strategy == "dfs" else SEEDS
        return median_of([timed(partial(search, seed)) for seed in range(seeds)])

    def verify(self, subject: Subject, seconds: float) -> Answer | None:
        """With one preemption: more, or none at all, is out of its reach for most programs."""
        if self.strategy != "dfs":
            return None

        def search() -> tuple[int, bool]:
            found = self.explore(subject, True, 0, iterations=MANY, max_preemptions=1)
            return found.schedules_run, bool(found.ok and found.exhausted)

        return {**timed(search), "bound": "1 preemption"}

    def size(self, subject: Subject, seconds: float) -> Answer:
        """See the module."""
        found = self.explore(subject, True, 0, iterations=MANY)
        if found.ok:
            return {}
        steps = found.failure.schedule.choices
        return {"steps": len(steps), "switches": switches(steps)}


class Ours:
    """This project: a random walk as a hunt does it, or all traces as verify does."""

    def __init__(self, strategy: str) -> None:
        self.strategy = strategy

    def target(self, subject: Subject, look: bool = True) -> Any:
        """A program as a scenario, whose sizes can be made smaller."""
        from explorer.api import Target, scenario_program
        from explorer.scenarios.base import Parameter, Scenario

        parameters = tuple(
            Parameter(name, tuple(range(subject.smallest.get(name, size), size + 1)))
            for name, size in subject.sizes.items()
        )
        body = on_processes(subject.make, look)
        scenario = Scenario("program", "", body, parameters, wrong=subject.sizes)
        return Target("program", scenario_program(scenario), scenario)

    def speed(self, subject: Subject, seconds: float) -> Answer:
        """See the module. Each run is looked at, as in a hunt: is there something to diagnose?"""
        from explorer.search.exploration import explore
        from explorer.search.random_walk import RandomWalk
        from explorer.worlds.runner import Runner

        target = self.target(subject, look=False)
        runner, case, walk = Runner(target.program), target.case(), RandomWalk(1)

        def walks(seed: int) -> int:
            for _ in range(BATCH):
                world = runner.run(case, walk)
                runner.suspicious(case, world)
            return BATCH

        def traces(seed: int) -> int:
            done = explore(
                lambda chooser: runner.run(case, chooser),
                lambda world: bool(runner.suspicious(case, world)) and False,
                max_executions=2_000,
            )
            return done.executions

        return rate(walks if self.strategy == "random" else traces, seconds)

    def first(self, subject: Subject, seconds: float) -> Answer:
        """See the module."""
        from explorer.search.random_walk import RandomWalk
        from explorer.worlds.runner import Runner

        target = self.target(subject)

        def walk(seed: int) -> tuple[int, bool]:
            runner, case, walk = Runner(target.program), target.case(), RandomWalk(seed)
            for made in range(1, MANY):
                world = runner.run(case, walk)
                if runner.suspicious(case, world) and runner.diagnose(
                    case, runner.again(case, world)
                ):
                    return made, True
            return MANY, False

        if self.strategy == "random":
            return median_of([timed(partial(walk, seed)) for seed in range(SEEDS)])
        return self.verified(subject, "failed")

    def verified(self, subject: Subject, word: str) -> Answer:
        """The executions of a verification, and whether its verdict is `word`."""
        from explorer.verifying import Verification

        def search() -> tuple[int, bool]:
            verdict = Verification(self.target(subject)).run()
            return verdict.coverage.executions, verdict.verdict == word

        return timed(search)

    def verify(self, subject: Subject, seconds: float) -> Answer | None:
        """See the module."""
        if self.strategy == "random":
            return None
        return self.verified(subject, "passed")

    def size(self, subject: Subject, seconds: float) -> Answer | None:
        """See the module: the minimal case, with its operations."""
        from explorer.verifying import Verification

        if self.strategy == "random":
            return None
        (finding, *_) = Verification(self.target(subject)).run().findings
        parties = set(finding.symptom.processes)
        names = [
            event.process
            for event in finding.trace.events
            if event.process in parties and event.operation not in ("start", "exit", "join")
        ]
        return {"steps": len(names), "switches": switches(names), "bound": finding.minimal}


#: Column -> the tool, and the module that it needs.
TOOLS: dict[str, tuple[Any, str]] = {
    "frontrun DPOR": (Frontrun("dpor"), "frontrun"),
    "frontrun random": (Frontrun("random"), "frontrun"),
    "interleave random": (Interleave("random"), "interleave_test"),
    "interleave PCT": (Interleave("pct"), "interleave_test"),
    "interleave DFS": (Interleave("dfs"), "interleave_test"),
    "ours random": (Ours("random"), "explorer"),
    "ours verify": (Ours("all"), "explorer"),
}
