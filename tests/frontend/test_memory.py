"""What a child sees of its parent's memory, and what its parent sees of the child's."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.engine.chooser import KeepRunning
from explorer.errors import NotSupported
from explorer.frontend.loader import load
from explorer.model.case import Case
from explorer.worlds.execute import execute
from explorer.worlds.virtual import VirtualWorld

Run = Callable[[str], VirtualWorld]

HEAD = "from multiprocessing import Process, Value, Lock, current_process\n"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a script; the children write to the cells that they are given."""

    def run(source: str) -> VirtualWorld:
        script = tmp_path / "script.py"
        script.write_text(HEAD + textwrap.dedent(source))
        return execute(load(str(script)), Case("script"), KeepRunning())

    return run


def holds(world: VirtualWorld) -> bool:
    """Whether every assertion of the script held."""
    errors = "".join(world.runtime.errors)
    assert [process.exitcode for process in world.processes] == [0] * len(world.processes), errors
    return True


def has_spaces(world: VirtualWorld) -> bool:
    return any(actor.context is not None for actor in world.actors)


def test_a_program_of_constants_and_shared_objects_pays_nothing(run: Run) -> None:
    world = run(
        """
        import time
        LIMIT = 3

        def helper(value):
            return value + LIMIT

        def work(cell, lock):
            with lock:
                time.sleep(1)
                cell.value = helper(cell.value)

        if __name__ == "__main__":
            cell, lock = Value("i", 0), Lock()
            children = [Process(target=work, args=(cell, lock)) for _ in range(2)]
            for child in children:
                child.start()
            for child in children:
                child.join()
            assert cell.value == 6
        """
    )
    assert holds(world)
    assert not has_spaces(world)


def test_a_global_that_only_the_main_script_reads_is_left_alone(run: Run) -> None:
    world = run(
        """
        def work():
            pass

        if __name__ == "__main__":
            mine = []
            for _ in range(2):
                child = Process(target=work)
                child.start()
                mine.append(child)
        """
    )
    assert holds(world)
    assert not has_spaces(world)


def test_a_global_that_main_rebinds_after_the_fork_keeps_its_value_in_the_child(run: Run) -> None:
    assert holds(
        run(
            """
            def work(seen, lock):
                with lock:
                    seen.value = phase

            if __name__ == "__main__":
                phase = 1
                seen, lock = Value("i", 0, lock=False), Lock()
                lock.acquire()
                child = Process(target=work, args=(seen, lock))
                child.start()
                phase = 2
                lock.release()
                child.join()
                assert seen.value == 1 and phase == 2
            """
        )
    )


def test_a_global_made_after_the_fork_is_not_there_in_the_child(run: Run) -> None:
    assert holds(
        run(
            """
            def work(lock):
                with lock:
                    try:
                        late
                    except NameError:
                        return
                    raise AssertionError

            if __name__ == "__main__":
                lock = Lock()
                lock.acquire()
                child = Process(target=work, args=(lock,))
                child.start()
                late = 2
                lock.release()
                child.join()
            """
        )
    )


def test_two_children_and_their_parent_each_have_their_own_globals(run: Run) -> None:
    assert holds(
        run(
            """
            seen, total = [], 0

            def work(number, lock):
                global total
                with lock:
                    seen.append(number)
                    total += number
                with lock:
                    assert seen == [number] and total == number

            if __name__ == "__main__":
                lock = Lock()
                children = [Process(target=work, args=(n, lock)) for n in (1, 2)]
                for child in children:
                    child.start()
                for child in children:
                    child.join()
                assert seen == [] and total == 0
            """
        )
    )


def test_a_closure_is_copied_with_its_variables(run: Run) -> None:
    assert holds(
        run(
            """
            def main():
                total, log = 0, []

                def add(number):
                    nonlocal total
                    total += number
                    log.append(number)
                    assert (total, log) == (number, [number])

                for number in (1, 2):
                    child = Process(target=add, args=(number,))
                    child.start()
                    child.join()
                assert (total, log) == (0, [])

            main()
            """
        )
    )


def test_class_attributes_are_copied_changed_in_place_rebound_or_new(run: Run) -> None:
    assert holds(
        run(
            """
            class Registry:
                names, count = [], 0

            def work():
                Registry.names.append("child")
                Registry.count += 1
                Registry.extra = True
                assert (Registry.names, Registry.count) == (["child"], 1)

            if __name__ == "__main__":
                for _ in range(2):
                    child = Process(target=work)
                    child.start()
                    child.join()
                assert (Registry.names, Registry.count) == ([], 0)
                assert not hasattr(Registry, "extra")
            """
        )
    )


def test_one_object_reached_by_two_ways_is_one_object_in_the_child(run: Run) -> None:
    assert holds(
        run(
            """
            board = [0]
            players = {"ann": board}

            class Game:
                board = board

            def work(first, second):
                first.append(1)
                assert board is first is second is players["ann"] is Game.board
                assert board == [0, 1]

            if __name__ == "__main__":
                child = Process(target=work, args=(board, players["ann"]))
                child.start()
                child.join()
                assert board == [0]
            """
        )
    )


def test_instances_are_copied_without_asking_them(run: Run) -> None:
    assert holds(
        run(
            """
            class Stubborn:
                __slots__ = ("a", "__dict__")
                made = 0
                def __init__(self):
                    self.a, self.b = [1], [2]
                def __reduce__(self):
                    raise TypeError("never")
                def __deepcopy__(self, memo):
                    raise TypeError("never")
                def __getattr__(self, name):
                    raise AttributeError(name)

            class Bag(dict):
                def __init__(self, owner):
                    self.owner = owner
                def __setitem__(self, key, value):
                    raise TypeError("never")

            def work(thing, bag):
                thing.a.append(3)
                thing.b.append(4)
                bag["k"].append(5)
                assert (thing.a, thing.b, bag["k"], bag.owner) == ([1, 3], [2, 4], [5], thing)

            if __name__ == "__main__":
                thing = Stubborn()
                bag = Bag(thing)
                dict.__setitem__(bag, "k", [])
                child = Process(target=work, args=(thing, bag))
                child.start()
                child.join()
                assert (thing.a, thing.b, bag["k"]) == ([1], [2], [])
            """
        )
    )


def test_a_module_imported_by_a_child_is_its_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lately.py").write_text("seen = []\n")
    assert holds(
        run(
            """
            import sys

            def work():
                assert "lately" not in sys.modules
                import lately
                lately.seen.append(1)
                assert lately.seen == [1]

            if __name__ == "__main__":
                children = [Process(target=work) for _ in range(2)]
                for child in children:
                    child.start()
                for child in children:
                    child.join()
                assert "lately" not in sys.modules
            """
        )
    )


def test_an_attribute_of_a_library_module_is_rebound_for_one_process(run: Run) -> None:
    assert holds(
        run(
            """
            import sys

            def work():
                sys.marker = "child"

            if __name__ == "__main__":
                child = Process(target=work)
                child.start()
                child.join()
                assert not hasattr(sys, "marker")
            """
        )
    )


def test_environment_variables_are_copied_and_put_back(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MODE_OF_TEST", raising=False)
    source = """
        import os

        def work():
            assert os.environ["MODE_OF_TEST"] == "parent"
            os.environ["MODE_OF_TEST"] = "child"

        if __name__ == "__main__":
            assert "MODE_OF_TEST" not in os.environ
            os.environ["MODE_OF_TEST"] = "parent"
            child = Process(target=work)
            child.start()
            child.join()
            assert os.environ["MODE_OF_TEST"] == "parent"
        """
    assert holds(run(source))
    assert holds(run(source))


def test_the_process_object_of_the_child_is_a_copy(run: Run) -> None:
    assert holds(
        run(
            """
            def work():
                me = current_process()
                assert me is current_process() and me.name == "given"
                me.name = "changed"

            if __name__ == "__main__":
                child = Process(target=work, name="given")
                child.start()
                child.join()
                assert child.name == "given" and child.exitcode == 0
            """
        )
    )


def test_a_generator_begun_by_the_parent_is_refused_to_the_child(run: Run) -> None:
    source = """
        def spell():
            yield from "abc"

        letters = spell()

        def work({}):
            {}

        if __name__ == "__main__":
            child = Process(target=work)
            child.start()
            child.join()
            assert next(letters) == "a"
        """
    assert holds(run(source.format("", "letters is None")))
    with pytest.raises(NotSupported, match=r"generator spell.*script\.py:9"):
        run(source.format("", "next(letters)"))


def test_handles_stay_the_same_object_within_copied_ones(run: Run) -> None:
    assert holds(
        run(
            """
            class Counter:
                def __init__(self):
                    self.cell, self.plain = Value("i", 0, lock=False), [0]
                def add(self):
                    self.cell.value += 1
                    self.plain[0] += 1

            if __name__ == "__main__":
                counter = Counter()
                for _ in range(2):
                    child = Process(target=counter.add)
                    child.start()
                    child.join()
                assert counter.cell.value == 2 and counter.plain == [0]
            """
        )
    )
