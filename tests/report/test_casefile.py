"""Case files: the same text for the same finding, read back whole; anything else is refused."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from explorer.errors import BadCase
from explorer.model.saved import SavedCase
from explorer.model.schedule import Delay, Place, Schedule, Switch
from explorer.model.trace import SourceLine
from explorer.report.casefile import content, dump, fingerprint, load, loads, saved_case
from explorer.report.places import find_target, is_path, place_of, portable, stem
from tests.report.findings import FINDINGS, crossed_locks, lost_update, philosophers

names = pytest.mark.parametrize("name", FINDINGS)
LOST = json.loads(dump(lost_update()))


def read(value: Any) -> SavedCase:
    return loads(json.dumps(value), "case.json")


def changed(path: str, value: Any) -> dict[str, Any]:
    """The lost update's file with one field changed ("steps.0.process"), or taken out (`del`)."""
    document = json.loads(json.dumps(LOST))
    *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    inner: Any = document
    for part in way:
        inner = inner[part]
    if value is del_:
        del inner[last]
    else:
        inner[last] = value
    return document  # type: ignore[no-any-return]


del_ = object()


@names
def test_what_is_written_is_read_back_the_same(name: str) -> None:
    finding = FINDINGS[name]()
    if name == "hostile":  # a target that no file system gave us
        finding = replace(finding, case=lost_update().case)
    saved = saved_case(finding)
    assert loads(dump(finding), "case.json") == saved
    assert dump(loads(dump(finding), "case.json")) == dump(finding)


@names
def test_the_same_finding_gives_the_same_text(name: str) -> None:
    assert dump(FINDINGS[name]()) == dump(FINDINGS[name]())


def test_a_case_file_reads_well() -> None:
    path = Path(__file__).parent / "snapshots" / "case.json"
    text = dump(lost_update())
    if os.environ.get("RACE_SNAPSHOTS") == "update":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


places = st.builds(
    Place,
    st.text(min_size=1, max_size=8),
    st.text(min_size=1, max_size=8),
    st.text(max_size=8),
    st.integers(1, 9),
)
schedules = st.builds(
    Schedule,
    st.lists(st.builds(Switch, places, st.text(max_size=8), st.booleans()), max_size=4).map(tuple),
    st.lists(st.builds(Delay, places, st.integers(1, 99)), max_size=4).map(tuple),
)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


@given(
    schedules,
    st.dictionaries(st.text(max_size=8), scalars, max_size=4),
    st.lists(st.text(st.characters(exclude_categories=())), max_size=4),
)
def test_any_schedule_parameters_and_arguments_are_read_back(
    schedule: Schedule, parameters: dict[str, Any], arguments: list[str]
) -> None:
    saved = saved_case(lost_update())
    parameters = {name: value for name, value in parameters.items() if value not in (1e400, -1e400)}
    case = replace(saved.case, schedule=schedule, parameters=parameters, arguments=tuple(arguments))
    again = loads(dump(replace(saved, case=case)), "case.json")
    assert again == replace(saved, case=case)


# Refusals: one message, with the field, what was expected, and what was there.

WRONG: dict[str, tuple[str, Any, str]] = {
    "a foreign tool": ("tool", "pytest", 'not a case file: it has no "tool": "race-explorer"'),
    "a later format": ("format", 2, "a case file of format 2; this version reads format 1"),
    "a format that is a word": ("format", "one", 'of format "one"; this version reads format 1'),
    "a missing field": ("seed", del_, 'there is no "seed"'),
    "an unknown field": ("shedule", {}, '"shedule" is not known here; known: tool, format, '),
    "a missing inner field": ("steps.0.enabled", del_, 'there is no "enabled" in steps[0]'),
    "an unknown inner field": ("shows.colour", 1, '"colour" in shows is not known here'),
    "a number for a text": ("target", 7, "target must be a text, not 7"),
    "an empty target": ("target", "", "target must be a scenario, a path or module:function"),
    "an absolute target": ("target", "/etc/x.py", "a path relative to the working directory, not "),
    "a target with an escape": ("target", "a\x1b[2J.py", "target must be a scenario, a path or "),
    "a text for a list": ("absent", "Process-1", 'absent must be a list, not "Process-1"'),
    "a list for an object": ("schedule", [], "schedule must be an object, not []"),
    "true for a number": ("seed", True, "seed must be a whole number, not true"),
    "a fraction for a number": ("processes", 1.5, "processes must be a whole number, not 1.5"),
    "a negative count": ("processes", -1, "processes must be a whole number from 0 to 1000000000"),
    "a number for a flag": ("timed", 1, "timed must be true or false, not 1"),
    "a strange expectation": ("expect", "maybe", 'expect must be one of "fails", "passes", not '),
    "a strange kind": ("shows.kind", "crash", 'shows.kind must be one of "lost-update", '),
    "an object for a word": ("shows.kind", {}, "shows.kind must be one of"),
    "a nested parameter": ("parameters", {"n": [1]}, "parameters.n must be a text, a number, "),
    "an endless number": ("parameters", {"n": 1e999}, "not JSON: Infinity is not a number"),
    "no steps": ("steps", [], "steps must be the steps to replay, not []"),
    "a step of nobody": ("steps.3.enabled", ["Process-9"], "a list with the process that goes"),
    "an occurrence of zero": ("schedule.switches.0.occurrence", 0, "from 1 to 1000000000, not 0"),
    "half a surrogate pair": ("shows.summary", "\ud800", "a text without lone surrogates"),
    "a text too long": ("target", "x" * 2_000, "a text of at most 1000 characters, not"),
}


@pytest.mark.parametrize(("path", "value", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_field_is_named_with_what_was_expected(path: str, value: Any, message: str) -> None:
    with pytest.raises(BadCase) as caught:
        read(changed(path, value))
    text = str(caught.value)
    assert text.startswith("case.json: ")
    assert message in text
    assert len(text) < 400


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON: Expecting value"),
        ("{", "not JSON"),
        ("[1, 2", "not JSON"),
        ("null", "the file must be an object, not null"),
        ("[]", "the file must be an object, not []"),
        ("NaN", "not JSON: NaN is not a number that JSON knows"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('{"tool": 1, "tool": 2}', 'not JSON: "tool" stands twice in one object'),
        ("9" * 5_000, "not JSON"),
        ('{"tool": "race-explorer"}', "of format no format"),
    ],
)
def test_what_is_no_case_file_is_refused(text: str, message: str) -> None:
    with pytest.raises(BadCase, match=r"case\.json: ") as caught:
        loads(text, "case.json")
    assert message in str(caught.value)


values = st.recursive(
    scalars | st.sampled_from(["fails", "passes", "race-explorer", "lost-update", 10**40, -1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


def mutated(document: Any, data: st.DataObject) -> Any:
    """The document with one value somewhere in it replaced, removed or doubled."""
    if isinstance(document, dict) and document and data.draw(st.integers(0, 3)):
        name = data.draw(st.sampled_from(sorted(document)))
        match data.draw(st.integers(0, 5)):
            case 0:
                return {key: value for key, value in document.items() if key != name}
            case 1:
                return {**document, data.draw(st.text(max_size=6)): document[name]}
            case _:
                return {**document, name: mutated(document[name], data)}
    if isinstance(document, list) and document and data.draw(st.integers(0, 3)):
        place = data.draw(st.integers(0, len(document) - 1))
        match data.draw(st.integers(0, 5)):
            case 0:
                return document[:place] + document[place + 1 :]
            case 1:
                return [*document, document[place]]
            case _:
                return [*document[:place], mutated(document[place], data), *document[place + 1 :]]
    return data.draw(values)


def refused_or_read(reader: Callable[[], SavedCase]) -> None:
    try:
        saved = reader()
    except BadCase as error:
        message = str(error)
    else:
        message = "case.json: read"
        assert loads(dump(saved), "case.json") == saved
    assert message.startswith("case.json: ")
    assert message.isprintable()


@given(st.data())
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_a_mutated_case_file_is_read_or_refused(data: st.DataObject) -> None:
    text = json.dumps(mutated(LOST, data))
    refused_or_read(lambda: loads(text, "case.json"))


@given(st.integers(0, len(dump(lost_update()))), st.integers(0, 40), st.text(max_size=5))
def test_a_case_file_with_a_hole_in_it_is_read_or_refused(at: int, size: int, new: str) -> None:
    text = dump(lost_update())
    refused_or_read(lambda: loads(text[:at] + new + text[at + size :], "case.json"))


@given(st.text())
@example("\ufeff{}")
def test_any_text_is_read_or_refused(text: str) -> None:
    refused_or_read(lambda: loads(text, "case.json"))


@given(st.binary())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(data)
    with pytest.raises(BadCase, match=r"case\.json: ") as caught:
        load(path)
    assert str(caught.value).isprintable()


def test_a_byte_order_mark_of_an_editor_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(b"\xef\xbb\xbf" + dump(lost_update()).encode())
    assert load(path) == saved_case(lost_update())


def test_what_is_not_a_readable_file_is_refused_at_once(tmp_path: Path) -> None:
    fifo, large = tmp_path / "fifo", tmp_path / "large"
    os.mkfifo(fifo)
    with large.open("wb") as stream:
        stream.truncate(17 * 1024 * 1024)
    began = time.monotonic()
    for path, message in [
        (tmp_path / "none.json", "there is no such file"),
        (tmp_path, "not a regular file|Is a directory"),
        (fifo, "not a regular file"),
        (Path("/dev/zero"), "not a regular file"),
        (large, "larger than 16 MB"),
        (tmp_path / ("x" * 300), "cannot be read"),
        (Path("a\0b"), "cannot be read"),
        (tmp_path / "large" / "x", "cannot be read"),
    ]:
        with pytest.raises(BadCase, match=message):
            load(path)
    assert time.monotonic() - began < 5


def test_reading_a_case_file_executes_nothing(tmp_path: Path) -> None:
    (tmp_path / "evil.py").write_text("raise SystemExit('executed')")
    path = tmp_path / "case.json"
    path.write_text(json.dumps(changed("target", "evil.py")), encoding="utf-8")
    saved = load(path)
    assert find_target(saved, path).endswith("evil.py")


# Targets and lines.


def test_a_target_is_saved_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    inside, outside = tmp_path / "src" / "x.py", tmp_path.parent / "y.py"
    assert portable(str(inside)) == "src/x.py"
    assert portable(f"{inside}::main") == "src/x.py::main"
    assert portable(str(outside)) == "../y.py"
    assert portable("package.module:main") == "package.module:main"
    assert portable("counter-value") == "counter-value"


def test_a_line_outside_the_working_directory_is_saved_by_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert place_of(SourceLine("counter.py", 6)) == "counter.py:6"
    assert place_of(SourceLine(str(tmp_path / "src" / "x.py"), 3)) == "src/x.py:3"
    assert place_of(SourceLine("/usr/lib/python3/multiprocessing/queues.py", 9)) == (
        "multiprocessing/queues.py:9"
    )


def test_no_absolute_path_gets_into_a_case_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = lost_update()
    line = SourceLine(str(tmp_path.parent / "lib" / "counter.py"), 6)
    found = replace(
        found,
        case=replace(found.case, target=str(tmp_path / "counter.py")),
        symptom=replace(found.symptom, where=(line,)),
    )
    assert str(tmp_path.parent) not in dump(found)
    assert content(found)["target"] == "counter.py"


def test_a_target_is_found_from_here_beside_the_file_or_above_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    reports = project / "reports"
    reports.mkdir(parents=True)
    elsewhere.mkdir()
    saved, file = saved_case(lost_update()), reports / "counter-lost-update.json"
    found: list[str] = []
    for folder in (project, reports, elsewhere):
        (folder / "counter.py").write_text("")
    for here in (elsewhere, project):
        monkeypatch.chdir(here)
        found.append(find_target(saved, file))
    (elsewhere / "counter.py").unlink()
    monkeypatch.chdir(elsewhere)
    found.append(find_target(saved, file))
    (reports / "counter.py").unlink()
    found.append(find_target(saved, file))
    assert found == [
        "counter.py",
        "counter.py",
        "../project/reports/counter.py",
        "../project/counter.py",
    ]
    (project / "counter.py").unlink()
    with pytest.raises(BadCase, match=r"its target counter\.py is neither in the working"):
        find_target(saved, file)


def test_a_target_is_looked_for_in_the_folders_of_the_project_and_no_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = tmp_path / "project" / "tests" / "races"
    here = tmp_path / "elsewhere"
    for folder in (reports, here):
        folder.mkdir(parents=True)
    monkeypatch.chdir(here)
    saved, file = saved_case(lost_update()), reports / "counter-lost-update.json"
    (tmp_path / "counter.py").write_text("")
    (tmp_path / "project" / "pyproject.toml").write_text("")
    with pytest.raises(BadCase):
        find_target(saved, file)
    (tmp_path / "project" / "counter.py").write_text("")
    assert find_target(saved, file) == "../project/counter.py"


def test_a_scenario_or_a_module_is_not_looked_for_on_disk() -> None:
    for target in ("counter-value", "package.module:main"):
        saved = saved_case(lost_update())
        saved = replace(saved, case=replace(saved.case, target=target))
        assert find_target(saved, "nowhere/case.json") == target
        assert not is_path(target)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("counter.py", "counter"),
        ("programs/counter.py::main", "counter"),
        ("../../etc/passwd", "passwd"),
        ("counter-value", "counter-value"),
        ("package.module:main", "package.module-main"),
        (".hidden.py", "hidden"),
        ("..", "case"),
        ("日本.py", "case"),
        ("a b;rm -rf *.py", "a-b-rm-rf"),
        ("x" * 500 + ".py", "x" * 60),
        ("", "case"),
    ],
)
def test_a_file_name_is_made_of_harmless_characters(target: str, name: str) -> None:
    assert stem(target) == name


@given(st.text())
def test_no_target_gives_a_name_that_leaves_the_folder(target: str) -> None:
    name = stem(target)
    assert name
    assert Path(name).name == name
    assert not name.startswith(".")


def test_the_fingerprint_tells_defects_apart_and_survives_moved_lines() -> None:
    found = lost_update()
    events = tuple(replace(event, where=SourceLine("x.py", 99)) for event in found.trace.events)
    moved = replace(
        found,
        trace=replace(found.trace, events=events),
        symptom=replace(found.symptom, where=(SourceLine("x.py", 99),)),
    )
    assert fingerprint(moved) == fingerprint(found)
    others = {fingerprint(made()) for made in (lost_update, crossed_locks, philosophers)}
    assert len(others) == 3
