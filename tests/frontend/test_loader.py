"""Targets as people type them, and what is said about those that cannot be run."""

from pathlib import Path

import pytest

from explorer.engine.chooser import KeepRunning
from explorer.errors import UsageError
from explorer.frontend.loader import load
from explorer.model.case import Case
from explorer.worlds.execute import execute
from explorer.worlds.virtual import VirtualWorld


def run(target: str, *arguments: str) -> VirtualWorld:
    return execute(load(target, arguments), Case(target), KeepRunning())


def endings(world: VirtualWorld) -> list[tuple[str, int | None, str]]:
    return [(one.name, one.exitcode, repr(one.error)) for one in world.processes]


def refusal(target: str) -> str:
    with pytest.raises(UsageError) as refused:
        run(target)
    return str(refused.value)


FINE = [("MainProcess", 0, "None")]


def test_a_script_runs_as_main_with_its_arguments(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        "from pathlib import Path\n"
        "assert __name__ == '__main__'\n"
        "assert sys.modules['__main__'].__dict__ is globals()\n"
        "assert sys.argv[1:] == ['a', '--b'] and sys.argv[0] == __file__\n"
        "assert sys.path[0] == str(Path(__file__).parent)\n"
    )
    assert endings(run(str(script), "a", "--b")) == FINE


def test_a_function_in_a_file_runs_with_nothing_or_with_the_module(tmp_path: Path) -> None:
    script = tmp_path / "functions.py"
    script.write_text(
        "assert __name__ == 'functions'\n"
        "def without(): pass\n"
        "def with_module(multiprocessing):\n"
        "    lock = multiprocessing.Lock()\n"
        "    lock.acquire()\n"
        "    lock.acquire()\n"
    )
    assert endings(run(f"{script}::without")) == FINE
    assert [actor.name for actor in run(f"{script}::with_module").stranded] == ["MainProcess"]


def test_a_function_in_a_module_is_found_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "parcel_of_mine"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "helper.py").write_text("WORD = 'found'\n")
    (package / "inner.py").write_text(
        "from .helper import WORD\ndef go(): assert WORD == 'found'\n"
    )
    monkeypatch.chdir(tmp_path)
    assert endings(run("parcel_of_mine.inner:go")) == FINE


def test_modules_of_the_program_are_executed_afresh_in_every_run(tmp_path: Path) -> None:
    (tmp_path / "tally.py").write_text("seen = []\n")
    script = tmp_path / "script.py"
    script.write_text(
        "import tally, logging\n"
        "tally.seen.append(1)\n"
        "assert tally.seen == [1]\n"
        "assert not hasattr(tally, 'mark')\n"
        "tally.mark = True\n"
        "log = logging.getLogger('tally')\n"
        "assert not log.handlers\n"
        "log.addHandler(logging.NullHandler())\n"
    )
    program = load(str(script))
    for _ in range(3):
        assert endings(execute(program, Case("script"), KeepRunning())) == FINE


def test_an_exception_of_a_script_is_its_own_failure(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import math\nmath.nothing\n")
    [(_, code, error)] = endings(run(str(script)))
    assert code == 1
    assert "AttributeError" in error


def test_a_module_that_is_only_looked_for_may_be_missing(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("try:\n    import no_such_thing\nexcept ImportError:\n    pass\n")
    assert endings(run(str(script))) == FINE


def test_a_missing_script_is_refused(tmp_path: Path) -> None:
    assert "there is no file" in refusal(str(tmp_path / "missing.py"))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in refusal(f"{tmp_path}/")


def test_a_word_that_is_nothing_is_refused() -> None:
    assert "neither a built-in scenario" in refusal("sharedcounter")


def test_a_syntax_error_is_shown_with_its_line(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text("x = 1\nif x\n    pass\n")
    message = refusal(str(script))
    assert "broken.py, line 2 is not valid Python" in message
    assert "if x" in message


def test_bytes_of_no_declared_encoding_are_refused_with_their_line(tmp_path: Path) -> None:
    script = tmp_path / "coded.py"
    script.write_bytes(b"import os\n# caf\xe9\nprint(1)\n")
    message = refusal(str(script))
    assert "coded.py, line 2 is not valid Python: non-UTF-8 code" in message
    script.write_bytes(b"import os\n\n\nname = 'caf\xe9'\n")
    assert "coded.py, line 4 is not valid Python" in refusal(str(script))


def test_a_declared_encoding_is_taken(tmp_path: Path) -> None:
    script = tmp_path / "latin.py"
    script.write_bytes(b"# coding: latin-1\n# caf\xe9\nprint(1)\n")
    assert endings(run(str(script))) == FINE


def test_a_syntax_error_in_an_imported_module_is_shown_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "broken_part.py").write_text("x = (\n")
    script = tmp_path / "script.py"
    script.write_text("import broken_part\n")
    assert "broken_part.py, line 1 is not valid Python" in refusal(str(script))


def test_a_missing_import_is_shown_with_its_line(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import os\nimport no_such_thing.inner\n")
    message = refusal(str(script))
    assert "no module named 'no_such_thing'" in message
    assert "script.py:2" in message


def test_a_file_without_the_function_says_what_it_has(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("def one(): pass\ndef two(): pass\nthree = 3\n")
    assert "has no function 'four'. It has: one, two." in refusal(f"{script}::four")
    assert "'three' is an int, not a function" in refusal(f"{script}::three")


def test_a_function_of_the_wrong_form_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("def add(first, second): pass\n")
    assert "the function is add(first, second)" in refusal(f"{script}::add")


def test_a_missing_module_is_refused() -> None:
    assert "there is no module 'no_such_thing'" in refusal("no_such_thing.inner:go")


def test_a_name_that_cannot_be_a_function_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("")
    assert "cannot be the name of a function" in refusal(f"{script}::1st")
