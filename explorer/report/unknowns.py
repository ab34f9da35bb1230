"""Values of a program that is being written out: known ones, and code for what is not known."""

from __future__ import annotations

import ast
from typing import Any, Final

#: Where placements are worked out; its functions are called, not written.
PLACEMENT: Final = "explorer.scenarios.placement"


class Unknown:
    """A value that only the program itself will know, and the code that gives it."""

    def __init__(self, code: ast.expr) -> None:
        self.code = code


class Listed(list[Any]):
    """A list that was written under a name; its elements are code that names them."""

    def __init__(self, name: str, length: int) -> None:
        self.name = name
        super().__init__(
            Unknown(ast.Subscript(name_of(name), ast.Constant(place), ast.Load()))
            for place in range(length)
        )


def locks_nothing(value: Any) -> bool:
    """Whether it is what a placement has where no lock is."""
    return type(value).__module__ == PLACEMENT and hasattr(value, "__enter__")


def name_of(name: str) -> ast.Name:
    """A name, as it is read."""
    return ast.Name(name, ast.Load())


def assigned(node: ast.AST) -> list[str]:
    """The names that some code gives values to."""
    return [
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    ]


def has_unknown(value: Any) -> bool:
    """Whether something of it is only known to the running program."""
    if isinstance(value, list | tuple):
        return any(map(has_unknown, value))
    return isinstance(value, Unknown)


def must_be_named(value: Any) -> bool:
    """Whether giving the value does something, so that it must be done once and get a name."""
    if isinstance(value, list | tuple):
        return any(map(must_be_named, value))
    return isinstance(value, Unknown) and not _is_reference(value.code)


def _is_reference(code: ast.expr) -> bool:
    """Whether it only names something: `lock`, `forks[0]`."""
    match code:
        case ast.Name() | ast.Constant():
            return True
        case ast.Subscript(value=ast.Name(), slice=ast.Constant()):
            return True
    return False
