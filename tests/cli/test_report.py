from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer.cli import main
from explorer.cli.report import names

COUNTER = """\
import multiprocessing


def add(counter):
    counter.value += 1


if __name__ == "__main__":
    counter = multiprocessing.Value("i", 0)
    adders = [multiprocessing.Process(target=add, args=(counter,)) for _ in range(2)]
    for adder in adders:
        adder.start()
    for adder in adders:
        adder.join()
"""
CASE = "reports/counter-lost-update.json"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a racing program, and the case that a hunt saved of it."""
    monkeypatch.chdir(tmp_path)
    Path("counter.py").write_text(COUNTER)
    assert main(["hunt", "--examples", "5", "counter.py"]) == 1
    return tmp_path


def listing(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def test_a_hunt_writes_a_page_beside_each_case(here: Path) -> None:
    assert listing("reports") == ["counter-lost-update.html", "counter-lost-update.json"]
    assert "race-explorer replay reports/counter" in Path(CASE).with_suffix(".html").read_text()


def test_a_replay_writes_a_page_where_it_is_told_to(here: Path) -> None:
    assert main(["replay", "--html", "pages/one.html", CASE]) == 1
    assert "Process-1 overwrote Process-2" in Path("pages/one.html").read_text()


def test_a_replay_writes_the_form_that_the_ending_asks_for(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [part for name in ("a.svg", "b.md", "c.txt", "d.html") for part in ("-o", name)]
    capsys.readouterr()
    assert main(["replay", *words, CASE]) == 1
    assert capsys.readouterr().out.count("Picture: ") == 4
    assert Path("a.svg").read_text().startswith("<svg ")
    assert Path("b.md").read_text().startswith("### Lost update in `counter.py`")
    assert Path("c.txt").read_text().startswith("━━ lost update ━")
    assert Path("d.html").read_text().startswith("<!DOCTYPE html>")


def test_a_picture_of_no_known_form_is_refused_before_anything_runs(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["replay", "-o", "a.png", CASE])
    assert "'a.png' must end in one of .html, .svg, .md, .txt" in capsys.readouterr().err


def test_a_replay_writes_the_same_page_every_time(here: Path) -> None:
    pages = set()
    for name in ("a.html", "b.html"):
        main(["replay", "--html", name, CASE])
        pages.add(Path(name).read_bytes())
    assert len(pages) == 1


def test_a_page_holds_no_path_of_this_machine(here: Path) -> None:
    main(["replay", "--html", "a.html", CASE])
    assert str(here) not in Path("a.html").read_text()


def test_a_page_that_cannot_be_written_is_bad_usage(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("file").touch()
    assert main(["replay", "--html", "file/a.html", CASE]) == 2
    assert "cannot write file/a.html" in capsys.readouterr().err


def test_a_guard_that_passes_has_a_page(here: Path) -> None:
    Path("counter.py").write_text(
        COUNTER.replace(
            "    counter.value += 1", "    with counter.get_lock():\n        counter.value += 1"
        )
    )
    saved = json.loads(Path(CASE).read_text())
    Path("guard.json").write_text(json.dumps(saved | {"expect": "passes"}))
    assert main(["replay", "--html", "a.html", "guard.json"]) == 0
    assert "guards against lost update" in Path("a.html").read_text()


def test_report_writes_pages_pictures_texts_and_an_index(here: Path) -> None:
    assert main(["report", "-o", "out"]) == 0
    assert listing("out") == [
        "counter-lost-update.html",
        "counter-lost-update.md",
        "counter-lost-update.svg",
        "counter-lost-update.txt",
        "index.html",
    ]
    drawn = Path("out/counter-lost-update.txt").read_text()
    assert drawn.splitlines()[0].endswith(" counter.py ━")
    assert 'href="counter-lost-update.html"' in Path("out/index.html").read_text()


def test_report_takes_files_and_folders(here: Path) -> None:
    Path("more").mkdir()
    Path("more/counter-lost-update.json").write_bytes(Path(CASE).read_bytes())
    assert main(["report", "-o", "out", CASE, "more", CASE]) == 0
    pages = [name for name in listing("out") if name.endswith(".html")]
    assert pages == ["counter-lost-update-2.html", "counter-lost-update.html", "index.html"]


def test_one_bad_case_does_not_hide_the_others(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("reports/bad.json").write_text("{")
    assert main(["report", "-o", "out"]) == 2
    assert "bad.json: not JSON" in capsys.readouterr().err
    index = Path("out/index.html").read_text()
    assert "bad.json: not JSON" in index
    assert "counter-lost-update.html" in index


def test_its_json_has_what_the_cases_show_and_which_could_not_be_told(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["report", "--json", "-", CASE]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["command"], result["verdict"]) == ("report", "failed")
    assert [found["file"] for found in result["findings"]] == [CASE]
    assert result["errors"] == []
    assert Path(result["index"]).exists()
    Path("bad.json").write_text("{")
    assert main(["report", "--json", "-", "bad.json"]) == 2
    result = json.loads(capsys.readouterr().out)
    assert (result["verdict"], result["findings"]) == ("inconclusive", [])
    assert len(result["errors"]) == 1


def test_its_json_names_every_target_once_and_relative(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "pages").mkdir()
    monkeypatch.chdir(here / "pages")
    assert main(["hunt", "--examples", "10", "lock-order"]) == 1
    capsys.readouterr()
    cases = [f"../{CASE}", "reports/lock-order-deadlock.json", f"../{CASE}"]
    assert main(["report", "--json", "-", *cases, str(here / CASE)]) == 0
    assert json.loads(capsys.readouterr().out)["target"] == "../counter.py, lock-order"


def test_without_cases_there_is_nothing_to_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["report"]) == 2
    assert "reports/: no case files" in capsys.readouterr().err


def test_names_of_pages_are_safe_and_distinct() -> None:
    files = ["a/x y.json", "b/x-y.json", "index.json", ".json", "c/ü<&>.json"]
    assert names(files) == ["x-y", "x-y-2", "index-case", "json", "case"]


def test_a_hunt_writes_its_own_report_if_asked(here: Path) -> None:
    assert main(["hunt", "--examples", "5", "--html", "hunt.html", "counter.py"]) == 1
    page = Path("hunt.html").read_text()
    assert "1 finding in" in page
    assert 'href="reports/counter-lost-update.html"' in page
