"""Saving: a file for each defect, whole or not at all, never outside the folder."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from explorer.errors import UsageError
from explorer.model.verdict import Finding
from explorer.report.casefile import dump, load, saved_case
from explorer.report.saving import save
from tests.report.findings import crossed_locks, lost_update


def another(number: int) -> Finding:
    """A lost update of another object of the same program."""
    found = lost_update()
    return replace(found, symptom=replace(found.symptom, objects=(f"dict#{number}",)))


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_named_by_target_and_kind(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "reports"
    assert save(lost_update(), folder) == folder / "counter-lost-update.json"
    assert save(crossed_locks(), folder) == folder / "bank-deadlock.json"
    assert load(folder / "bank-deadlock.json") == saved_case(crossed_locks())


def test_the_same_defect_goes_to_its_own_file_again(tmp_path: Path) -> None:
    smaller = replace(lost_update(), minimal="proven, again")
    assert save(lost_update(), tmp_path) == save(smaller, tmp_path)
    assert listing(tmp_path) == ["counter-lost-update.json"]
    assert load(tmp_path / "counter-lost-update.json").shows.minimal == "proven, again"


def test_another_defect_gets_a_number(tmp_path: Path) -> None:
    saved = [save(another(number), tmp_path).name for number in (1, 2, 3, 2, 1)]
    assert saved == [
        "counter-lost-update.json",
        "counter-lost-update-2.json",
        "counter-lost-update-3.json",
        "counter-lost-update-2.json",
        "counter-lost-update.json",
    ]


def test_a_guard_or_a_file_that_is_not_ours_is_never_written_over(tmp_path: Path) -> None:
    guard = dump(replace(saved_case(lost_update()), expect="passes"))
    (tmp_path / "counter-lost-update.json").write_text(guard, encoding="utf-8")
    (tmp_path / "counter-lost-update-2.json").write_text("my shopping list")
    assert save(lost_update(), tmp_path).name == "counter-lost-update-3.json"
    assert (tmp_path / "counter-lost-update.json").read_text(encoding="utf-8") == guard
    assert (tmp_path / "counter-lost-update-2.json").read_text() == "my shopping list"


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside.json", tmp_path / "reports"
    folder.mkdir()
    outside.write_text(dump(lost_update()), encoding="utf-8")
    before = outside.read_bytes()
    (folder / "counter-lost-update.json").symlink_to(outside)
    save(replace(lost_update(), minimal="new"), folder)
    assert outside.read_bytes() == before
    assert load(folder / "counter-lost-update.json").shows.minimal == "new"


def test_a_hostile_target_stays_inside_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    found = lost_update()
    for target in ("../../escape.py", "a/../../b.py", "x\\..\\y.py"):
        path = save(replace(found, case=replace(found.case, target=target)), folder)
        assert path.parent == folder
    assert listing(tmp_path) == ["reports"]


def test_many_workers_never_get_the_same_name_for_two_defects(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda number: save(another(number % 6), tmp_path), range(48)))
    assert len({path.name for path in paths}) == 6
    assert len(listing(tmp_path)) == 6
    assert {load(path).shows.objects for path in paths} == {(f"dict#{n}",) for n in range(6)}


def test_a_folder_that_cannot_be_written_to_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write case files to"):
        save(lost_update(), tmp_path / "file")


def test_nothing_is_left_behind_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        save(lost_update(), tmp_path)
    assert listing(tmp_path) == []


def test_a_file_system_without_links_does_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    saved = [save(another(number), tmp_path).name for number in (1, 2, 1)]
    assert saved == [
        "counter-lost-update.json",
        "counter-lost-update-2.json",
        "counter-lost-update.json",
    ]
