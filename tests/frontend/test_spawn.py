"""Children that begin with nothing, by importing the program and unpickling their arguments."""

from collections.abc import Callable

import pytest

from explorer.worlds.virtual import VirtualWorld

Run = Callable[..., VirtualWorld]

METHODS = pytest.mark.parametrize("method", ["spawn", "forkserver"])


def holds(world: VirtualWorld) -> bool:
    errors = "".join(world.runtime.errors)
    assert [process.exitcode for process in world.processes] == [0] * len(world.processes), errors
    return True


@METHODS
def test_the_program_is_imported_anew_under_another_name(run_script: Run, method: str) -> None:
    world = run_script(
        f"""
        import multiprocessing as mp
        seen = [__name__]
        def work(items, lock):
            with lock:
                items.append(3)
                assert seen == ["__mp_main__"] and items == [1, 2, 3]
        if __name__ == "__main__":
            seen.append("main")
            items = [1]
            context = mp.get_context("{method}")
            lock = context.Lock()
            children = [context.Process(target=work, args=(items, lock)) for _ in range(2)]
            items.append(2)
            for child in children:
                child.start()
            for child in children:
                child.join()
            assert items == [1, 2] and seen == ["__main__", "main"]
        """
    )
    assert holds(world)


def test_the_default_can_be_set_once(run_script: Run) -> None:
    world = run_script(
        """
        import multiprocessing as mp
        level = 0
        def work():
            assert level == 0
        if __name__ == "__main__":
            mp.set_start_method("spawn")
            try:
                mp.set_start_method("fork")
            except RuntimeError as error:
                assert str(error) == "context has already been set"
            assert mp.get_start_method() == "spawn"
            level = 1
            child = mp.Process(target=work)
            child.start()
            child.join()
        """
    )
    assert holds(world)


def test_what_cannot_be_pickled_is_refused_in_the_parent(run_script: Run) -> None:
    world = run_script(
        """
        import multiprocessing as mp
        if __name__ == "__main__":
            child = mp.get_context("spawn").Process(target=lambda: None)
            try:
                child.start()
            except Exception as error:
                print(type(error).__name__)
            assert child.pid is None
        """
    )
    assert holds(world)
    assert world.runtime.output[0] in ("PicklingError\n", "AttributeError\n")


def test_a_main_module_without_a_guard_is_told_so(run_script: Run) -> None:
    world = run_script(
        """
        import multiprocessing as mp
        def work():
            pass
        child = mp.get_context("spawn").Process(target=work)
        child.start()
        child.join()
        """
    )
    assert [process.exitcode for process in world.processes] == [0, 1]
    assert "proper idiom" in "".join(world.runtime.errors)


def test_what_a_child_sends_back_is_of_the_parents_class(run_script: Run) -> None:
    world = run_script(
        """
        import multiprocessing as mp
        class Point:
            def __init__(self, x):
                self.x = x
        def work(queue, point):
            assert type(point) is Point
            point.x += 1
            queue.put(point)
        if __name__ == "__main__":
            spawn = mp.get_context("spawn")
            queue = spawn.SimpleQueue()
            child = spawn.Process(target=work, args=(queue, Point(1)))
            child.start()
            child.join()
            assert queue.get().x == 2
        """
    )
    assert holds(world)
