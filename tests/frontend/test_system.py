"""`os` and `atexit` as far as they are about processes."""

import os
from collections.abc import Callable

from explorer.worlds.virtual import VirtualWorld

Run = Callable[..., VirtualWorld]


def output(world: VirtualWorld) -> str:
    return "".join(world.runtime.output)


def test_pids_are_virtual_and_agree_with_each_other(run_script: Run) -> None:
    world = run_script(
        """
        import os
        from multiprocessing import Process, current_process, parent_process
        def child():
            assert current_process().pid == os.getpid()
            assert parent_process().pid == os.getppid()
        me = os.getpid()
        assert current_process().pid == me
        process = Process(target=child)
        process.start()
        assert process.pid != me
        process.join()
        assert process.exitcode == 0
        """
    )
    assert [process.exitcode for process in world.processes] == [0, 0]
    assert os.getpid() > 0


def test_a_signal_ends_a_child_and_its_own_ends_at_once(run_script: Run) -> None:
    world = run_script(
        """
        import os, signal, time
        from multiprocessing import Process
        def wait():
            time.sleep(100)
        def end():
            os.kill(os.getpid(), signal.SIGKILL)
            print("never")
        first, second = Process(target=wait), Process(target=end)
        first.start()
        second.start()
        os.kill(first.pid, signal.SIGTERM)
        first.join()
        second.join()
        assert (first.exitcode, second.exitcode) == (-15, -9)
        try:
            os.kill(4, 0)
        except ProcessLookupError:
            print("nobody")
        """
    )
    assert output(world) == "nobody\n"


def test_leaving_at_once_skips_everything_and_keeps_children_running(run_script: Run) -> None:
    world = run_script(
        """
        import atexit, os, time
        from multiprocessing import Process
        def work():
            time.sleep(1)
            print("done")
        atexit.register(print, "never")
        Process(target=work).start()
        try:
            os._exit(300)
        finally:
            print("never")
        """
    )
    assert output(world) == "done\n"
    assert [process.exitcode for process in world.processes] == [300 & 0xFF, 0]


def test_what_is_registered_for_the_end_runs_backwards(run_script: Run) -> None:
    world = run_script(
        """
        import atexit
        atexit.register(print, "last")
        atexit.register(print, "out")
        atexit.register(print, "first")
        atexit.unregister(repr)
        """
    )
    assert output(world) == "first\nout\nlast\n"


def test_there_are_as_many_processors_everywhere(run_script: Run) -> None:
    world = run_script(
        """
        import multiprocessing, os
        print(multiprocessing.cpu_count(), os.cpu_count(), len(os.sched_getaffinity(0)))
        """
    )
    assert output(world) == "4 4 4\n"
