"""What is not simulated is refused by name and line, and never done for real."""

import signal
import threading
from collections.abc import Callable

import pytest

from explorer.errors import NotSupported
from explorer.frontend.install import installed
from explorer.worlds.virtual import VirtualWorld

Run = Callable[..., VirtualWorld]

REFUSED = {
    "socket.socket()": "import socket\nsocket.socket()",
    "subprocess.Popen()": "import subprocess\nsubprocess.run(['true'])",
    "os.fork()": "import os\nos.fork()",
    "os.system()": "import os\nos.system('true')",
    "os.posix_spawn()": "import os\nos.posix_spawn('/bin/true', ['true'], {})",
    "a thread's start()": "import _thread\n_thread.start_new_thread(print, ())",
    "signal.alarm()": "import signal\nsignal.alarm(1)",
    "os.waitpid()": "import os\nos.waitpid(1, 0)",
    "os.kill with SIGSTOP": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "multiprocessing.dummy.Pool": "import multiprocessing.dummy\nmultiprocessing.dummy.Pool()",
    "multiprocessing.reduction.dump": "from multiprocessing.reduction import dump\ndump(1, 2)",
}


@pytest.mark.parametrize(("call", "source"), REFUSED.items(), ids=REFUSED.keys())
def test_a_call_is_refused_with_its_name_and_line(run_script: Run, call: str, source: str) -> None:
    with pytest.raises(NotSupported) as refused:
        run_script(f"{source}\n")
    assert call in str(refused.value)
    assert "script.py:2" in str(refused.value)


def test_a_refusal_is_not_the_programs_to_catch(run_script: Run) -> None:
    with pytest.raises(NotSupported):
        run_script("import socket\ntry:\n    socket.socket()\nexcept Exception:\n    pass\n")


def test_importing_what_is_not_simulated_is_no_use_of_it(run_script: Run) -> None:
    world = run_script("from multiprocessing.reduction import dump\nimport socket, subprocess\n")
    assert [process.exitcode for process in world.processes] == [0]


def test_a_handler_for_a_signal_in_a_child_is_refused(run_script: Run) -> None:
    with pytest.raises(NotSupported, match=r"signal\.signal\(SIGTERM, …\) at .*script\.py:5"):
        run_script(
            """
            import signal
            from multiprocessing import Process
            def child():
                signal.signal(signal.SIGTERM, lambda *_: None)
            process = Process(target=child)
            process.start()
            process.join()
            """
        )


def test_a_handler_that_nobody_needs_is_taken_note_of(run_script: Run) -> None:
    before = signal.getsignal(signal.SIGINT)
    world = run_script(
        """
        import signal
        assert signal.signal(signal.SIGINT, signal.SIG_IGN) == signal.SIG_DFL
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
        """
    )
    assert [process.exitcode for process in world.processes] == [0]
    assert signal.getsignal(signal.SIGINT) is before


def test_everything_stays_possible_outside_of_runs(run_script: Run) -> None:
    said: list[str] = []
    with installed():
        run_script("pass")
        thread = threading.Thread(target=lambda: said.append("real"))
        thread.start()
        thread.join()
    assert said == ["real"]
