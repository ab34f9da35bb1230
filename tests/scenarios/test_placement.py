"""A lock placement is a value: it has a text, an order, and one meaning per process."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import UsageError
from explorer.scenarios.placement import (
    OF_AN_UPDATE,
    OPEN,
    How,
    Locks,
    Placement,
    hand_out,
    placements,
    spread,
)

hows = st.sampled_from(How)
parts = st.lists(hows, min_size=1, max_size=4).map(tuple)


@given(parts)
def test_a_placement_is_read_back_from_its_text(drawn: tuple[How, ...]) -> None:
    placement = Placement(drawn)
    assert Placement.parse(json.loads(json.dumps(str(placement)))) == placement


@given(parts, st.integers(0, 9))
def test_the_last_part_holds_for_all_the_rest(drawn: tuple[How, ...], number: int) -> None:
    expected = drawn[number] if number < len(drawn) else drawn[-1]
    assert Placement(drawn).of(number) is expected


def test_repeating_the_last_part_changes_nothing() -> None:
    once, twice = Placement((How.ALL, How.NONE)), Placement((How.ALL, How.NONE, How.NONE))
    assert once == twice
    assert str(twice) == "all / none"


@pytest.mark.parametrize("text", ["", "al", "all /", "all / nobody", "A then B then A"])
def test_a_text_that_is_no_placement_is_refused_with_the_known_ones(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not known.*'none'.*'A then B'"):
        Placement.parse(text)


def test_placements_come_simplest_first_and_each_once() -> None:
    found = placements(OF_AN_UPDATE)
    assert found[:6] == ("none", "read", "write", "each", "own", "all")
    assert len(set(found)) == len(found) == 36
    orders = [Placement.parse(text).complexity for text in found]
    assert orders == sorted(orders)


@given(parts)
def test_no_lock_at_all_is_the_simplest(drawn: tuple[How, ...]) -> None:
    assert Placement((How.NONE,)).complexity <= Placement(drawn).complexity


def test_a_placement_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Placement((How.ALL,)).parts = ()  # type: ignore[misc]


class FakeLocks:
    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self) -> str:
        self.made.append(f"lock {len(self.made) + 1}")
        return self.made[-1]


@pytest.mark.parametrize(
    ("placement", "expected", "made"),
    [
        ("none", [(OPEN, OPEN, OPEN)] * 3, 0),
        ("read", [(OPEN, "lock 1", OPEN)] * 3, 1),
        ("write", [(OPEN, OPEN, "lock 1")] * 3, 1),
        ("each", [(OPEN, "lock 1", "lock 1")] * 3, 1),
        ("all", [("lock 1", OPEN, OPEN)] * 3, 1),
        ("own", [(f"lock {number}", OPEN, OPEN) for number in (1, 2, 3)], 3),
        ("all / none", [("lock 1", OPEN, OPEN), *[(OPEN, OPEN, OPEN)] * 2], 1),
        ("own / all", [("lock 1", OPEN, OPEN), *[("lock 2", OPEN, OPEN)] * 2], 2),
    ],
)
def test_each_process_gets_the_locks_of_its_placement_and_no_more_are_made(
    placement: str, expected: list[Locks], made: int
) -> None:
    fake = FakeLocks()
    assert hand_out(placement, 3, fake) == expected
    assert len(fake.made) == made


def test_a_lock_that_is_there_already_is_the_one_that_all_share() -> None:
    fake = FakeLocks()
    shared = "the Value's own"
    assert hand_out("all / own", 3, fake, shared) == [
        (shared, OPEN, OPEN),
        ("lock 1", OPEN, OPEN),
        ("lock 2", OPEN, OPEN),
    ]


def test_a_way_that_has_no_meaning_for_one_update_is_refused() -> None:
    with pytest.raises(UsageError, match="'A then B' has no meaning"):
        hand_out("A then B", 2, FakeLocks())


def test_spreading_gives_every_process_its_way() -> None:
    assert spread("all / none", 4) == (How.ALL, How.NONE, How.NONE, How.NONE)
