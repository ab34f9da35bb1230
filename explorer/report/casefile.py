"""Case files: what `reports/` holds, `replay` replays and CI guards. `format` is 1.

A case file is JSON, the same bytes for the same finding: fields in a fixed order, no date, no
version, no absolute path. A target that is a path is written relative to the working directory,
as it is typed; it is looked for there first, then beside the case file, then in the folders
above it up to the project's (so that `reports/counter.json` finds `counter.py` from anywhere).
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from explorer.model.saved import SavedCase, Shown, Step, steps_of, up_to_the_rounds
from explorer.model.schedule import Delay, Place, Switch
from explorer.model.verdict import Finding, Kind
from explorer.report.case_reader import FORMAT, LONGEST_SUMMARY, TOOL, read_case
from explorer.report.jsontext import layout
from explorer.report.places import place_of, portable
from explorer.report.reading import parse, read
from explorer.report.wording import clean


def saved_case(finding: Finding) -> SavedCase:
    """What is saved of a finding."""
    symptom, size = finding.symptom, finding.complexity
    shown = Shown(
        kind=symptom.kind,
        summary=clean(symptom.summary)[:LONGEST_SUMMARY],
        fingerprint=fingerprint(finding),
        also=symptom.also,
        objects=symptom.objects,
        where=tuple(place_of(line) for line in symptom.where),
        operations=size.operations,
        preemptions=size.preemptions,
        delays=size.delays,
        minimal=finding.minimal,
    )
    steps = steps_of(finding.trace)
    if finding.kind is Kind.LIVELOCK:
        # In the second half all take turns: what the schedule decides is in the first.
        steps = up_to_the_rounds(steps[: (len(steps) + 1) // 2])
    return SavedCase(finding.case, size.processes, shown, "fails", steps)


def fingerprint(finding: Finding) -> str:
    """Twelve hexadecimal digits that tell this defect from others of the same target.

    Made of kind, objects, and who does what in the events that make it up: it survives comments,
    new names for local variables and functions that move.
    """
    symptom, events = finding.symptom, finding.trace.events
    parts = [
        symptom.kind.value,
        list(symptom.objects),
        [
            [events[step].actor, events[step].operation, events[step].label]
            for step in symptom.steps
            if step < len(events)
        ],
        list(symptom.cycle),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


def content(saved: SavedCase | Finding) -> dict[str, Any]:
    """The content of a case file, as JSON values in their order."""
    if isinstance(saved, Finding):
        saved = saved_case(saved)
    case, shown = saved.case, saved.shows
    return {
        "tool": TOOL,
        "format": FORMAT,
        "target": portable(case.target),
        "arguments": list(case.arguments),
        "parameters": dict(case.parameters),
        "processes": saved.processes,
        "absent": list(case.absent),
        "seed": case.seed,
        "timed": case.timed,
        "expect": saved.expect,
        "shows": {
            "kind": shown.kind.value,
            "also": [kind.value for kind in shown.also],
            "summary": shown.summary,
            "objects": list(shown.objects),
            "where": list(shown.where),
            "fingerprint": shown.fingerprint,
            "operations": shown.operations,
            "preemptions": shown.preemptions,
            "delays": shown.delays,
            "minimal": shown.minimal,
        },
        "schedule": {
            "switches": [_switch(switch) for switch in case.schedule.switches],
            "delays": [_delay(delay) for delay in case.schedule.delays],
        },
        "steps": [_step(step) for step in saved.steps],
    }


def dump(saved: SavedCase | Finding) -> str:
    """The text of a case file."""
    return layout(content(saved)) + "\n"


def load(path: str | os.PathLike[str]) -> SavedCase:
    """The case in a file.

    Raises:
        BadCase: it is no case file of this format; the message names the first wrong field.
    """
    return read_case(read(Path(path)))


def loads(text: str, file: str) -> SavedCase:
    """The case in a text that came from `file`; see `load`."""
    return read_case(parse(text, file))


def _switch(switch: Switch) -> dict[str, Any]:
    return {**_place(switch.at), "to": switch.to, "preemptive": switch.preemptive}


def _delay(delay: Delay) -> dict[str, Any]:
    return {**_place(delay.at), "ticks": delay.ticks}


def _place(place: Place) -> dict[str, Any]:
    return {
        "process": place.process,
        "operation": place.operation,
        "object": place.object,
        "occurrence": place.occurrence,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "process": step.process,
        "operation": step.operation,
        "object": step.object,
        "enabled": list(step.enabled),
    }
