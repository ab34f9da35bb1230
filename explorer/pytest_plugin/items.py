"""From what pytest collected to what is explored."""

from __future__ import annotations

from typing import Any, Final

from explorer.errors import UsageError
from explorer.pytest_plugin.marker import ATTRIBUTE, RaceOptions, options_of, refuse_given
from explorer.pytest_plugin.program import Rewrite
from explorer.pytest_plugin.subject import Fixture, Named, Subject, loaded_sources, named

MARKER: Final = "races"
#: pytest's own fixtures that call `setup_module` and the like; a run calls these itself.
_XUNIT: Final = ("xunit_setup_", "_xunit_setup_", "_unittest_set")


def options_of_item(item: Any) -> RaceOptions | None:
    """What a test says about its exploration; None if it is an ordinary test.

    Raises:
        UsageError: its marker is wrong.
    """
    function = getattr(item, "function", None)
    found = getattr(function, ATTRIBUTE, None)
    if isinstance(found, RaceOptions):
        return found
    mark = item.get_closest_marker(MARKER)
    if mark is None or function is None:
        return None
    if mark.args:
        raise UsageError(f"{item.nodeid}: the marker races takes keyword arguments only.")
    return options_of(mark.kwargs)


def base_name(item: Any) -> str:
    """The node id without what tells shards of one test apart."""
    name: str = getattr(item, "race_base", None) or item.nodeid
    return name


def keep_for_pytest(item: Any, options: RaceOptions) -> None:
    """Leave to pytest only the fixtures that it is to set up: those which are not the suite's."""
    own = _own_fixtures(item, options)
    drawn = {each.name for each in options.drawn}
    item.race_needed = tuple(name for name in item.fixturenames if _is_needed(name))
    item.fixturenames = [
        name
        for name in item.fixturenames
        if name not in own and name not in drawn and not name.startswith(_XUNIT)
    ]


def subject_of(item: Any, options: RaceOptions, request: Any = None) -> Subject:
    """The test of an item.

    Args:
        request: pytest's request of the item that is running, where that is another one (a case
            file's): fixtures that are not the suite's come from it.

    Raises:
        UsageError: it cannot be executed afresh.
    """
    refuse_given(item.obj, item.nodeid)
    where = named(item.function)
    if where is None:
        raise UsageError(
            f"{item.nodeid}: the test cannot be executed afresh in every run: it is not a plain "
            "function of the module it stands in."
        )
    callspec = getattr(item, "callspec", None)
    drawn = [each.name for each in options.drawn]
    return Subject(
        target=base_name(item),
        function=_in_class(item, where),
        arguments=tuple(dict.fromkeys([*item._fixtureinfo.argnames, *drawn])),
        sources=loaded_sources(),
        fixtures=_own_fixtures(item, options),
        needed=tuple(
            name
            for name in getattr(item, "race_needed", item.fixturenames)
            if _is_needed(name) and name not in drawn
        ),
        params={} if callspec is None else dict(callspec.params),
        outer=(request or item._request).getfixturevalue,
        request=item._request,
        drawn=frozenset(drawn),
    )


def rewriting(config: Any) -> Rewrite | None:
    """pytest's rewriting of assertions, if it is on."""
    if config.getoption("assertmode", "plain") != "rewrite":
        return None
    try:
        from _pytest.assertion.rewrite import rewrite_asserts
    except ImportError:
        return None
    return lambda tree, source, path: rewrite_asserts(tree, source, path, config)


def _in_class(item: Any, where: Named) -> Named:
    """A test that a class inherits runs on that class."""
    if item.cls is None:
        return where
    names = (*item.cls.__qualname__.split("."), item.originalname)
    found = named(item.function)
    module = where.module if found is None else found.module
    if item.cls.__module__ != module.name:
        module = loaded_sources().get(item.cls.__module__, module)
    return Named(module, names)


def _own_fixtures(item: Any, options: RaceOptions) -> dict[str, list[Fixture]]:
    """The fixtures of the suite by name, each name's from furthest to closest."""
    found = {}
    for name, definitions in item._fixtureinfo.name2fixturedefs.items():
        if name in options.outside or name.startswith(_XUNIT):
            continue
        several = [_fixture(item, name, each) for each in definitions]
        if several and several[-1] is not None:
            found[name] = [each for each in several if each is not None]
    return found


def _fixture(item: Any, name: str, definition: Any) -> Fixture | None:
    where = named(getattr(definition.func, "__func__", definition.func))
    if where is None:
        return None
    given = getattr(getattr(item, "callspec", None), "params", {})
    if name not in given:
        return Fixture(name, where)
    param = given[name]
    own = [getattr(each, "values", (each,)) for each in definition.params or ()]
    places = [place for place, values in enumerate(own) if values[0] is param]
    return Fixture(name, where, param, True, places[0] if places else None)


def _is_needed(name: str) -> bool:
    return name != "request" and not name.startswith(_XUNIT)
