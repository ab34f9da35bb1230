"""`@races`: this test is to be explored, not just called.

The marker `pytest.mark.races(…)` says the same where a test file should not import the explorer;
the decorator also works without pytest: calling the decorated function explores it, and raises
what is found.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, overload

from explorer.errors import UsageError
from explorer.findings import Race
from explorer.frontend.current import slot
from explorer.model.verdict import Kind
from explorer.pytest_plugin.domains import parameter
from explorer.scenarios.base import Parameter

Test = TypeVar("Test", bound=Callable[..., Any])

#: Where the decorator leaves its options, on the function that pytest collects.
ATTRIBUTE: Final = "race_options"


@dataclass(frozen=True, slots=True)
class RaceOptions:
    """What a test says about its own exploration; None leaves it to the session.

    Args:
        verify: run every trace once, instead of a sample.
        examples: how many examples a hunt draws.
        seconds: how long a search may take.
        expect: kinds of finding that have to be there: the test passes if all of them are found
            and no others.
        outside: names of fixtures that are set up once, outside of the runs, as pytest does.
        drawn: parameters of the test that are drawn, in the order of their weight.
    """

    verify: bool = False
    examples: int | None = None
    seconds: float | None = None
    expect: tuple[Kind, ...] = ()
    outside: tuple[str, ...] = ()
    drawn: tuple[Parameter, ...] = ()


@overload
def races(function: Test, /) -> Test: ...


@overload
def races(
    *,
    verify: bool = ...,
    examples: int | None = ...,
    seconds: float | None = ...,
    expect: str | type[Race] | Iterable[str | type[Race]] = ...,
    outside: Iterable[str] = ...,
    **drawn: Any,
) -> Callable[[Test], Test]: ...


def races(function: Any = None, /, **given: Any) -> Any:
    """Explore a test: run it under many interleavings, fail with the minimal case of each defect.

    Everything is optional:

        @races
        def test_transfer(): ...

        @races(verify=True, seconds=20)
        def test_no_interleaving_loses_money(account): ...

        @races(processes=[2, 3, 4], expect=LostUpdate)
        def test_the_old_way_still_loses_updates(processes): ...

    Whatever is no option (see `RaceOptions`) names a parameter of the test, with the values to
    draw it from: a list, a range or a Hypothesis strategy.

    Raises:
        UsageError: an option is wrong.
    """
    if function is None:
        return functools.partial(_decorate, given=given)
    return _decorate(function, given)


def _decorate(function: Any, given: Mapping[str, Any]) -> Any:
    if slot.world is not None:
        return function  # the module is being executed in a run: there it is a plain function
    if not inspect.isfunction(function):
        raise UsageError(f"races decorates test functions, but got {function!r}.")
    options = options_of(given)
    _check_parameters(function, options)
    explored = _explored(function, options)
    setattr(explored, ATTRIBUTE, options)
    return explored


def options_of(given: Mapping[str, Any]) -> RaceOptions:
    """The options as the decorator or the marker was given them.

    Raises:
        UsageError: one of them is wrong.
    """
    rest = dict(given)
    return RaceOptions(
        verify=bool(rest.pop("verify", False)),
        examples=_positive("examples", rest.pop("examples", None), int),
        seconds=_positive("seconds", rest.pop("seconds", None), (int, float)),
        expect=_kinds(rest.pop("expect", ())),
        outside=_names(rest.pop("outside", ())),
        drawn=tuple(parameter(name, values) for name, values in rest.items()),
    )


def _positive(name: str, value: Any, kind: Any) -> Any:
    if value is None or (isinstance(value, kind) and not isinstance(value, bool) and value > 0):
        return value
    raise UsageError(f"races: {name} must be a number above 0, not {value!r}.")


def _names(given: Any) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _kinds(given: Any) -> tuple[Kind, ...]:
    several = [given] if isinstance(given, str | type) else list(given)
    return tuple(_kind(each) for each in several)


def _kind(given: Any) -> Kind:
    if isinstance(given, type) and issubclass(given, Race) and given is not Race:
        return given.kind
    try:
        return Kind(given)
    except ValueError:
        known = ", ".join(kind.value for kind in Kind)
        raise UsageError(
            f"races: expect={given!r} is no kind of finding. It is one of: {known}."
        ) from None


def _check_parameters(function: Any, options: RaceOptions) -> None:
    if inspect.iscoroutinefunction(function):
        raise UsageError(f"races: {function.__qualname__} is async, which is not simulated.")
    refuse_given(function, function.__qualname__)
    signature = inspect.signature(function)
    for each in options.drawn:
        if each.name not in signature.parameters:
            raise UsageError(
                f"races: {each.name} is neither an option nor a parameter of "
                f"{function.__qualname__}{signature}."
            )


def refuse_given(function: Any, name: str) -> None:
    """Refuse a test that Hypothesis gives its examples.

    Raises:
        UsageError: it is one.
    """
    if getattr(function, "is_hypothesis_test", False):
        raise UsageError(
            f"{name}: a test is explored by races, or given its examples by Hypothesis, not both. "
            "Name what is to be drawn in races(…), or check() the cases that given() draws."
        )


def _explored(function: Any, options: RaceOptions) -> Any:
    @functools.wraps(function)
    def explored(*args: Any, **kwargs: Any) -> None:
        if slot.world is not None:
            function(*args, **kwargs)
            return
        from explorer.pytest_plugin.calling import explore_call

        explore_call(function, options, args, kwargs)

    # What is drawn is no fixture: pytest must not look for one.
    signature = inspect.signature(function)
    drawn = {each.name for each in options.drawn}
    kept = [each for each in signature.parameters.values() if each.name not in drawn]
    explored.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
    return explored
