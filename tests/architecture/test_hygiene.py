"""What must not, and what must, stand in the files of the project.

The forbidden words are put together from pieces here, so that this file does not contain them.
"""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("explorer", "strategies")
LONGEST_MODULE = 350

# Modules that may be longer: {"explorer/part/module.py": "why it is still one noun"}.
LONG_FOR_A_REASON: dict[str, str] = {
    "explorer/report/partial.py": "one partial evaluator, a function for each kind of statement",
}

REGISTRIES = [
    name + "." + top
    for name, top in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("anaconda", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("debian", "org"),
    ]
]
PLACEHOLDERS = ["TO" + "DO", "FIX" + "ME", "X" * 3, "TB" + "D"]


def any_word(words: list[str]) -> str:
    return rf"\b(?:{'|'.join(map(re.escape, words))})\b"


FORBIDDEN: dict[str, str] = {
    # The start of an absolute path, not the middle of a relative one or of an address.
    "a path of one machine": r"(?<![\w.:/*-])/(?:work|root|home/\w+|Users/\w+)/",
    "a package registry": any_word(REGISTRIES),
    "a placeholder": any_word(PLACEHOLDERS),
}


def forbidden(text: str) -> list[tuple[int, str, str]]:
    """Return (line, what it is, the words found) for each forbidden thing in a text."""
    return [
        (text.count("\n", 0, found.start()) + 1, what, found.group())
        for what, pattern in FORBIDDEN.items()
        for found in re.finditer(pattern, text)
    ]


def tracked_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nobody knows which files belong to the project")
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def modules() -> list[Path]:
    return [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_tracked_file_names_a_machine_a_registry_or_a_placeholder() -> None:
    problems = []
    for path in tracked_files():
        text = path.read_bytes().decode("utf-8", errors="replace")
        problems += [
            f"{relative(path)}:{line}: {what}: {words}" for line, what, words in forbidden(text)
        ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("cd /" + "work/main", "a path of one machine"),
        ('File "/' + 'root/counter.py", line 6', "a path of one machine"),
        ("PYTHON=/" + "home/ada/bin/python", "a path of one machine"),
        (f"see https://{REGISTRIES[0]}/simple", "a package registry"),
        (f"# {PLACEHOLDERS[0]}: the rest", "a placeholder"),
    ],
)
def test_a_forbidden_word_is_seen_with_its_line(line: str, what: str) -> None:
    assert [(number, kind) for number, kind, _ in forbidden(f"fine\n{line}\n")] == [(2, what)]


@pytest.mark.parametrize(
    "line", ["tests/work/", "https://example.org/work/1", "a todo list", "PyPI", "/workbench/"]
)
def test_a_word_that_only_looks_forbidden_is_let_through(line: str) -> None:
    assert forbidden(line) == []


def test_every_module_has_a_docstring() -> None:
    bare = [
        relative(path)
        for path in modules()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not bare, "\n".join(bare)


def test_every_package_tells_that_it_is_typed() -> None:
    assert [name for name in PACKAGES if not (ROOT / name / "py.typed").is_file()] == []


def test_no_module_is_too_long_to_read_in_one_sitting() -> None:
    lengths = {relative(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    long = {name for name, lines in lengths.items() if lines > LONGEST_MODULE}
    grown = [f"{name}: {lengths[name]} lines" for name in sorted(long - LONG_FOR_A_REASON.keys())]
    shrunk = [f"{name}: needs no exception" for name in sorted(LONG_FOR_A_REASON.keys() - long)]
    assert not grown + shrunk, "\n".join(grown + shrunk)
