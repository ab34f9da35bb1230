"""Scenarios that are judged by what they print."""

from __future__ import annotations

import pytest

from explorer.scenarios.output import check_records, check_saved
from tests.scenarios.outcomes import FINE, outcomes


def test_records_of_several_prints_are_torn_apart_unless_one_lock_holds_them() -> None:
    assert outcomes("garbled-output") == {"AssertionError", FINE}
    assert outcomes("garbled-output", placement="own") == {"AssertionError", FINE}
    assert outcomes("garbled-output", placement="all") == {FINE}


def test_a_daemon_cut_off_is_wrong_only_if_its_work_is_expected() -> None:
    assert outcomes("daemon-cut-off", expected=False) == {FINE}
    assert outcomes("daemon-cut-off", expected=True) == {"AssertionError"}
    assert outcomes("daemon-cut-off", expected=True, joined=True) == {FINE}


@pytest.mark.parametrize("output", ["<1:1<2:2:1>\n:2>\n", "<1:1:1>\n", "<1:1:1><2:2:2>\n"])
def test_torn_glued_and_missing_records_are_seen(output: str) -> None:
    with pytest.raises(AssertionError, match="record"):
        check_records(output)


def test_whole_records_in_any_order_are_fine() -> None:
    check_records("<2:2:2>\n<1:1:1>\n")
    check_records("<2:2:2>\n" * 2 + "<1:1:1>\n" * 2, records=2)


def test_work_that_is_not_expected_need_not_be_done() -> None:
    check_saved("", expected=False)
    check_saved("saved\n", expected=True)
