"""The pytest plugin: marked tests are explored, case files are collected.

pytest loads this for every project that has the explorer installed, so this module only says
where things are: whatever a session does not use is not imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from explorer import native

if TYPE_CHECKING:
    from explorer.pytest_plugin.collecting import CaseFile

_MARKER = """\
races(verify, examples, seconds, expect, outside, **values): explore the test: run it under many \
interleavings, or with verify=True under all of them (race-explorer)"""
_OURS = ("explorer.", "strategies.")


class _AsWritten:
    """Imports our own modules without pytest's rewriting of assertions.

    pytest rewrites the modules of every package that brings a plugin, nearly 300 here: a second
    of each session where Python writes no bytecode, and of the first one anywhere.
    """

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """A module of ours, found as usual."""
        return PathFinder.find_spec(name, path, target) if name.startswith(_OURS) else None


sys.meta_path.insert(0, _AsWritten)  # before pytest's
native.install()  # before that: what was compiled is not written at all


def pytest_addoption(parser: pytest.Parser) -> None:
    """The --race-… options."""
    from explorer.pytest_plugin.options import add_options

    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """The marker; where saved cases are, if pytest was not told where to look for tests."""
    config.addinivalue_line("markers", _MARKER)
    if hasattr(config, "workerinput"):
        return
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        config.args += [str(folder) for folder in _case_folders(config)]


def _case_folders(config: pytest.Config) -> list[Path]:
    """The folders of saved cases that there are, below none of those which are searched anyway."""
    from explorer.pytest_plugin.options import settings_of

    searched = [config.invocation_params.dir / each.partition("::")[0] for each in config.args]
    return [
        folder
        for folder in settings_of(config).cases
        if folder.is_dir() and not any(folder.is_relative_to(each) for each in searched)
    ]


def _is_used(config: pytest.Config) -> bool:
    """Whether this session has anything to do with us."""
    given = any(
        value not in (None, False)
        for name, value in vars(config.option).items()
        if name.startswith("race_")
    )
    return given or "explorer.pytest_plugin.marker" in sys.modules or _has_cases(config)


def _has_cases(config: pytest.Config) -> bool:
    """Whether there is something like a case file where cases are kept."""
    from explorer.pytest_plugin.options import settings_of

    return any(next(folder.glob("*.json"), None) for folder in settings_of(config).cases)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Where cases go, and the seed that repeats the session."""
    if config.option.verbose < 1 and not _is_used(config):
        return None
    from explorer.pytest_plugin.options import header, settings_of

    return header(settings_of(config))


def pytest_collect_file(file_path: Path, parent: Any) -> CaseFile | None:
    """Case files: those given by name, those in the configured folders, and all *.race.json."""
    if file_path.suffix != ".json":
        return None
    named = parent.session.isinitpath(file_path)
    from explorer.pytest_plugin.options import may_be_case

    if not named and not may_be_case(file_path, parent.config):
        return None
    from explorer.pytest_plugin.collecting import CaseFile, is_collected

    if not is_collected(file_path, parent.config, named=named):
        return None
    return CaseFile.from_parent(parent, path=file_path)


def pytest_itemcollected(item: Any) -> None:
    """A decorated test has the marker, too: `-m races` selects it."""
    if "explorer.pytest_plugin.marker" in sys.modules:
        from explorer.pytest_plugin.marker import ATTRIBUTE

        if hasattr(getattr(item, "function", None), ATTRIBUTE):
            item.add_marker("races")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marked tests get their options, and are split where workers would idle."""
    if any(item.get_closest_marker("races") for item in items):
        from explorer.pytest_plugin.sharding import prepare

        prepare(config, items)
        _register_summary(config)
    elif config.option.race_json is not None:
        _register_summary(config)


def _register_summary(config: pytest.Config) -> None:
    if not config.pluginmanager.has_plugin("race-summary"):
        from explorer.pytest_plugin.summary import Summary

        config.pluginmanager.register(Summary(), "race-summary")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> bool | None:
    """Explore a marked test in place of calling it."""
    if "explorer.pytest_plugin.sharding" not in sys.modules:
        return None
    from explorer.pytest_plugin.sharding import OPTIONS

    options = pyfuncitem.stash.get(OPTIONS, None)
    if options is None:
        return None
    from explorer.pytest_plugin.running import run_item

    run_item(pyfuncitem, options)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Iterator[None]:
    """The picture in place of our traceback, and the record for the summary."""
    if call.when != "call" or "explorer.pytest_plugin.record" not in sys.modules:
        return (yield)
    from explorer.pytest_plugin.reporting import complete, show

    show(item, call)
    report = yield
    complete(item, report)
    return report


class _Distributed:
    """What the controller of pytest-xdist does; its hooks exist only with it."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """A worker starts."""
        from explorer.pytest_plugin.options import settings_of

        node.workerinput["race_seed"] = settings_of(node.config).seed
        node.workerinput["race_width"] = node.config.get_terminal_writer().fullwidth
        _register_summary(node.config)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Hooks of pytest-xdist."""
    pluginmanager.register(_Distributed(), "race-distributed")
