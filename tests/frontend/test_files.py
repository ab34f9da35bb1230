"""Files that a program writes are shared objects of its run, and never reach the disk."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.errors import NotSupported
from explorer.worlds.virtual import VirtualWorld

Run = Callable[..., VirtualWorld]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def events(world: VirtualWorld) -> list[tuple[str, str, object]]:
    """(operation, path, value or result) of everything that happened to files."""
    return [
        (operation.kind.name, operation.object.name, operation.value or result)
        for _, operation, result in world.log
        if operation.object.kind == "file"
    ]


def holds(world: VirtualWorld) -> bool:
    errors = "".join(world.runtime.errors)
    assert [process.exitcode for process in world.processes] == [0] * len(world.processes), errors
    return True


def test_what_is_written_stays_in_the_run(run_script: Run) -> None:
    source = """
        import os
        assert not os.path.exists("new.txt")
        with open("new.txt", "w") as file:
            file.write("text")
        os.makedirs("a/b")
        assert open("new.txt").read() == "text" and sorted(os.listdir()) == sorted(
            ["a", "new.txt", "script.py"]
        )
        """
    assert holds(run_script(source))
    assert holds(run_script(source))
    assert os.listdir() == ["script.py"]


def test_a_file_of_the_users_is_read_from_the_disk_and_not_changed(run_script: Run) -> None:
    Path("mine.txt").write_text("mine")
    source = """
        with open("mine.txt", "r+") as file:
            assert file.read() == "mine"
            file.seek(0)
            file.write("M")
        assert open("mine.txt").read() == "Mine"
        """
    for _ in range(2):
        assert holds(run_script(source))
    assert Path("mine.txt").read_text() == "mine"


def test_counting_in_a_file_is_a_read_and_a_write(run_script: Run) -> None:
    world = run_script(
        """
        open("n", "w").write("0")
        with open("n") as file:
            number = int(file.read())
        with open("n", "w") as file:
            print(number + 1, file=file)
        """
    )
    assert [(name, value) for name, _, value in events(world)][2:] == [
        ("open", events(world)[2][2]),
        ("read", "0"),
        ("truncate", events(world)[4][2]),
        ("write", "1\n"),
    ]
    assert dict(world.log[-2][1].object.locations()) == {None: "1\n"}


def test_lines_are_read_in_one_piece(run_script: Run) -> None:
    Path("lines.txt").write_text("a\nb\n")
    world = run_script("assert [line for line in open('lines.txt')] == ['a\\n', 'b\\n']")
    assert holds(world)
    assert [name for name, _, _ in events(world)] == ["open", "read"]


def test_an_open_file_is_what_it_was_when_its_path_is_replaced(run_script: Run) -> None:
    assert holds(
        run_script(
            """
            import os
            from pathlib import Path
            Path("old").write_text("old")
            Path("new").write_text("new")
            with open("old") as file:
                os.replace("new", "old")
                assert file.read() == "old"
            assert Path("old").read_text() == "new" and not Path("new").exists()
            """
        )
    )


def test_two_processes_create_a_lock_file_only_once(run_script: Run) -> None:
    assert holds(
        run_script(
            """
            import os
            from multiprocessing import Process
            def child():
                try:
                    os.close(os.open("lock", os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    print("late")
                else:
                    print("first")
            children = [Process(target=child) for _ in range(2)]
            for one in children:
                one.start()
            for one in children:
                one.join()
            """
        )
    )


def test_appending_is_done_at_the_end_whoever_wrote_before(run_script: Run) -> None:
    world = run_script(
        """
        from multiprocessing import Process
        log = open("log", "a")
        def child(name):
            log.write(name)
            log.flush()
        children = [Process(target=child, args=(name,)) for name in "ab"]
        for one in children:
            one.start()
        for one in children:
            one.join()
        assert sorted(open("log").read()) == ["a", "b"]
        """
    )
    assert holds(world)


def test_text_buffered_before_a_fork_is_in_both_buffers(run_script: Run) -> None:
    assert holds(
        run_script(
            """
            from multiprocessing import Process
            log = open("log", "a")
            log.write("x")
            def child():
                log.close()
            one = Process(target=child)
            one.start()
            one.join()
            log.close()
            assert open("log").read() == "xx"
            """
        )
    )


def test_errors_are_the_systems(run_script: Run) -> None:
    assert holds(
        run_script(
            """
            import os
            def error(call, *args):
                try:
                    call(*args)
                except OSError as error:
                    return type(error).__name__, error.filename
            os.mkdir("folder")
            open("folder/file", "w").close()
            assert error(open, "nothing") == ("FileNotFoundError", "nothing")
            assert error(open, "no/thing", "w") == ("FileNotFoundError", "no/thing")
            assert error(open, "folder", "w") == ("IsADirectoryError", "folder")
            assert error(open, "folder/file", "x") == ("FileExistsError", "folder/file")
            assert error(os.mkdir, "folder") == ("FileExistsError", "folder")
            assert error(os.rmdir, "folder") == ("OSError", "folder")
            assert error(os.unlink, "folder") == ("IsADirectoryError", "folder")
            assert error(os.rename, "nothing", "other") == ("FileNotFoundError", "nothing")
            assert error(os.listdir, "folder/file") == ("NotADirectoryError", "folder/file")
            """
        )
    )


def test_temporary_files_and_folders_come_and_go(run_script: Run) -> None:
    assert holds(
        run_script(
            """
            import os, tempfile
            from pathlib import Path
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, "inner").mkdir()
                Path(folder, "inner", "file").write_text("x")
                assert [name for name, _, _ in os.walk(folder)] == [folder, folder + "/inner"]
            assert not os.path.exists(folder)
            with tempfile.NamedTemporaryFile("w+") as file:
                file.write("x")
                file.seek(0)
                assert file.read() == "x" and os.path.isfile(file.name)
            assert not os.path.exists(file.name)
            """
        )
    )


def test_a_file_lock_keeps_others_out(run_script: Run) -> None:
    world = run_script(
        """
        import fcntl
        from multiprocessing import Process
        def child():
            with open("n", "r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                number = int(file.read())
                file.seek(0)
                file.write(str(number + 1))
                file.flush()
                fcntl.flock(file, fcntl.LOCK_UN)
        open("n", "w").write("0")
        children = [Process(target=child) for _ in range(2)]
        for one in children:
            one.start()
        for one in children:
            one.join()
        assert open("n").read() == "2"
        """
    )
    assert holds(world)
    assert [
        actor.name for actor, operation, _ in world.log if operation.kind.name == "acquire"
    ] == [
        "Process-1",
        "Process-2",
    ]


def test_a_working_directory_belongs_to_its_process(run_script: Run) -> None:
    assert holds(
        run_script(
            """
            import os
            from multiprocessing import Process
            os.mkdir("inner")
            def child():
                os.chdir("inner")
                open("file", "w").close()
                assert os.path.basename(os.getcwd()) == "inner"
            one = Process(target=child)
            one.start()
            one.join()
            assert os.path.isfile("inner/file") and not os.path.exists("file")
            """
        )
    )


def test_what_is_not_simulated_is_refused(run_script: Run) -> None:
    with pytest.raises(NotSupported, match=r"os\.symlink\(\) at script\.py:2"):
        run_script("import os\nos.symlink('a', 'b')\n")
