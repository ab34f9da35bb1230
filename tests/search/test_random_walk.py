"""A random walk chooses evenly, and the same for the same seed."""

from __future__ import annotations

from collections import Counter

from explorer.model.actor import new_actor
from explorer.search.playback import decisions
from explorer.search.random_walk import RandomWalk
from tests.search.bodies import case_of, counter, runner_of


def test_every_enabled_actor_is_chosen_about_equally_often() -> None:
    actors = [new_actor(index, f"Process-{index}", None) for index in range(4)]
    walk = RandomWalk(7)
    chosen = Counter(walk.choose(actors, actors[0]).name for _ in range(4_000))
    assert sorted(chosen) == [actor.name for actor in actors]
    assert min(chosen.values()) > 900


def test_the_same_seed_makes_the_same_runs() -> None:
    def walked(seed: int) -> list[list[str]]:
        runner, walk = runner_of(counter), RandomWalk(seed)
        return [decisions(runner.run(case_of(counter), walk).log) for _ in range(20)]

    assert walked(3) == walked(3)
    assert walked(3) != walked(4)


def test_it_reaches_every_outcome_of_a_small_program() -> None:
    runner, walk = runner_of(counter), RandomWalk(0)
    ends = {final(runner.run(case_of(counter), walk).log) for _ in range(100)}
    assert ends == {1, 2}


def final(log: list) -> object:  # type: ignore[type-arg]
    return [operation.value for _, operation, _ in log if operation.kind.name == "write"][-1]
