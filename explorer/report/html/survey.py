"""The report of a hunt: what was found, and whether more searching would find more."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from explorer.model.survey import Share, Survey
from explorer.model.verdict import Finding
from explorer.report.html.page import asset, document
from explorer.report.html.plots import Axis, Plot, bars
from explorer.report.html.text import esc
from explorer.report.places import portable
from explorer.report.wording import clean, count, size, title

_MOST_COLUMNS: Final = 10
_MOST_ROWS: Final = 14
#: How strongly a cell in which everything fails is coloured, in percent; the words stay readable.
_STRONGEST: Final = 50
#: Of the runs since the middle of a hunt, this share found nothing new: it is nearly through.
_SATURATED: Final = 0.9


def survey_page(surveys: Sequence[Survey], folder: str = ".") -> str:
    """The HTML of a hunt in one or several targets, to stand in `folder`."""
    parts = "".join(_target(survey, folder) for survey in surveys)
    executions = sum(survey.verdict.coverage.executions for survey in surveys)
    found = sum(len(survey.verdict.findings) for survey in surveys)
    head = f"{count(found, 'finding')} in {count(executions, 'execution')}"
    body = (
        f'<header><div class="line"><h1>{esc(head)}</h1>'
        '<button type="button" id="theme" hidden>Dark</button></div></header>'
        f"<main>{parts}</main>"
    )
    return document(f"race-explorer hunt: {head}", body, style=asset("survey.css"))


def _target(survey: Survey, folder: str) -> str:
    verdict = survey.verdict
    figures = [
        _figure("How fast", _speed(survey)),
        _figure("Is there more to find?", _saturation(survey)),
        _figure("Preemptions", _preemptions(survey)),
        _figure("Where it fails", _heat(survey)),
        _figure("How sampled runs ended", _endings(survey)),
    ]
    return (
        f'<section><h2 class="target">{esc(portable(verdict.target))}</h2>'
        f"{_findings(verdict.findings, folder)}"
        f'<div class="figures">{"".join(figures)}</div></section>'
    )


def _figure(head: str, inside: str) -> str:
    return f'<section class="figure"><h3>{esc(head)}</h3>{inside}</section>' if inside else ""


def _findings(findings: Sequence[Finding], folder: str) -> str:
    if not findings:
        return "<p>Nothing found in the schedules that were sampled.</p>"
    items = "".join(_finding(finding, folder) for finding in findings)
    return f'<ul class="waiting">{items}</ul>'


def _finding(finding: Finding, folder: str) -> str:
    summary = esc(clean(finding.symptom.summary))
    if finding.file is not None:
        page = Path(os.path.relpath(finding.file, folder)).with_suffix(".html").as_posix()
        summary = f'<a href="{esc(quote(page))}">{summary}</a>'
    return (
        f'<li><span class="badge found">{esc(title(finding.kind))}</span> {summary} '
        f'<span class="size">{esc(size(finding.complexity, finding.minimal))}</span></li>'
    )


def _speed(survey: Survey) -> str:
    """Executions over time, and when each defect was met first."""
    samples = survey.samples
    if len(samples) < 2:
        return ""
    last = samples[-1]
    rate = last.executions / last.seconds if last.seconds > 0 else 0.0
    said = f"{count(last.executions, 'execution')} in {last.seconds:.2f} s, {rate:,.0f} a second."
    plot = Plot(Axis(last.seconds, "seconds"), Axis(last.executions, "executions"), said)
    points = [(0.0, 0.0), *((one.seconds, float(one.executions)) for one in samples)]
    plot.area(points, "area")
    plot.line(points, "line")
    known = 0
    for sample in samples:
        if sample.defects > known:
            known = sample.defects
            plot.mark(sample.seconds, "first finding" if known == 1 else f"finding {known}")
    return f"<p>{esc(said)}</p>{plot.svg()}"


def _saturation(survey: Survey) -> str:
    """Distinct traces over executions: a curve that flattens has seen most of what there is."""
    samples = survey.samples
    if len(samples) < 2:
        return ""
    last, middle = samples[-1], samples[len(samples) // 2]
    runs, new = last.executions - middle.executions, last.traces - middle.traces
    share = 1 - new / runs if runs else 0.0
    verdict = "nearly saturated" if share >= _SATURATED else "still finding new traces"
    said = (
        f"{count(last.traces, 'distinct trace')}; in the second half {share:.0%} of the runs "
        f"repeated a known one: {verdict}."
    )
    plot = Plot(Axis(last.executions, "executions"), Axis(last.traces, "distinct traces"), said)
    even = float(min(last.executions, last.traces))
    plot.line([(0, 0), (even, even)], "reference")
    points = [(0.0, 0.0), *((float(one.executions), float(one.traces)) for one in samples)]
    plot.area(points, "area")
    plot.line(points, "line")
    return f"<p>{esc(said)} Dashed: every run a new trace.</p>{plot.svg()}"


def _endings(survey: Survey) -> str:
    if not survey.endings:
        return ""
    whole = sum(number for _, number in survey.endings)
    rows = "".join(
        f'<tr><th scope="row">{esc(name)}</th><td class="bar"><i class="{_tone(name)}" '
        f'style="width:{100 * number / whole:.1f}%"></i></td><td>{number / whole:.0%}</td></tr>'
        for name, number in survey.endings
    )
    table = f'<table class="ends"><tbody>{rows}</tbody></table>'
    return f"<p>{count(whole, 'run')}, one of each example.</p>{table}"


def _tone(name: str) -> str:
    return "fine" if name == "passes" else "failing"


def _preemptions(survey: Survey) -> str:
    """How many preemptions the sampled runs had; those that failed below, in red."""
    if not survey.preemptions:
        return ""
    shares = dict(survey.preemptions)
    highest = max(shares)
    width = max(1, -(-(highest + 1) // _MOST_COLUMNS))
    columns = []
    for low in range(0, highest + 1, width):
        inside = [shares[number] for number in range(low, low + width) if number in shares]
        name = str(low) if width == 1 else f"{low}–{low + width - 1}"
        runs, failing = sum(one.runs for one in inside), sum(one.failing for one in inside)
        columns.append((name, runs, failing))
    said = "; ".join(f"{name}: {runs} runs, {bad} failed" for name, runs, bad in columns)
    return "<p>Failing runs in red.</p>" + bars(columns, "preemptions in a run", said)


def _heat(survey: Survey) -> str:
    """The share of runs that looked wrong, by placement and number of processes."""
    cells = {(name, processes): share for name, processes, share in survey.cells}
    if len(cells) < 2:
        return ""
    columns = sorted({processes for _, processes in cells})
    weight: dict[str, int] = {}
    for (name, _), share in cells.items():
        weight[name] = weight.get(name, 0) + share.runs
    rows = sorted(sorted(weight, key=lambda name: (-weight[name], name))[:_MOST_ROWS])
    head = "".join(f'<th scope="col">{processes}</th>' for processes in columns)
    body = "".join(
        f'<tr><th scope="row">{esc(name) or "–"}</th>'
        + "".join(_cell(cells.get((name, processes))) for processes in columns)
        + "</tr>"
        for name in rows
    )
    left = len(weight) - len(rows)
    more = f"<p>{left} placements drawn more rarely are not shown.</p>" if left else ""
    return (
        "<p>Share of runs that looked wrong, by lock placement and number of processes.</p>"
        f'<div class="wide" tabindex="0" role="region" aria-label="Heat map"><table class="heat">'
        f'<thead><tr><td></td><th colspan="{len(columns)}">processes</th></tr>'
        f"<tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>{more}"
    )


def _cell(share: Share | None) -> str:
    if share is None or not share.runs:
        return "<td></td>"
    part = share.failing / share.runs
    return (
        f'<td style="--heat:{_STRONGEST * part:.0f}%" title="{share.failing} of {share.runs} runs">'
        f"{part:.0%}</td>"
    )
