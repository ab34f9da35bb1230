"""What processes print is written down, in the pieces in which a terminal would show it."""

import sys
from collections.abc import Callable

import pytest

from explorer.errors import NotSupported
from explorer.worlds.virtual import VirtualWorld

Run = Callable[..., VirtualWorld]


def pieces(world: VirtualWorld) -> list[tuple[str, str]]:
    """(process, text) of each write to stdout."""
    return [
        (actor.process.name, operation.value)
        for actor, operation, _ in world.log
        if operation.object.kind == "stream" and operation.object.name == "stdout"
    ]


def test_a_line_of_several_values_goes_out_in_one_piece(run_script: Run) -> None:
    world = run_script("print('a', 1)\nprint('b', end='')\nprint('c')\n")
    assert pieces(world) == [("MainProcess", "a 1\n"), ("MainProcess", "bc\n")]
    assert "".join(world.runtime.output) == "a 1\nbc\n"


def test_flush_sends_out_part_of_a_line(run_script: Run) -> None:
    world = run_script(
        "import sys\nprint('a', end='', flush=True)\nsys.stdout.write('b')\nsys.stdout.flush()\n"
    )
    assert [text for _, text in pieces(world)] == ["a", "b"]


def test_what_is_left_goes_out_before_a_fork_and_at_the_end(run_script: Run) -> None:
    world = run_script(
        """
        from multiprocessing import Process
        def child():
            print("child", end=" ")
        print("before", end=" ")
        process = Process(target=child)
        process.start()
        process.join()
        print("after", end=" ")
        """
    )
    assert pieces(world) == [
        ("MainProcess", "before "),
        ("Process-1", "child "),
        ("MainProcess", "after "),
    ]


def test_a_process_that_leaves_at_once_takes_its_text_with_it(run_script: Run) -> None:
    world = run_script(
        """
        import os
        from multiprocessing import Process
        def child():
            print("said")
            print("lost", end="")
            try:
                os._exit(3)
            finally:
                print("never")
        process = Process(target=child)
        process.start()
        process.join()
        assert process.exitcode == 3
        """
    )
    assert pieces(world) == [("Process-1", "said\n")]


def test_stdout_redirected_in_one_process_is_not_in_the_other(run_script: Run) -> None:
    world = run_script(
        """
        import contextlib, io, sys
        from multiprocessing import Lock, Process
        def child(lock):
            with contextlib.redirect_stdout(io.StringIO()) as log:
                with lock:
                    print("child")
            assert log.getvalue() == "child\\n"
        lock = Lock()
        lock.acquire()
        process = Process(target=child, args=(lock,))
        process.start()
        print("parent")
        lock.release()
        process.join()
        """
    )
    assert pieces(world) == [("MainProcess", "parent\n")]
    assert [process.exitcode for process in world.processes] == [0, 0]


def test_logging_and_bytes_go_where_they_belong(run_script: Run) -> None:
    world = run_script(
        """
        import logging, os, sys
        logging.warning("careful")
        sys.stdout.buffer.write(b"bytes ")
        sys.stdout.flush()
        os.write(1, b"raw")
        """
    )
    assert "".join(world.runtime.output) == "bytes raw"


def test_a_traceback_shows_the_frames_of_the_program_alone(run_script: Run) -> None:
    world = run_script(
        """
        from multiprocessing import Process
        def child():
            raise KeyError("lost")
        if __name__ == "__main__":
            process = Process(target=child)
            process.start()
            process.join()
        """
    )
    text = "".join(world.runtime.errors)
    assert text.startswith("Process Process-1:\nTraceback (most recent call last):\n")
    assert text.count("  File ") == 1
    assert text.endswith("KeyError: 'lost'\n")


def test_an_exception_of_the_programs_own_tells_itself_within_the_run(run_script: Run) -> None:
    world = run_script(
        """
        from multiprocessing import Value
        number = Value("i", 7, lock=False)
        class Wrong(Exception):
            def __str__(self):
                return f"it is {number.value}"
        raise Wrong
        """
    )
    assert "".join(world.runtime.errors).endswith("Wrong: it is 7\n")
    assert next(operation.name for _, operation, _ in world.log) == "read"


def test_a_traceback_is_the_same_whenever_it_is_looked_at(run_script: Run) -> None:
    world = run_script("numbers = [1]\nassert numbers == [2], 'other numbers'\n")
    numbers = world.processes[0].error.args
    assert numbers == ("other numbers",)
    first = "".join(world.runtime.errors)
    assert first.endswith("AssertionError: other numbers\n")
    assert "".join(world.runtime.errors) == first


def test_outside_of_the_run_stdout_is_the_real_one(run_script: Run) -> None:
    before = sys.stdout, sys.stderr, sys.stdin
    run_script("print('x')")
    assert (sys.stdout, sys.stderr, sys.stdin) == before


@pytest.mark.parametrize("read", ["input()", "sys.stdin.read()", "next(iter(sys.stdin))"])
def test_reading_stdin_is_refused_with_its_line(run_script: Run, read: str) -> None:
    with pytest.raises(NotSupported, match=r"reads from stdin at .*script\.py:2"):
        run_script(f"import sys\n{read}\n")


def test_a_refusal_cannot_be_caught_by_the_program(run_script: Run) -> None:
    with pytest.raises(NotSupported):
        run_script(
            "while True:\n    try:\n        input()\n    except BaseException:\n        pass\n"
        )


def test_a_child_finds_stdin_at_its_end(run_script: Run) -> None:
    world = run_script(
        """
        from multiprocessing import Process
        def child():
            try:
                input()
            except EOFError:
                print("end")
        process = Process(target=child)
        process.start()
        process.join()
        """
    )
    assert "".join(world.runtime.output) == "end\n"
