"""What the program's code can look at and rebind, read from its bytecode.

After a fork two processes have two bindings of every global, closure variable and class
attribute. Keeping apart only those that somebody can rebind, or whose value can be changed in
place, is what makes programs without mutable globals cost nothing. The answers err on the safe
side: a name too many costs a little time, a name too few would be a wrong simulation.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Final

#: Code that mentions these can reach names that it does not mention, or rebind them.
_LOOKING: Final = frozenset(
    {"__dict__", "__main__", "eval", "exec", "getattr", "globals", "import_module", "inspect"}
    | {"vars"}
)
_REBINDING: Final = frozenset({"__dict__", "delattr", "eval", "exec", "globals", "setattr", "vars"})
#: Before 3.12 a comprehension among a module's statements is a function of its own.
_COMPREHENSIONS: Final = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
_CLASS_NAMES: Final = frozenset({"cls", "klass", "mcs", "__class__"})
_NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Uses:
    """What some code names.

    Args:
        read: every name that a function mentions, global or attribute.
        own: globals that a module's own statements store.
        rebound: globals that a function stores or deletes.
        nonlocals: closure variables that an inner function stores or deletes.
        named: (global, attribute) stored as in `Registry.count = 1` or `settings.level = 2`.
        loose: attributes stored on something else than `self`.
        classy: attributes stored on what is probably a class, as in `cls.count = 1`.
        opaque: it may read what it does not name.
        rewrites: it may store what it does not name.
    """

    read: frozenset[str] = _NOTHING
    own: frozenset[str] = _NOTHING
    rebound: frozenset[str] = _NOTHING
    nonlocals: frozenset[str] = _NOTHING
    named: frozenset[tuple[str, str]] = frozenset()
    loose: frozenset[str] = _NOTHING
    classy: frozenset[str] = _NOTHING
    opaque: bool = False
    rewrites: bool = False

    def __or__(self, other: Uses) -> Uses:
        return Uses(
            self.read | other.read,
            self.own | other.own,
            self.rebound | other.rebound,
            self.nonlocals | other.nonlocals,
            self.named | other.named,
            self.loose | other.loose,
            self.classy | other.classy,
            self.opaque or other.opaque,
            self.rewrites or other.rewrites,
        )


_known: dict[int, tuple[CodeType, Uses]] = {}


def uses_of(module: CodeType) -> Uses:
    """What the functions of a module name, and what its own statements store on others.

    Which names the statements read does not matter: whoever executes them reads its own.
    """
    known = _known.get(id(module))
    if known is None:
        known = _known[id(module)] = (module, _uses_of(module))
    return known[1]


def _uses_of(module: CodeType) -> Uses:
    read: set[str] = set()
    own: set[str] = set()
    rebound: set[str] = set()
    nonlocals: set[str] = set()
    named: set[tuple[str, str]] = set()
    loose: set[str] = set()
    classy: set[str] = set()
    statements = {module, *(code for code in _inner(module) if code.co_name in _COMPREHENSIONS)}
    for code in _all_code(module):
        if code not in statements:
            read.update(code.co_names)
        instructions = list(dis.get_instructions(code))
        for place, instruction in enumerate(instructions):
            name = instruction.argval
            match instruction.opname:
                case "STORE_NAME" | "DELETE_NAME" if code is module:
                    own.add(name)
                case "STORE_GLOBAL" | "DELETE_GLOBAL":
                    rebound.add(name)
                case "STORE_DEREF" | "DELETE_DEREF" if name in code.co_freevars:
                    nonlocals.add(name)
                case "STORE_ATTR" | "DELETE_ATTR":
                    kind, base = _base(instructions, place)
                    if kind == "global":
                        named.add((base, name))
                    elif kind != "local" or base in _CLASS_NAMES:
                        classy.add(name)
                    if (kind, base) != ("local", "self"):
                        loose.add(name)
    mentioned = read.union(module.co_names)
    return Uses(
        read=frozenset(read),
        own=frozenset(own),
        rebound=frozenset(rebound),
        nonlocals=frozenset(nonlocals),
        named=frozenset(named),
        loose=frozenset(loose),
        classy=frozenset(classy),
        opaque=not _LOOKING.isdisjoint(mentioned),
        rewrites=not _REBINDING.isdisjoint(mentioned),
    )


def _inner(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _all_code(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in _inner(code):
        yield from _all_code(inner)


def _base(instructions: list[dis.Instruction], place: int) -> tuple[str, str]:
    """What an attribute is stored on: ("global", name), ("local", name) or ("other", "")."""
    before = place - 1
    if instructions[before].opname == "SWAP":  # x.a += 1: LOAD x, COPY, LOAD_ATTR a, …, SWAP
        name = instructions[place].argval
        while before > 0 and not (
            instructions[before].opname == "COPY"
            and instructions[before + 1].opname == "LOAD_ATTR"
            and instructions[before + 1].argval == name
        ):
            before -= 1
        before -= 1
    found = instructions[max(before, 0)]
    if found.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
        return "global", found.argval
    if found.opname.startswith("LOAD_FAST") or found.opname.endswith("LOAD_FAST"):
        last = found.argval[-1] if isinstance(found.argval, tuple) else found.argval
        return "local", last
    return "other", ""


_inner_stores: dict[int, tuple[CodeType, frozenset[str]]] = {}


def stores_in(code: CodeType) -> frozenset[str]:
    """The closure variables that a function, or one inside it, stores though another owns them."""
    known = _inner_stores.get(id(code))
    if known is None:
        found = frozenset(
            one.argval
            for inner in _all_code(code)
            for one in dis.get_instructions(inner)
            if one.opname in ("STORE_DEREF", "DELETE_DEREF") and one.argval in inner.co_freevars
        )
        known = _inner_stores[id(code)] = (code, found)
    return known[1]


_later: dict[tuple[int, int], frozenset[str]] = {}


def stores_from(code: CodeType, offset: int) -> frozenset[str]:
    """The variables that a frame at `offset` can still store, back jumps included.

    Of a module's code these are globals, of a function's the closure variables it owns.
    """
    key = (id(code), offset)
    if key not in _later:
        _known.setdefault(id(code), (code, Uses()))  # the id stays taken
        _later[key] = frozenset(_stores_from(code, offset))
    return _later[key]


def _stores_from(code: CodeType, offset: int) -> Iterator[str]:
    instructions = list(dis.get_instructions(code))
    jumps = [
        (one.offset, one.argval)
        for one in instructions
        if "JUMP" in one.opname and isinstance(one.argval, int) and one.argval < one.offset
    ]
    earliest, moved = offset, True
    while moved:
        moved = False
        for source, target in jumps:
            if source >= earliest > target:
                earliest, moved = target, True
    for one in instructions:
        if one.offset < earliest:
            continue
        if one.opname in ("STORE_NAME", "DELETE_NAME", "STORE_GLOBAL", "DELETE_GLOBAL") or (
            one.opname in ("STORE_DEREF", "DELETE_DEREF") and one.argval in code.co_cellvars
        ):
            yield one.argval
