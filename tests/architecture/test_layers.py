"""Who may import whom, read from the source with `ast`.

Every import counts: absolute or relative, at the top, inside a function, under TYPE_CHECKING, or by
`import_module("a literal name")`. TYPE_CHECKING gets no leave to point upwards: a signature that
names a type from above ties the two as firmly as a call does, and the cure is a Protocol below.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Parts of `explorer`, lowest first. A part imports parts of the levels below, none of its own level
# but itself. `explorer/__init__.py`, the public face, is above them all: no part imports it.
LEVELS: list[set[str]] = [
    {"errors", "native"},
    {"model"},
    {"causality", "objects"},
    {"engine", "detect"},
    {"search", "frontend"},
    {"worlds"},
    {"minimize", "report"},
    {"scenarios"},
    {"api", "events", "findings", "oracle"},
    {"errands"},
    {"checking", "hunting", "verifying", "replaying", "confirming", "scripting", "explaining"},
    {"fixing"},
    {"cli", "pytest_plugin"},
    {"__main__"},
]
FACE = "__init__"

# What `strategies` may import of `explorer`.
OPEN_TO_STRATEGIES = {"model", "scenarios", "api"}

# Who may import these packages; `strategies` and the face are written as they are, parts by name.
RESERVED: dict[str, set[str]] = {
    "hypothesis": {"strategies", "checking", "hunting", "pytest_plugin"},
    "greenlet": {"frontend", "worlds"},
    "strategies": {"strategies", "hunting", "pytest_plugin", FACE},
}


@dataclass(frozen=True, slots=True)
class Arrow:
    """One import: `source` (in `file`, at `line`) imports `target`, both as dotted names."""

    file: str
    line: int
    source: str
    target: str


def sources(root: Path) -> Iterator[tuple[Path, str, bool]]:
    """Yield each module of the two packages: its path, its dotted name, whether it is a package."""
    for package in ("explorer", "strategies"):
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            yield path, ".".join(parts[:-1] if is_package else parts), is_package


def imported(node: ast.AST, module: str, is_package: bool) -> list[str]:
    """Return the dotted names that one node imports, `from a import b` being `a.b`."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=base, names=names, level=level):
            start = module.split(".")
            above = start[: len(start) - level + is_package] if level else []
            prefix = ".".join([*above, *([base] if base else [])])
            return [f"{prefix}.{alias.name}" for alias in names]
        case ast.Call(
            func=ast.Name(id="import_module" | "__import__")
            | ast.Attribute(attr="import_module" | "__import__"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            return [name]
    return []


def arrows(root: Path) -> list[Arrow]:
    """Return every import of every module, in the order of files and lines."""
    found = [
        Arrow(path.relative_to(root).as_posix(), node.lineno, module, target)
        for path, module, is_package in sources(root)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path)))
        for target in imported(node, module, is_package)
    ]
    return sorted(found, key=lambda arrow: (arrow.file, arrow.line, arrow.target))


def level_of(part: str) -> int | None:
    """Return the level of a part of `explorer`, None when the table does not know it."""
    return next((level for level, parts in enumerate(LEVELS) if part in parts), None)


def owner(module: str) -> str:
    """Return the part that a module of ours belongs to; all of `strategies` is one."""
    package, _, rest = module.partition(".")
    return package if package == "strategies" else rest.partition(".")[0] or FACE


def imported_part(target: str, root: Path) -> str:
    """Return the part of `explorer` a target is in: the face, if it names no module."""
    part = owner(target)
    on_disk = (root / "explorer" / part).is_dir() or (root / "explorer" / f"{part}.py").is_file()
    return part if on_disk or level_of(part) is not None else FACE


def objection(arrow: Arrow, root: Path) -> str | None:
    """Return what is wrong with one import, None when nothing is."""
    source, package = owner(arrow.source), arrow.target.partition(".")[0]
    if package in RESERVED and source not in RESERVED[package]:
        return f"{package} is imported only in {', '.join(sorted(RESERVED[package]))}"
    if package != "explorer":
        return None
    target = imported_part(arrow.target, root)
    if source == "strategies":
        allowed = target in OPEN_TO_STRATEGIES
        return None if allowed else f"strategies may not import {target}"
    if source in (FACE, target):
        return None
    if target == FACE:
        return "nothing below imports the public face"
    low, high = level_of(target), level_of(source)
    if low is None or high is None or low < high:
        return None  # a part without a level is reported once, by wrong_arrows
    relation = "on the same level as" if low == high else "above"
    return f"{target} (level {low}) is {relation} {source} (level {high})"


def wrong_arrows(root: Path) -> list[str]:
    """Return one line for each part without a level, and for each import that breaks the layers."""
    parts = {owner(module) for _, module, _ in sources(root)} - {FACE, "strategies"}
    strangers = [part for part in sorted(parts) if level_of(part) is None]
    return [f"explorer/{part}: has no level in LEVELS" for part in strangers] + [
        f"{arrow.file}:{arrow.line}: {arrow.source} imports {arrow.target}: {wrong}"
        for arrow in arrows(root)
        if (wrong := objection(arrow, root))
    ]


def test_every_import_points_downward() -> None:
    assert arrows(ROOT), "found no import at all: is this the right folder?"
    wrong = wrong_arrows(ROOT)
    assert not wrong, "\n".join(wrong)


def test_every_part_has_one_level() -> None:
    named = [part for parts in LEVELS for part in parts]
    assert len(named) == len(set(named))


# The checker itself, on made-up trees: {file: its source}.


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, source in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return root


WRONG = {
    "upward": (
        "explorer/engine/loop.py",
        "from explorer.report.html import page",
        "explorer/engine/loop.py:1: explorer.engine.loop imports explorer.report.html.page: "
        "report (level 6) is above engine (level 3)",
    ),
    "upward, as a plain import of a package": (
        "explorer/model/case.py",
        "import os\nimport explorer.api as api",
        "explorer/model/case.py:2: explorer.model.case imports explorer.api: "
        "api (level 8) is above model (level 1)",
    ),
    "upward, relative, from a package's own __init__": (
        "explorer/objects/__init__.py",
        "from ..worlds import virtual",
        "explorer/objects/__init__.py:1: explorer.objects imports explorer.worlds.virtual: "
        "worlds (level 5) is above objects (level 2)",
    ),
    "upward, relative, naming the part itself": (
        "explorer/objects/lock.py",
        "from .. import cli",
        "explorer/objects/lock.py:1: explorer.objects.lock imports explorer.cli: "
        "cli (level 12) is above objects (level 2)",
    ),
    "upward, inside a function": (
        "explorer/errors.py",
        "def f():\n    from explorer.model import Case",
        "explorer/errors.py:2: explorer.errors imports explorer.model.Case: "
        "model (level 1) is above errors (level 0)",
    ),
    "upward, for a type only": (
        "explorer/search/pos.py",
        "import typing\nif typing.TYPE_CHECKING:\n    from explorer.worlds import World",
        "explorer/search/pos.py:3: explorer.search.pos imports explorer.worlds.World: "
        "worlds (level 5) is above search (level 4)",
    ),
    "upward, by name at run time": (
        "explorer/detect/leak.py",
        "import importlib\nimportlib.import_module('explorer.report')",
        "explorer/detect/leak.py:2: explorer.detect.leak imports explorer.report: "
        "report (level 6) is above detect (level 3)",
    ),
    "sideways": (
        "explorer/detect/leak.py",
        "from explorer.engine.loop import run",
        "explorer/detect/leak.py:1: explorer.detect.leak imports explorer.engine.loop.run: "
        "engine (level 3) is on the same level as detect (level 3)",
    ),
    "the public face from below": (
        "explorer/cli.py",
        "from explorer import hunt",
        "explorer/cli.py:1: explorer.cli imports explorer.hunt: "
        "nothing below imports the public face",
    ),
    "strategies reaching past what is open to them": (
        "strategies/schedules.py",
        "from explorer.engine import loop",
        "strategies/schedules.py:1: strategies.schedules imports explorer.engine.loop: "
        "strategies may not import engine",
    ),
    "strategies from a part that does not hunt": (
        "explorer/api.py",
        "import strategies.cases",
        "explorer/api.py:1: explorer.api imports strategies.cases: "
        "strategies is imported only in __init__, hunting, pytest_plugin, strategies",
    ),
    "hypothesis in a part that does not hunt": (
        "explorer/search/pct.py",
        "from hypothesis import strategies as st",
        "explorer/search/pct.py:1: explorer.search.pct imports hypothesis.strategies: "
        "hypothesis is imported only in checking, hunting, pytest_plugin, strategies",
    ),
    "greenlet outside the worlds": (
        "explorer/engine/loop.py",
        "import greenlet",
        "explorer/engine/loop.py:1: explorer.engine.loop imports greenlet: "
        "greenlet is imported only in frontend, worlds",
    ),
    "a part that nobody gave a level": (
        "explorer/helpers/misc.py",
        "import explorer.cli",
        "explorer/helpers: has no level in LEVELS",
    ),
}


@pytest.mark.parametrize(("name", "source", "line"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_arrow_is_reported_with_its_place(
    tmp_path: Path, name: str, source: str, line: str
) -> None:
    assert wrong_arrows(tree(tmp_path, {name: source})) == [line]


def test_right_arrows_are_not_reported(tmp_path: Path) -> None:
    files = {
        "explorer/__init__.py": "from explorer.api import hunt\nfrom strategies import cases",
        "explorer/__main__.py": "from explorer.cli import main",
        "explorer/cli.py": "from explorer import hunting, model\nfrom .report import html",
        "explorer/hunting.py": "import hypothesis\nimport strategies",
        "explorer/engine/loop.py": "from . import clock\nfrom ..causality import Clock",
        "explorer/report/__init__.py": "from explorer.report.html import page\nimport rich",
        "explorer/worlds/virtual.py": "from greenlet import greenlet",
        "strategies/cases.py": "import hypothesis\nfrom explorer.scenarios import counter",
    }
    assert wrong_arrows(tree(tmp_path, files)) == []
