"""A strict replay passes on the same program and stops at the first step that is another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import Diverged
from explorer.model.saved import Step, steps_of, up_to_the_rounds
from explorer.model.schedule import Place, Schedule, Switch
from explorer.search.replay import Replay, Transcript
from explorer.search.strict import StrictReplay
from tests.search.bodies import BODIES, Choices, case_of, counter, run_all, runner_of

SCHEDULE = Schedule((Switch(Place("Process-1", "write", "Value#1"), "Process-2"),))
STEPS = steps_of(runner_of(counter).record(case_of(counter), Replay(SCHEDULE)))


def strict(
    body: Callable[..., None], schedule: Schedule = SCHEDULE, steps: Sequence[Step] = STEPS
) -> None:
    chooser = StrictReplay(schedule, steps, file="reports/counter.json")
    runner_of(body).run(case_of(body), chooser)
    chooser.finish()


def message(*args: Any) -> str:
    with pytest.raises(Diverged) as caught:
        strict(*args)
    return str(caught.value)


@given(
    st.sampled_from(BODIES),
    st.lists(st.integers(0, 5), max_size=40),
    st.lists(st.integers(0, 4), max_size=12),
)
def test_the_same_program_replays_strictly(
    body: Callable[..., None], choices: list[int], delays: list[int]
) -> None:
    transcript = Transcript(Choices(choices, delays))
    trace = runner_of(body).record(case_of(body), transcript)
    strict(body, transcript.schedule, steps_of(trace))


@given(st.sampled_from(BODIES), st.lists(st.integers(0, 5), max_size=40), st.data())
def test_any_changed_step_is_noticed_at_that_step(
    body: Callable[..., None], choices: list[int], data: st.DataObject
) -> None:
    transcript = Transcript(Choices(choices))
    steps = steps_of(runner_of(body).record(case_of(body), transcript))
    at = data.draw(st.integers(0, len(steps) - 1))
    changed = data.draw(
        st.sampled_from(
            [
                replace(steps[at], operation="vanish"),
                replace(steps[at], object="Lock#99"),
                replace(steps[at], process="Process-99"),
            ]
        )
    )
    with pytest.raises(Diverged) as caught:
        strict(body, transcript.schedule, [*steps[:at], changed, *steps[at + 1 :]])
    assert caught.value.step == at


def one_more_write(mp: Any) -> None:
    value = mp.Value("i", 0, lock=False)

    def add() -> None:
        value.value = value.value + 1
        value.value = 0

    run_all(mp, [add, add])


def no_write(mp: Any) -> None:
    value = mp.Value("i", 0, lock=False)
    run_all(mp, [lambda: value.value, lambda: value.value])


def locked(mp: Any) -> None:
    value, lock = mp.Value("i", 0, lock=False), mp.Lock()

    def add() -> None:
        with lock:
            value.value = value.value + 1

    run_all(mp, [add, add])


def three(mp: Any) -> None:
    counter(mp, 3)


def test_an_added_operation_is_named_with_what_was_expected() -> None:
    assert message(one_more_write).startswith(
        "Step 6 of 11: the case expects Process-2 to exit Process-2, "
        "but Process-2 is about to write Value#1. Most likely the program was changed since "
    )


def test_a_removed_operation_is_named() -> None:
    assert message(no_write).startswith(
        "Step 4 of 11: the case expects Process-2 to read Value#1, but Process-1 is about to "
        "exit Process-1 and the schedule does not leave it there. Most likely the program "
    )


def test_a_lock_around_the_race_is_a_divergence() -> None:
    assert message(locked).startswith(
        "Step 3 of 11: the case expects Process-1 to read Value#1, "
        "but Process-1 is about to acquire Lock#1."
    )


def test_another_process_is_a_divergence() -> None:
    assert message(three).startswith(
        "Step 3 of 11: the case expects Process-1 to read Value#1, "
        "but MainProcess did start Process-3."
    )


def test_another_enabled_set_is_a_divergence() -> None:
    steps = [replace(step, enabled=(*step.enabled, "Process-3")) for step in STEPS]
    assert message(counter, SCHEDULE, steps).startswith(
        "Step 3 of 11: Process-1 to read Value#1, as the case expects, but Process-1 and Process-2 "
        "could go on, where the case has Process-1, Process-2 and Process-3."
    )


def test_a_run_that_is_longer_than_its_recording_is_an_error() -> None:
    assert "the case ends here, but MainProcess did join Process-2" in message(
        counter, SCHEDULE, STEPS[:-2]
    )


def test_a_run_that_is_shorter_than_its_recording_is_an_error() -> None:
    more = (*STEPS, Step("MainProcess", "read", "Value#1", ("MainProcess",)))
    text = message(counter, SCHEDULE, more)
    assert (
        "Step 12 of 12: the case expects MainProcess to read Value#1, but the run is over" in text
    )


def polling(mp: Any) -> None:
    """A process polls an event for ever; another is done soon."""
    event, value = mp.Event(), mp.Value("i", 0, lock=False)

    def poll() -> None:
        while not event.is_set():
            value.value = 1

    run_all(mp, [poll])


POLLED = steps_of(runner_of(polling).record(case_of(polling), Replay(Schedule())))


@pytest.mark.parametrize("steps", [POLLED, up_to_the_rounds(POLLED)])
def test_a_run_without_end_is_held_against_its_beginning(steps: Sequence[Step]) -> None:
    chooser = StrictReplay(Schedule(), steps, endless=True)
    world = runner_of(polling).run(case_of(polling), chooser)
    chooser.finish(cut_off=world.cut_off)
    assert len(world.log) == len(POLLED)


def test_the_steps_of_a_run_without_end_are_two_rounds_of_its_loop() -> None:
    assert [step.operation for step in up_to_the_rounds(POLLED)] == [
        "start", "is_set", "write", "is_set", "write"
    ]  # fmt: skip
    assert up_to_the_rounds(STEPS) == STEPS


def test_a_run_that_ends_where_the_recorded_one_did_not_is_an_error() -> None:
    chooser = StrictReplay(SCHEDULE, STEPS, endless=True)
    world = runner_of(counter).run(case_of(counter), chooser)
    with pytest.raises(Diverged, match="the case has no end, but the run is over"):
        chooser.finish(cut_off=world.cut_off)


def test_a_schedule_that_is_not_that_of_the_steps_is_an_error() -> None:
    assert "the schedule does not leave it there" in message(counter, Schedule())


def test_the_message_names_the_file_and_what_to_do() -> None:
    assert "`race-explorer replay --twice reports/counter.json`" in message(locked)


def test_a_program_that_catches_everything_does_not_catch_the_divergence() -> None:
    def stubborn(mp: Any) -> None:
        value = mp.Value("i", 0, lock=False)

        def add() -> None:
            try:
                value.value = 1
            except Exception:
                value.value = 2

        run_all(mp, [add, add])

    assert "is about to write Value#1" in message(stubborn)
