"""From a target's name to something that can be run, searched and replayed.

What the command line, the pytest plugin and a notebook share; nothing here prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from explorer.errors import UsageError
from explorer.frontend.loader import load
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram, Program
from explorer.minimize.minimise import Budget, Minimiser
from explorer.model.case import Case
from explorer.model.verdict import Finding, Symptom
from explorer.scenarios import SCENARIOS, find, is_scenario
from explorer.scenarios.base import Scenario
from explorer.worlds.runner import Runner

_SCRIPTS_NAMED: Final = 3  # of those in a folder


@dataclass(frozen=True, slots=True)
class Target:
    """Something to explore: a built-in scenario, or a program of the user's own."""

    name: str
    program: Program
    scenario: Scenario | None = None
    arguments: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The name for files: "counter" for "programs/counter.py::main"."""
        return Path(self.name.partition("::")[0]).stem.replace(":", "-")

    def case(self) -> Case:
        """The plain case: default parameters, default schedule."""
        parameters = {} if self.scenario is None else self.scenario.defaults
        return Case(self.name, arguments=self.arguments, parameters=parameters)

    def shrink(self) -> Callable[[Mapping[str, Any]], Iterable[Mapping[str, Any]]] | None:
        """The smaller parameters of a scenario; None for a script."""
        return None if self.scenario is None else self.scenario.smaller

    def same(self, first: Symptom, second: Symptom) -> bool:
        """Whether two symptoms are the same defect.

        In a script: the same kind at the same source lines. In a scenario, whose variants stand
        on lines of their own: the same kind at the same objects.
        """
        if first.kind is not second.kind:
            return False
        if self.scenario is not None:
            return labels(first) == labels(second)
        lines = {str(line) for line in first.where}
        others = {str(line) for line in second.where}
        return lines <= others or others <= lines


def labels(symptom: Symptom) -> frozenset[str]:
    """The sorts of objects in a symptom: "Lock" for Lock#1 and Lock#2."""
    return frozenset(name.rpartition(".")[2].partition("#")[0] for name in symptom.objects)


def open_target(name: str, arguments: Iterable[str] = ()) -> Target:
    """The target that a person named.

    Raises:
        UsageError: there is no such scenario, script or function, or it cannot be run.
    """
    words = tuple(arguments)
    if Path(name).is_dir() and not is_scenario(name):
        raise UsageError(_is_folder(Path(name)))
    if name.endswith(".py") or ":" in name or "/" in name:
        return Target(name, load(name, words), arguments=words)
    if words:
        raise UsageError(
            f"{name} is a built-in scenario and takes no arguments, but got: {' '.join(words)}"
        )
    scenario = find(name)
    return Target(name, scenario_program(scenario), scenario)


def _is_folder(folder: Path) -> str:
    """What is said of a folder where a target is wanted, with what could be meant."""
    scripts = sorted(path.as_posix() for path in folder.glob("*.py"))[:_SCRIPTS_NAMED]
    such = f", for instance {' or '.join(scripts)}" if scripts else " (it has none)"
    return f"Cannot run {folder}: it is a folder. Name a script in it{such}."


def scenario_program(scenario: Scenario) -> FunctionProgram:
    """A scenario as a program."""
    return FunctionProgram(scenario.name, scenario.body, multiprocessing, scenario.check)


def failing_scenarios() -> list[str]:
    """The names of all scenarios that are meant to fail, in their order."""
    return [scenario.name for scenario in SCENARIOS if scenario.fails]


#: Seconds that minimising gets at least, of a budget that the search has used up.
AFTERWARDS: Final = 2.0


def left_to_minimise(seconds: float | None, used: float) -> float | None:
    """Of so many seconds for a search with what follows; None: there is no limit."""
    return None if seconds is None else max(seconds - used, min(seconds, AFTERWARDS))


@dataclass(slots=True)
class Defects:
    """The distinct defects of one target, each with the simplest finding seen so far."""

    target: Target
    runner: Runner
    found: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> bool:
        """Keep a finding if it is a new defect, or a simpler case of a known one."""
        for place, known in enumerate(self.found):
            if self.target.same(finding.symptom, known.symptom):
                if finding.complexity.key < known.complexity.key:
                    self.found[place] = finding
                return False
        self.found.append(finding)
        return True

    def known(self, symptom: Symptom) -> bool:
        """Whether this defect has been found before."""
        return any(self.target.same(symptom, other.symptom) for other in self.found)

    def minimise(self, seconds: float | None = None) -> list[Finding]:
        """The smallest case of each defect, in order of kind and place.

        `seconds` of real time are shared by all defects, None: as long as it takes.
        """
        smallest = Defects(self.target, self.runner)
        until = None if seconds is None else perf_counter() + seconds
        for number, finding in enumerate(self.found):
            budget = Budget()
            if until is not None:
                now = perf_counter()
                share = (until - now) / (len(self.found) - number)
                budget = replace(budget, until=now + share)
            minimiser = Minimiser(self.runner, self.target.same, self.target.shrink(), budget)
            smallest.add(minimiser.minimise(finding))
        return sorted(smallest.found, key=lambda finding: finding.symptom.defect)

    def minimise_within(self, seconds: float | None, began: float) -> list[Finding]:
        """The same in what is left of the seconds of a search that began then."""
        return self.minimise(left_to_minimise(seconds, perf_counter() - began))


def with_file(finding: Finding, path: Path) -> Finding:
    """The finding, saved at `path`."""
    return replace(finding, file=str(path))
