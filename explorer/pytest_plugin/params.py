"""What `parametrize` gives a test, in the modules of a run.

pytest has evaluated `parametrize("work", [racy, locked])` in its own import of the test module; a
run has other functions of that name, which use the virtual multiprocessing. So the value is
looked up by its place in the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

ABSENT: Final = object()


def same_cell(name: str, value: Any, marks: Iterable[Any], owners: Iterable[Any]) -> Any:
    """What stands where `value` stands in `marks`, in the marks of `owners`; ABSENT if unknown.

    Args:
        marks: pytest's own, the closest to the test first.
        owners: of the run: the test function, its class, the namespace of its module.
    """
    known = [column for mark in marks for column in [_column(name, mark)] if column]
    for column, other in zip(known, _columns(name, owners), strict=False):
        for place, each in enumerate(column):
            if each is value and place < len(other):
                return other[place]
    return ABSENT


def fixture_param(found: Any, place: int | None) -> Any:
    """What stands at `place` of the `params` of a fixture of this run; ABSENT if nothing does."""
    marker = getattr(found, "_fixture_function_marker", None)
    marker = marker or getattr(found, "_pytestfixturefunction", None)  # before pytest 8.4
    params = getattr(marker, "params", None) or ()
    if place is None or place >= len(params):
        return ABSENT
    values = getattr(params[place], "values", None)
    return values[0] if isinstance(values, tuple) else params[place]


def _columns(name: str, owners: Iterable[Any]) -> Iterator[list[Any]]:
    for owner in owners:
        marks = owner.get("pytestmark") if isinstance(owner, dict) else _own_marks(owner)
        for mark in marks if isinstance(marks, list | tuple) else [marks]:
            mark = getattr(mark, "mark", mark)
            if getattr(mark, "name", "") == "parametrize":
                column = _column(name, mark)
                if column:
                    yield column


def _own_marks(owner: Any) -> Any:
    return getattr(owner, "pytestmark", ())


def _column(name: str, mark: Any) -> list[Any]:
    """The values that one `parametrize` gives to `name`; [] if it gives none, or no list."""
    given = dict(zip(("argnames", "argvalues"), mark.args, strict=False)) | mark.kwargs
    names, rows = given.get("argnames", ""), given.get("argvalues")
    names = [each.strip() for each in names.split(",")] if isinstance(names, str) else list(names)
    if name not in names or not isinstance(rows, list | tuple):
        return []
    place = names.index(name)
    found = []
    for row in rows:
        values = getattr(row, "values", None)
        if isinstance(values, tuple):  # pytest.param(…)
            found.append(values[place])
        else:
            found.append(row if len(names) == 1 else row[place])
    return found
