"""What can be said on pytest's command line and in its settings file about exploration."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from explorer.pytest_plugin.seeds import new_seed

#: Set by nearly every CI service there is; what Hypothesis looks at, too.
CI_VARIABLES: Final = (
    "CI",
    "TF_BUILD",
    "BUILDKITE",
    "CIRCLECI",
    "GITHUB_ACTIONS",
    "TEAMCITY_VERSION",
)
_NO: Final = ("", "0", "false", "no")
DEFAULT_REPORTS: Final = "reports"

_KEY: Final = pytest.StashKey["Settings"]()


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for one pytest session.

    Args:
        reports: where minimal cases are saved.
        cases: folders whose case files are collected.
        seed: of all hunts; each test has its own, made from this one and its name.
        workers: into how many shards a hunt may be split; None for as many as would idle.
        update: write case files anew: what is fixed becomes a guard, what has drifted is replaced.
    """

    reports: Path
    cases: tuple[Path, ...]
    seed: int
    examples: int | None
    seconds: float | None
    workers: int | None
    update: bool
    json: Path | None
    ci: bool


def add_options(parser: pytest.Parser) -> None:
    """The options and the settings."""
    group = parser.getgroup("races", "race-explorer")
    group.addoption(
        "--race-examples",
        type=_positive,
        metavar="N",
        help="cases that Hypothesis draws for each test marked with races (default: 60)",
    )
    group.addoption(
        "--race-seconds",
        type=_seconds,
        metavar="S",
        help="time for all searches together, split over the tests; replaces the default number "
        "of examples",
    )
    group.addoption(
        "--race-seed",
        type=int,
        metavar="N",
        help="the same seed gives the same searches (default: 0 in CI, else another each time)",
    )
    group.addoption(
        "--race-workers",
        type=_workers,
        metavar="N",
        help="split each hunt into N shards for pytest-xdist to distribute (default: auto, as "
        "many as there would be idle workers)",
    )
    group.addoption(
        "--race-reports",
        metavar="DIR",
        help="where minimal cases are saved and looked for (default: reports)",
    )
    group.addoption(
        "--race-json", metavar="FILE", help="write all findings of the session as one JSON object"
    )
    group.addoption(
        "--race-update",
        action="store_true",
        help="turn fixed cases into guards, and replace those that have drifted",
    )
    parser.addini("race_reports", "where minimal cases are saved (default: reports)")
    parser.addini(
        "race_cases", "folders whose case files are collected (default: race_reports)", "linelist"
    )
    parser.addini("race_examples", "examples for each test marked with races")


def settings_of(config: pytest.Config) -> Settings:
    """The settings of a session, made once for each process."""
    found = config.stash.get(_KEY, None)
    if found is None:
        found = config.stash[_KEY] = _settings(config, os.environ)
    return found


def _settings(config: pytest.Config, environment: Mapping[str, str]) -> Settings:
    option = config.option
    reports = _reports(config)
    ci = in_ci(environment)
    examples = option.race_examples
    if examples is None and config.getini("race_examples"):
        examples = _from_ini("race_examples", config.getini("race_examples"))
    listed = [config.rootpath / each for each in config.getini("race_cases")]
    return Settings(
        reports=reports,
        cases=tuple(listed) or (reports,),
        seed=_seed(config, ci=ci),
        examples=examples,
        seconds=option.race_seconds,
        workers=option.race_workers,
        update=option.race_update,
        json=None if option.race_json is None else Path(option.race_json).absolute(),
        ci=ci,
    )


def _reports(config: pytest.Config) -> Path:
    """On the command line relative to the working directory, in a file to that file's."""
    if config.option.race_reports is not None:
        return Path(config.option.race_reports).absolute()
    return config.rootpath / (config.getini("race_reports") or DEFAULT_REPORTS)


def _seed(config: pytest.Config, *, ci: bool) -> int:
    """The session's seed; a worker has the controller's."""
    handed: Any = getattr(config, "workerinput", {}).get("race_seed")
    if handed is not None:
        return int(handed)
    given: int | None = config.option.race_seed
    if given is not None:
        return given
    return 0 if ci else new_seed()


def header(settings: Settings) -> str:
    """The line of the report header."""
    budget = "" if settings.seconds is None else f", {settings.seconds:g} s"
    where = os.path.relpath(settings.reports)
    return f"race-explorer: seed {settings.seed}{' (CI)' if settings.ci else ''}{budget}, {where}/"


def may_be_case(path: Path, config: pytest.Config) -> bool:
    """Whether a JSON file lies where cases do, or is called like one."""
    if path.name.endswith(".race.json"):
        return True
    return any(path.is_relative_to(folder) for folder in settings_of(config).cases)


def in_ci(environment: Mapping[str, str]) -> bool:
    """Whether nobody watches: derandomise, and print what cannot be fetched later."""
    return any(environment.get(name, "").lower() not in _NO for name in CI_VARIABLES)


def _from_ini(name: str, text: str) -> int:
    try:
        return _positive(text)
    except ValueError:
        raise pytest.UsageError(f"{name} must be a whole number above 0, not {text!r}") from None


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError(text)
    return number


def _workers(text: str) -> int | None:
    return None if text == "auto" else _positive(text)


_positive.__name__, _seconds.__name__, _workers.__name__ = (
    "number above 0",
    "number of seconds",
    "number of workers",
)
