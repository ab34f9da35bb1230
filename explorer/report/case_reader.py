"""From a JSON document to a saved case, or one clear `BadCase` (see `reading`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from explorer.errors import BadCase
from explorer.model.case import Case
from explorer.model.saved import SavedCase, Shown, Step
from explorer.model.schedule import Delay, Place, Schedule, Switch
from explorer.model.verdict import Kind
from explorer.report.places import is_path
from explorer.report.reading import Field

TOOL: Final = "race-explorer"
FORMAT: Final = 1
EXPECT: Final = ("fails", "passes")
LONGEST_SUMMARY: Final = 1_000

_BIG: Final = 10**9
_KINDS: Final = tuple(kind.value for kind in Kind)
_PLACE: Final = ("process", "operation", "object", "occurrence")
_FIELDS: Final = (
    "tool",
    "format",
    "target",
    "arguments",
    "parameters",
    "processes",
    "absent",
    "seed",
    "timed",
    "expect",
    "shows",
    "schedule",
    "steps",
)
_SHOWN: Final = (
    "kind",
    "also",
    "summary",
    "objects",
    "where",
    "fingerprint",
    "operations",
    "preemptions",
    "delays",
    "minimal",
)


def read_case(document: Field) -> SavedCase:
    """Check a document whole and make a case of it.

    Raises:
        BadCase: at the first field that is not as it must be.
    """
    given = document.entries()
    if "tool" not in given or given["tool"].value != TOOL:
        raise BadCase(f'{document.file}: not a case file: it has no "tool": "{TOOL}"')
    if "format" not in given or given["format"].value != FORMAT:
        shown = json.dumps(given["format"].value)[:60] if "format" in given else "no format"
        raise BadCase(
            f"{document.file}: a case file of format {shown}; this version reads format {FORMAT}"
        )
    fields = document.members(_FIELDS)
    steps = tuple(_read_step(item) for item in fields["steps"].items())
    expect = fields["expect"].choice(EXPECT)
    shows = _read_shown(fields["shows"].members(_SHOWN))
    if not steps and expect == "fails" and shows.operations:
        fields["steps"].refuse("the steps to replay")
    return SavedCase(
        case=_read_run(fields),
        processes=fields["processes"].number(0, _BIG),
        shows=shows,
        expect=expect,
        steps=steps,
    )


def _read_run(fields: Mapping[str, Field]) -> Case:
    schedule = fields["schedule"].members(("switches", "delays"))
    return Case(
        target=_read_target(fields["target"]),
        arguments=tuple(item.argument() for item in fields["arguments"].items(1_000)),
        parameters={name: value.scalar() for name, value in fields["parameters"].entries().items()},
        absent=fields["absent"].texts(),
        seed=fields["seed"].number(-(2**128), 2**128),
        timed=fields["timed"].flag(),
        schedule=Schedule(
            tuple(_read_switch(item) for item in schedule["switches"].items()),
            tuple(_read_delay(item) for item in schedule["delays"].items()),
        ),
    )


def _read_target(field: Field) -> str:
    target = field.text(1_000)
    if not target or not target.isprintable():
        field.refuse("a scenario, a path or module:function")
    if is_path(target) and Path(target).is_absolute():
        field.refuse("a path relative to the working directory")
    return target


def _read_shown(fields: Mapping[str, Field]) -> Shown:
    return Shown(
        kind=Kind(fields["kind"].choice(_KINDS)),
        summary=fields["summary"].text(),
        fingerprint=fields["fingerprint"].text(64),
        also=tuple(Kind(item.choice(_KINDS)) for item in fields["also"].items(len(_KINDS))),
        objects=fields["objects"].texts(),
        where=fields["where"].texts(),
        operations=fields["operations"].number(0, _BIG),
        preemptions=fields["preemptions"].number(0, _BIG),
        delays=fields["delays"].number(0, _BIG),
        minimal=fields["minimal"].text(200),
    )


def _read_place(fields: Mapping[str, Field]) -> Place:
    return Place(
        fields["process"].text(),
        fields["operation"].text(),
        fields["object"].text(),
        fields["occurrence"].number(1, _BIG),
    )


def _read_switch(field: Field) -> Switch:
    fields = field.members((*_PLACE, "to", "preemptive"))
    return Switch(_read_place(fields), fields["to"].text(), fields["preemptive"].flag())


def _read_delay(field: Field) -> Delay:
    fields = field.members((*_PLACE, "ticks"))
    return Delay(_read_place(fields), fields["ticks"].number(1, _BIG))


def _read_step(field: Field) -> Step:
    fields = field.members(("process", "operation", "object", "enabled"))
    step = Step(
        fields["process"].text(),
        fields["operation"].text(),
        fields["object"].text(),
        fields["enabled"].texts(),
    )
    if step.process not in step.enabled:
        fields["enabled"].refuse("a list with the process that goes in it")
    return step
