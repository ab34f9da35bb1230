"""What a scenario is: a small program that is right or wrong depending on its parameters.

Invariant: a scenario's body is plain code against the module it is given, so that it also runs on
CPython's own `multiprocessing`; nothing in it knows that it is explored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from explorer.errors import UsageError
from explorer.model.verdict import Kind


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that can be chosen about a scenario: its name and its values, simplest first.

    The values are what case files can hold: numbers, texts, True and False.
    """

    name: str
    domain: tuple[Any, ...]

    @property
    def simplest(self) -> Any:
        """The first of the domain."""
        return self.domain[0]

    def up_to(self, value: Any) -> tuple[Any, ...]:
        """The values that are no less simple than `value`, ending with it."""
        return self.domain[: self.domain.index(value) + 1]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A built-in program.

    Args:
        name: as on the command line.
        description: one line for `race-explorer list`.
        body: `body(mp, **parameters)` runs in the main process: it starts children, joins them,
            and may assert. Its parameters all have a default.
        parameters: in the order of their weight when cases are compared: numbers of processes
            first, then sizes, then the rest.
        fails: the kinds of finding it is meant to be able to show; none: it is always right.
        wrong: what to change of the simplest parameters so that it can fail.
        right: what to change of the wrong ones so that it cannot: the fixed twin.
        check: `check(output, **parameters)` raises AssertionError if the run printed something
            that it should not have.
    """

    name: str
    description: str
    body: Callable[..., None]
    parameters: tuple[Parameter, ...]
    fails: tuple[Kind, ...] = ()
    wrong: Mapping[str, Any] = field(default_factory=dict)
    right: Mapping[str, Any] = field(default_factory=dict)
    check: Callable[..., None] | None = None

    @property
    def simplest(self) -> dict[str, Any]:
        """Every parameter at its simplest."""
        return {parameter.name: parameter.simplest for parameter in self.parameters}

    @property
    def defaults(self) -> dict[str, Any]:
        """What to run if nobody says otherwise: the simplest that can fail."""
        return self.simplest | dict(self.wrong)

    @property
    def fixed(self) -> dict[str, Any]:
        """The fixed twin of the defaults."""
        return self.defaults | dict(self.right)

    def complete(self, chosen: Mapping[str, Any]) -> dict[str, Any]:
        """All the parameters, those not `chosen` at their default.

        Raises:
            UsageError: a name or a value is not one of this scenario's.
        """
        domains = {parameter.name: parameter.domain for parameter in self.parameters}
        for name, value in chosen.items():
            if name not in domains:
                known = ", ".join(domains)
                raise UsageError(
                    f"The scenario {self.name} has no parameter {name!r}. It has: {known}."
                )
            if value not in domains[name]:
                known = ", ".join(repr(each) for each in domains[name])
                raise UsageError(
                    f"The scenario {self.name} cannot have {name} = {value!r}. It can be: {known}."
                )
        return self.defaults | dict(chosen)

    def smaller(self, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """All that is no more complex than `parameters` in any of them, simplest first.

        The first parameter weighs most: whatever is smaller in it comes before all that is not.
        Ends with `parameters` themselves.
        """
        chosen = self.complete(parameters)
        names = [parameter.name for parameter in self.parameters]
        domains = [parameter.up_to(chosen[parameter.name]) for parameter in self.parameters]
        for values in product(*domains):
            yield dict(zip(names, values, strict=True))
