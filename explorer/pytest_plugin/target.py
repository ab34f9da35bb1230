"""A test as something to explore: its program, its parameters, and what makes two defects one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from explorer.api import Target
from explorer.model.case import Case
from explorer.model.verdict import Symptom
from explorer.pytest_plugin.marker import RaceOptions
from explorer.pytest_plugin.program import Rewrite, TestProgram
from explorer.pytest_plugin.subject import Subject
from explorer.scenarios.base import Scenario


@dataclass(frozen=True, slots=True)
class TestTarget(Target):
    """A test. With parameters to be drawn it is like a scenario, but stands on lines of its own."""

    __test__ = False
    fixed: Mapping[str, Any] | None = None  # parameters that are not drawn: of one verification

    def case(self) -> Case:
        """The plain case."""
        parameters = {} if self.scenario is None else self.scenario.simplest
        return Case(self.name, parameters=parameters | dict(self.fixed or {}))

    def same(self, first: Symptom, second: Symptom) -> bool:
        """The same kind at the same source lines."""
        return Target.same(replace(self, scenario=None), first, second)


def executed_modules(target: Target) -> int:
    """How many modules of the user's each run of a test executes."""
    program = target.program
    return program.finder.executed if isinstance(program, TestProgram) else 0


def target_of(subject: Subject, options: RaceOptions, rewrite: Rewrite | None = None) -> TestTarget:
    """The target of a test."""
    program = TestProgram(subject, rewrite)
    scenario = None
    if options.drawn:
        scenario = Scenario(subject.target, "", _unused, options.drawn)
    return TestTarget(subject.target, program, scenario)


def _unused(**parameters: Any) -> None:
    """A test's body is its program's; of a scenario only the parameters are taken."""
    raise AssertionError("a test is not run as a scenario")
