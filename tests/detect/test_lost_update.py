"""When a write counts as a lost update."""

from __future__ import annotations

from explorer.detect.lost_update import lost_updates, stale_writes
from explorer.model.verdict import Kind
from tests.detect.traces import trace

SERIAL = {"x": frozenset({("finished", "2")})}
LOST = ("P1 read x 0", "P2 read x 0", "P2 write x 1", "P1 write x 1")


def test_a_write_that_rests_on_an_overwritten_read_is_stale() -> None:
    (found,) = stale_writes(trace(*LOST))
    assert (found.read.step, found.overwritten.step, found.write.step) == (0, 2, 3)


def test_one_increment_after_the_other_loses_nothing() -> None:
    assert not stale_writes(trace("P1 read x 0", "P1 write x 1", "P2 read x 1", "P2 write x 2"))


def test_a_read_after_the_other_write_is_fresh() -> None:
    rows = ("P1 read x 0", "P2 write x 1", "P1 read x 1", "P1 write x 2")
    assert not stale_writes(trace(*rows))


def test_a_write_without_a_read_rests_on_nothing() -> None:
    assert not stale_writes(trace("P2 write x 1", "P1 write x 5"))


def test_each_write_uses_up_the_read_before_it() -> None:
    rows = ("P1 read x 0", "P1 write x 1", "P2 write x 7", "P1 write x 5")
    assert not stale_writes(trace(*rows))


def test_another_location_does_not_matter() -> None:
    assert not stale_writes(trace("P1 read x 0", "P2 write y 1", "P1 write x 1"))


def test_a_lost_update_names_who_overwrote_whom() -> None:
    (found,) = lost_updates(trace(*LOST, final={"x": "1"}), lambda: SERIAL)
    assert found.kind is Kind.LOST_UPDATE
    assert found.summary == "P1 overwrote P2's write of x"
    assert found.processes == ("P1", "P2")
    assert [str(where) for where in found.where] == ["counter.py:6", "counter.py:7"]
    assert not found.possible


def test_an_outcome_that_a_serial_execution_gives_is_harmless() -> None:
    blind = ("P1 read x 0", "P2 read x 0", "P2 write x 2", "P1 write x 2")
    assert not lost_updates(trace(*blind, final={"x": "2"}), lambda: SERIAL)


def test_a_run_that_never_ends_has_no_serial_outcome() -> None:
    stuck = trace(*LOST, end="blocked", final={"x": "2"})
    assert lost_updates(stuck, lambda: SERIAL)


def test_where_serial_executions_cannot_tell_it_is_only_possible() -> None:
    (found,) = lost_updates(trace(*LOST, final={"x": "1"}))
    assert found.possible
    assert "may have overwritten" in found.summary


def test_serial_executions_are_made_only_for_a_candidate() -> None:
    asked: list[bool] = []
    lost_updates(trace("P1 read x 0", "P1 write x 1"), lambda: asked.append(True))
    assert not asked


def test_the_same_lines_and_object_are_one_defect_however_often() -> None:
    rows = (*LOST, "P1 read x 1", "P2 read x 1", "P1 write x 2", "P2 write x 2")
    assert len(lost_updates(trace(*rows, final={"x": "2"}), dict)) == 1


def test_finding_out_that_nothing_is_there_counts_as_reading_it() -> None:
    rows = ("P1 contains x", "P2 contains x", "P2 write x 1", "P1 write x 1")
    assert len(stale_writes(trace(*rows))) == 1
