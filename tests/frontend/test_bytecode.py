"""What code can look at and rebind, read from its bytecode on every version."""

import sys
import textwrap
from types import FrameType

from explorer.frontend.bytecode import Uses, stores_from, uses_of


def uses(source: str) -> Uses:
    return uses_of(compile(textwrap.dedent(source), "program.py", "exec"))


def test_functions_read_and_statements_own() -> None:
    found = uses("limit = 3\nprint(limit)\ndef f(): return helper.level\n")
    assert found.own == {"limit", "f"}
    assert {"helper", "level"} <= found.read
    assert "print" not in found.read


def test_globals_and_closure_variables_that_functions_store() -> None:
    found = uses(
        """
        def f():
            global count
            count += 1
            total = 0
            def g():
                nonlocal total
                total += 1
        """
    )
    assert found.rebound == {"count"}
    assert found.nonlocals == {"total"}


def test_attributes_by_what_they_are_stored_on() -> None:
    found = uses(
        """
        class C:
            def method(self, other):
                self.a = 1
                other.b = 2
                type(self).c = 3
                Registry.d += 4
            @classmethod
            def make(cls):
                cls.e = 5
        """
    )
    assert found.named == {("Registry", "d")}
    assert found.classy == {"c", "e"}
    assert found.loose == {"b", "c", "d", "e"}


def test_reflection_makes_code_opaque() -> None:
    assert not uses("def f(): return 1").opaque
    assert uses("def f(): return getattr(x, name)").opaque
    assert not uses("def f(): return getattr(x, name)").rewrites
    assert uses("def f(): setattr(x, name, 1)").rewrites


def test_a_frame_can_still_store_what_comes_after_or_in_its_loop() -> None:
    seen: list[frozenset[str]] = []

    def look() -> None:
        frame: FrameType | None = sys._getframe(1)
        assert frame is not None
        seen.append(stores_from(frame.f_code, frame.f_lasti))

    source = "a = 1\nlook()\nfor b in range(2):\n    c = 2\n    look()\n    d = 3\ne = 4\nlook()\n"
    exec(compile(source, "program.py", "exec"), {"look": look, "range": range})
    assert seen == [
        frozenset("bcde"),
        frozenset("bcde"),
        frozenset("bcde"),
        frozenset(),
    ]
