"""A lock round statements changes nothing else: taken away again, the program is as before."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.fixing.ranges import Range, can_be_wrapped, merged, ranges, wrapped
from explorer.report.insertion import Source
from explorer.report.spots import Spot

AWKWARD = '''\
"""A module."""
import os


def one(a, b): a.value += 1


def two(a):
\t"""Tabs,
\tand a docstring of two lines."""
\tif a:
\t\tpass
\telif a > 1:
\t\ttext = """first
second
\tthird"""
\telse:
\t\tx = 1; y = 2
\t\tz = (x +
y)  # ends here
\treturn x


@property
@staticmethod
def three():
    # a comment
    for i in range(3):

        # another
        with open(f"""{i}
{i}""") as file:
            try:
                break
            except (ValueError,
                    TypeError):
                continue
            finally:
                é = "ü"; print(é)
    \x0c
    def inner():
        return lambda: (yield)
    total = 1 + \\
        2
    return inner  # last
'''
PROGRAMS = sorted((Path(__file__).parents[1] / "programs" / "catalogue").glob("*.py"))
TEXTS = [AWKWARD, AWKWARD.replace("\n", "\r\n"), *(path.read_text() for path in PROGRAMS)]


def spot_of(node: ast.stmt) -> Spot:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return Spot("", node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def statements(source: Source) -> list[ast.stmt]:
    """All but texts that stand alone: nothing is done there."""
    return [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.stmt)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]


class Unlocked(ast.NodeTransformer):
    """Takes `with THE_LOCK:` away again."""

    def visit_With(self, node: ast.With) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        first = node.items[0].context_expr
        return node.body if isinstance(first, ast.Name) and first.id == "THE_LOCK" else node


def same_but_for_the_lock(text: str, source: Source, found: list[Range]) -> bool:
    tree = ast.parse(text)
    locks = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "THE_LOCK"]
    return len(locks) == len(found) and ast.dump(Unlocked().visit(tree)) == ast.dump(source.tree)


def edited(source: Source, found: list[Range]) -> str:
    return source.edited(edit for each in found for edit in wrapped(source, each, "THE_LOCK"))


def comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]


@given(st.data())
def test_a_lock_round_any_two_places_changes_nothing_else(data: st.DataObject) -> None:
    source = Source(data.draw(st.sampled_from(TEXTS)))
    places = st.sampled_from(range(len(statements(source))))
    first, last = (statements(source)[data.draw(places)] for _ in range(2))
    found = ranges(source, spot_of(first), spot_of(last))
    for each in found:
        text = edited(source, [each])
        assert same_but_for_the_lock(text, source, [each]), text
        assert comments(text) == comments(source.text)
    lines = [each.last - each.first for each in found]
    assert lines == sorted(lines), "the narrowest comes first"


@given(st.data())
def test_several_locks_at_once_do_not_get_in_each_others_way(data: st.DataObject) -> None:
    source = Source(data.draw(st.sampled_from(TEXTS)))
    single = [Range((each,), "") for each in statements(source)]
    usable = [each for each in single if can_be_wrapped(source, each)]
    chosen = [usable[at] for at in data.draw(st.lists(st.sampled_from(range(len(usable)))))]
    kept = merged(chosen)
    assert same_but_for_the_lock(edited(source, kept), source, kept)


def whole(text: str) -> Iterator[str]:
    source = Source(text)
    for node in statements(source):
        if can_be_wrapped(source, Range((node,), "")):
            yield (ast.get_source_segment(text, node) or "").split("\n")[0]


def test_what_shares_its_line_with_others_is_left_alone() -> None:
    found = list(whole("if a: b = 1\nelif c:\n    d = 1; e = 2\nf = 3  # alone\n"))
    assert found == ["if a: b = 1", "f = 3", "b = 1"]


def _in_order(source: Source) -> list[ast.stmt]:
    return sorted(statements(source), key=lambda node: (node.lineno, node.col_offset))


@pytest.mark.parametrize("header", ["def f(v):", "for i in range(3) :", "if x:\n    pass\nelse: "])
def test_what_stands_behind_a_header_gets_lines_of_its_own(header: str) -> None:
    text = f"{header} a = 1; b = 2  # both\nc = 3\n"
    source = Source(text)
    block = [node for node in _in_order(source) if isinstance(node, ast.Assign)][:2]
    both = Range(tuple(block), "")
    assert can_be_wrapped(source, both)
    assert not can_be_wrapped(source, Range((block[0],), ""))
    body = "    with THE_LOCK:\n        a = 1; b = 2  # both"
    assert edited(source, [both]) == f"{header.rstrip()}\n{body}\nc = 3\n"
    assert same_but_for_the_lock(edited(source, [both]), source, [both])


def test_of_two_that_begin_on_one_line_the_outer_one_is_locked() -> None:
    source = Source("for i in x: a = 1\n")
    outer, inner = (Range((node,), "") for node in statements(source))
    assert merged([inner, outer]) == [outer]


def test_lines_of_a_text_keep_their_place() -> None:
    source = Source('def f():\n    x = """a\n  b"""\n    y = 1\n')
    (scope,) = source.tree.body
    assert isinstance(scope, ast.FunctionDef)
    text = edited(source, [Range(tuple(scope.body), "")])
    assert text == ('def f():\n    with THE_LOCK:\n        x = """a\n  b"""\n        y = 1\n')


@pytest.mark.parametrize("text", ["def f():\n\tx = 1\n", "def f():\n  x = 1\n", "x = 1\n"])
def test_the_body_is_indented_as_the_program_is(text: str) -> None:
    source = Source(text)
    inner = statements(source)[-1]
    unit = {"\t": "\t", "  ": "  "}.get(text.rpartition("x")[0].rpartition("\n")[2], "    ")
    assert f":\n{source.indent_of(inner)}{unit}x = 1" in edited(source, [Range((inner,), "")])
