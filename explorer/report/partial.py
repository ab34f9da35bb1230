"""Partial evaluation: a scenario's code, computed as far as its parameters say.

What is known is a value; what only the running program will know is `Unknown` and stays code.
Statements are evaluated one after another: branches are chosen, comprehensions over what is known
are unrolled, what locks nothing is left out, the rest is written with the known parts put in.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from enum import Enum
from typing import Any, Final, Protocol

from explorer.errors import NotSupported
from explorer.report.unknowns import (
    PLACEMENT,
    Listed,
    Unknown,
    assigned,
    has_unknown,
    locks_nothing,
    must_be_named,
    name_of,
)

#: Built-in functions that are called if all they are given is known.
_COMPUTED: Final = ("enumerate", "len", "list", "range", "tuple", "zip")
_BUILTINS: Final = vars(sys.modules["builtins"])


class Form(Protocol):
    """A function of the scenario as it is to be written: its name, and what it is still given."""

    name: str

    def given(self, arguments: Sequence[Any]) -> list[Any]:
        """Those of the arguments that are not known anyway."""
        ...


class Writer(Protocol):
    """Whoever writes the whole program: knows its globals and its functions."""

    module: Any

    def want(self, name: str) -> None:
        """The program needs this global of the scenario's module."""
        ...

    def form_of(self, function: Callable[..., Any], arguments: Sequence[Any]) -> Form:
        """The form of a function of the scenario that these arguments ask for."""
        ...


class Block:
    """Evaluates statements under what is known by then: `names` and their values."""

    def __init__(self, writer: Writer, names: dict[str, Any]) -> None:
        self.writer = writer
        self.names = names
        self.extra: list[ast.stmt] = []  # to be written before the statement at hand
        self.locks = 0

    def statements(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """What is left of some statements."""
        found: list[ast.stmt] = []
        for statement in body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue  # a docstring
            left = self.statement(statement)
            found += [*self.extra, *left]
            self.extra = []
            if found and isinstance(found[-1], ast.Return):
                break
        return [each for each in found if not isinstance(each, ast.Pass)] or [ast.Pass()]

    def statement(self, statement: ast.stmt) -> list[ast.stmt]:
        """What is left of one."""
        match statement:
            case ast.Assign(targets=[target], value=value):
                return self._assign(target, self.evaluate(value))
            case ast.If(test=test):
                known = self.evaluate(test)
                if isinstance(known, Unknown):
                    return self._unknown(statement)
                branch = statement.body if known else statement.orelse
                return self._inner(branch) if branch else []
            case ast.With(items=items, body=body):
                return self._with(items, body)
            case ast.For(target=ast.Name(id=name), iter=iterable, body=body):
                self.names[name] = Unknown(name_of(name))
                over = self.code(self.evaluate(iterable, keep=True))
                return [ast.For(name_of(name), over, self._inner(body), [])]
        return self._unknown(statement)

    def _inner(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """What is left of a block inside of a statement."""
        before, self.extra = self.extra, []
        left = self.statements(body)
        self.extra = before
        return left

    def _with(self, items: list[ast.withitem], body: list[ast.stmt]) -> list[ast.stmt]:
        kept = []
        for item in items:
            context = self.evaluate(item.context_expr)
            if locks_nothing(context):
                continue
            if isinstance(item.optional_vars, ast.Name):
                self.names[item.optional_vars.id] = Unknown(name_of(item.optional_vars.id))
            kept.append(ast.withitem(self.code(context), item.optional_vars))
        inner = self._inner(body)
        return [ast.With(kept, inner)] if kept else inner

    def _assign(self, target: ast.expr, value: Any) -> list[ast.stmt]:
        match target:
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                place = self.evaluate(index)
                if isinstance(self.names.get(name), list) and isinstance(place, int):
                    self.names[name][place] = value
                    return []
            case ast.Name(id=name):
                if not must_be_named(value):
                    self.names[name] = value
                    return []
                if isinstance(value, list):
                    self.names[name] = Listed(name, len(value))
                else:
                    self.names[name] = Unknown(name_of(name))
            case ast.Tuple(elts=parts):
                for part in parts:
                    assert isinstance(part, ast.Name)
                    self.names[part.id] = Unknown(name_of(part.id))
        return [ast.Assign([target], self.code(value), lineno=0)]

    def _unknown(self, statement: ast.stmt) -> list[ast.stmt]:
        """A statement with what is known put in."""
        for name in assigned(statement):
            self.names[name] = Unknown(name_of(name))
        copy = deepcopy(statement)
        blocks = {}
        for part in ("body", "orelse", "finalbody"):
            if getattr(copy, part, None):
                blocks[part] = self._inner(getattr(copy, part))
                setattr(copy, part, [])
        for handler in getattr(copy, "handlers", ()):
            handler.body = self._inner(handler.body)
        filled = Filler(self).visit(copy)
        for part, left in blocks.items():
            setattr(filled, part, left)
        return [filled]

    # Expressions

    def evaluate(self, node: ast.expr, *, keep: bool = False) -> Any:
        """The value if it is known, else Unknown. `keep`: written lists stay names."""
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self._look_up(name, keep=keep)
            case ast.Tuple(elts=parts):
                return tuple(self._parts(parts))
            case ast.List(elts=parts):
                return self._parts(parts)
            case ast.ListComp(elt=element, generators=[loop]):
                return self._comprehension(element, loop)
            case ast.IfExp(test=test, body=body, orelse=other):
                known = self.evaluate(test)
                if not isinstance(known, Unknown):
                    return self.evaluate(body if known else other, keep=keep)
            case ast.Call(func=func, args=args):
                return self._call(node, func, args)
            case ast.Attribute(value=held, attr=name):
                owner = self.evaluate(held)
                if isinstance(owner, tuple) or not has_unknown(owner):
                    return getattr(owner, name)
            case ast.Subscript(value=held, slice=index):
                whole, place = self.evaluate(held), self.evaluate(index)
                if isinstance(whole, list | tuple) and isinstance(place, int):
                    return whole[place]
            case ast.JoinedStr():
                return Unknown(Filler(self).visit(deepcopy(node)))
        return self._operation(node, keep=keep)

    def _look_up(self, name: str, *, keep: bool) -> Any:
        if name in self.names:
            found = self.names[name]
            if keep and isinstance(found, Listed):
                return Unknown(name_of(found.name))
            return found
        if hasattr(self.writer.module, name):
            found = getattr(self.writer.module, name)
            if isinstance(found, int | str | float) and not isinstance(found, Enum):
                self.writer.want(name)
                return Unknown(name_of(name))
            return found
        return _BUILTINS.get(name, Unknown(name_of(name)))

    def _parts(self, parts: Iterable[ast.expr]) -> list[Any]:
        found: list[Any] = []
        for part in parts:
            if isinstance(part, ast.Starred):
                found.extend(self.evaluate(part.value))
            else:
                found.append(self.evaluate(part))
        return found

    def _comprehension(self, element: ast.expr, loop: ast.comprehension) -> Any:
        over = self.evaluate(loop.iter)
        if isinstance(over, Unknown):
            return Unknown(Filler(self).visit(ast.ListComp(deepcopy(element), [deepcopy(loop)])))
        found = []
        for each in over:
            inner = Block(self.writer, dict(self.names))
            inner._bind(loop.target, each)
            found.append(inner.evaluate(element))
        return found

    def _bind(self, target: ast.expr, value: Any) -> None:
        if isinstance(target, ast.Tuple):
            for part, one in zip(target.elts, value, strict=True):
                self._bind(part, one)
        else:
            assert isinstance(target, ast.Name)
            self.names[target.id] = value

    def _call(self, node: ast.Call, func: ast.expr, args: list[ast.expr]) -> Any:
        called = self.evaluate(func)
        if isinstance(called, Unknown):
            return Unknown(self._written_call(node, called))
        values = self._parts(args)
        if getattr(called, "__module__", None) == self.writer.module.__name__:
            form = self.writer.form_of(called, values)
            given = [self.code(each) for each in form.given(values)]
            return Unknown(ast.Call(name_of(form.name), given, []))
        if called.__name__ == "hand_out":
            values[2] = self._lock_maker(values[2])
        elif called.__module__ != PLACEMENT and (
            called.__name__ not in _COMPUTED or any(isinstance(value, Unknown) for value in values)
        ):
            return Unknown(self._written_call(node, Unknown(name_of(called.__name__))))
        return called(*values)

    def _lock_maker(self, make: Unknown) -> Callable[[], Unknown]:
        """Makes the locks of a placement: each is a statement of its own."""

        def lock() -> Unknown:
            self.locks += 1
            name = "lock" if self.locks == 1 else f"lock_{self.locks}"
            call = ast.Call(make.code, [], [])
            self.extra.append(ast.Assign([ast.Name(name, ast.Store())], call, lineno=0))
            return Unknown(name_of(name))

        return lock

    def _written_call(self, node: ast.Call, called: Unknown) -> ast.expr:
        keywords = {word.arg: self.evaluate(word.value, keep=True) for word in node.keywords}
        target = keywords.get("target")
        if inspect.isfunction(target):
            arguments = list(keywords.pop("args", ()))
            form = self.writer.form_of(target, arguments)
            keywords["target"] = Unknown(name_of(form.name))
            given = tuple(form.given(arguments))
            if given:
                words = list(keywords.items())
                words.insert(1, ("args", given))
                keywords = dict(words)
        written = [ast.keyword(name, self.code(value)) for name, value in keywords.items()]
        return ast.Call(called.code, [self.code(each) for each in self._parts(node.args)], written)

    def _operation(self, node: ast.expr, *, keep: bool = False) -> Any:
        """Any other expression: computed if all its parts are known."""
        filler = Filler(self, keep=keep)
        filled = filler.visit(deepcopy(node))
        return Unknown(filled) if filler.unknown else self.computed(node)

    def computed(self, node: ast.expr) -> Any:
        """The value of an expression all of whose parts are known."""
        names = {**_BUILTINS, **vars(self.writer.module), **self.names}
        return eval(
            compile(ast.Expression(ast.fix_missing_locations(deepcopy(node))), "", "eval"), names
        )

    def code(self, value: Any) -> ast.expr:
        """The code for a value."""
        if isinstance(value, Unknown):
            return value.code
        if isinstance(value, Listed):
            return name_of(value.name)
        if isinstance(value, Enum):
            return ast.Constant(value.value)
        if isinstance(value, tuple):
            return ast.Tuple([self.code(each) for each in value], ast.Load())
        if isinstance(value, list):
            return ast.List([self.code(each) for each in value], ast.Load())
        if value is None or isinstance(value, int | float | str):
            return ast.Constant(value)
        if isinstance(value, range):
            bounds = (value.stop,) if value.start == 0 else (value.start, value.stop)
            return ast.Call(name_of("range"), [ast.Constant(each) for each in bounds], [])
        if inspect.isfunction(value) or inspect.isbuiltin(value) or isinstance(value, type):
            return name_of(value.__name__)
        raise NotSupported(f"a scenario uses {value!r}, which cannot be written out")


class Filler(ast.NodeTransformer):
    """Puts what is known into code; notes whether something was not."""

    def __init__(self, block: Block, *, keep: bool = True) -> None:
        self.block = block
        self.keep = keep
        self.unknown = False

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A name, or what it stands for."""
        if not isinstance(node.ctx, ast.Load):
            return node
        value = self.block._look_up(node.id, keep=self.keep)
        self.unknown = self.unknown or has_unknown(value)
        if isinstance(value, Unknown):
            return deepcopy(value.code)
        try:
            return self.block.code(value)
        except NotSupported:
            return node

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        """A sum or the like, computed if it is known."""
        inner = Filler(self.block, keep=self.keep)
        filled = inner.generic_visit(deepcopy(node))
        if inner.unknown:
            self.unknown = True
            return filled
        return self.block.code(self.block.computed(node))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """A call, which may be of a worker."""
        value = self.block.evaluate(node)
        self.unknown = self.unknown or has_unknown(value)
        return self.block.code(value)

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        """An element of a list that is known."""
        if isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name):
            held = self.block._look_up(node.value.id, keep=False)
            place = self.block.evaluate(node.slice)
            if isinstance(held, list) and isinstance(place, int):
                self.unknown = self.unknown or has_unknown(held[place])
                return self.block.code(held[place])
        return self.generic_visit(node)
