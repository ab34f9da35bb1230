"""`random` is part of the case: the same for the same seed, different in each process."""

from collections.abc import Callable

from explorer.worlds.virtual import VirtualWorld

Run = Callable[..., VirtualWorld]

SOURCE = """
    import os, random, secrets, uuid
    from multiprocessing import Process
    def draw():
        print(random.random(), random.choice("abcdef"), random.Random().random(),
              os.urandom(2), uuid.uuid4(), secrets.token_hex(2), random.SystemRandom().random())
    draw()
    children = [Process(target=draw) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    """


def lines(world: VirtualWorld) -> list[str]:
    return "".join(world.runtime.output).splitlines()


def test_the_same_case_draws_the_same(run_script: Run) -> None:
    assert lines(run_script(SOURCE, seed=7)) == lines(run_script(SOURCE, seed=7))


def test_each_process_and_each_seed_draws_its_own(run_script: Run) -> None:
    drawn = lines(run_script(SOURCE, seed=7)) + lines(run_script(SOURCE, seed=8))
    for column in (0, 2, -1):
        assert len({line.split()[column] for line in drawn}) == 6


def test_a_seed_of_the_programs_own_is_respected_and_not_inherited(run_script: Run) -> None:
    source = """
        import random
        from multiprocessing import Process
        def draw():
            print(random.random())
        random.seed(5)
        draw()
        child = Process(target=draw)
        child.start()
        child.join()
        random.seed(5)
        draw()
        print(random.Random(5).random())
        """
    first, child, again, own = lines(run_script(source))
    assert first == again == own != child


def test_the_modules_own_generator_is_left_as_it_was(run_script: Run) -> None:
    import random

    random.seed(3)
    expected = random.Random(3).random()
    run_script("import random\nrandom.seed(1)\nrandom.random()\n")
    assert random.random() == expected
