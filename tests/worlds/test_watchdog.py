"""Getting out of programs that do not let go, and stopping when the user asks."""

import gc
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest

from explorer.engine.chooser import KeepRunning
from explorer.errors import Interrupted, Stuck
from explorer.frontend.module import multiprocessing
from explorer.frontend.program import FunctionProgram
from explorer.model.case import Case
from explorer.worlds.execute import execute, session
from explorer.worlds.virtual import VirtualWorld
from explorer.worlds.watchdog import check, interruptible, watched

SHORT = 0.2  # seconds; every run below would otherwise take for ever
press = signal.raise_signal  # before anything is installed


def run(body: Callable[[Any], None]) -> VirtualWorld:
    return execute(
        FunctionProgram("program", body, multiprocessing), Case("program"), KeepRunning()
    )


def still_works() -> bool:
    """A run after it all, in the same pool of greenlets."""

    def body(mp: Any) -> None:
        children = [mp.Process(target=print, args=("",), kwargs={"end": ""}) for _ in range(5)]
        for child in children:
            child.start()
        for child in children:
            child.join()

    world = run(body)
    return [process.exitcode for process in world.processes] == [0] * 6


def spin() -> None:
    while True:
        pass


def spin_and_swallow() -> None:
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


@pytest.mark.parametrize("loop", [spin, spin_and_swallow])
@pytest.mark.parametrize("in_child", [False, True])
def test_a_loop_without_shared_operations_is_cut_off(
    loop: Callable[[], None], in_child: bool
) -> None:
    def body(mp: Any) -> None:
        if in_child:
            child = mp.Process(target=loop)
            child.start()
            child.join()
        loop()

    with watched(SHORT):
        with pytest.raises(Stuck) as stuck:
            run(body)
        assert still_works()
    who = "Process-1" if in_child else "MainProcess"
    assert str(stuck.value).startswith(f"{who} has been running for 0.2 s without a shared oper")
    assert "test_watchdog.py:" in str(stuck.value)


def test_outside_of_the_main_thread_it_is_cut_off_too() -> None:
    seen: list[BaseException] = []

    def watch() -> None:
        with watched(SHORT):
            try:
                run(lambda mp: spin())
            except Stuck as stuck:
                seen.append(stuck)

    thread = threading.Thread(target=watch)
    thread.start()
    thread.join()
    assert len(seen) == 1
    assert [one.name for one in threading.enumerate() if one.name == "watchdog"] == []
    assert still_works()


def test_a_run_that_makes_operations_is_left_alone() -> None:
    def body(mp: Any) -> None:
        value = mp.RawValue("i", 0)
        while True:
            value.value += 1

    with watched(SHORT):
        assert run(body).cut_off


def test_the_alarm_of_somebody_else_goes_on_afterwards() -> None:
    rang: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: rang.append(number))
    try:
        signal.setitimer(signal.ITIMER_REAL, 1000)
        with watched(SHORT):
            assert signal.getitimer(signal.ITIMER_REAL)[0] < 1
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 900
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert rang == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_reaches_the_caller_whatever_the_program_catches(number: signal.Signals) -> None:
    went_on: list[str] = []

    def stubborn() -> None:
        try:
            press(number)
            went_on.append("after the signal")
        except Exception:
            went_on.append("caught")
        finally:
            went_on.append("finally")

    def body(mp: Any) -> None:
        child = mp.Process(target=stubborn)
        child.start()
        child.join()

    with interruptible():
        with pytest.raises(Interrupted, match=number.name):
            run(body)
        assert still_works()
    assert went_on == ["finally"]


def test_ctrl_c_between_runs_reaches_the_caller_at_once() -> None:
    with interruptible(), pytest.raises(Interrupted):
        press(signal.SIGINT)


def in_a_session(action: Callable[[], None]) -> None:
    program = FunctionProgram("nothing", lambda mp: None, multiprocessing)
    with interruptible(), session(program):
        action()


def test_ctrl_c_that_a_library_turns_into_an_error_of_its_own_is_ctrl_c() -> None:
    def lose_the_way() -> None:
        try:
            press(signal.SIGINT)
        except BaseException:
            raise ValueError("a library lost its way") from None

    with pytest.raises(Interrupted):
        in_a_session(lose_the_way)


def test_other_errors_stay_what_they_are() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        in_a_session(fail)


def test_afterwards_ctrl_c_is_what_it_was() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with interruptible(), interruptible():
        assert signal.getsignal(signal.SIGINT) is not before[0]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_ctrl_c_while_a_run_is_unwound_is_not_lost() -> None:
    def child(lock: Any) -> None:
        try:
            lock.acquire()
        finally:
            press(signal.SIGINT)

    def body(mp: Any) -> None:
        lock = mp.Lock()
        lock.acquire()
        process = mp.Process(target=child, args=(lock,))
        process.start()
        process.join()

    with interruptible():
        with pytest.raises(Interrupted):
            run(body)
        assert still_works()


def test_ctrl_c_in_the_middle_of_a_collection_comes_before_the_next_run() -> None:
    """What a callback of the collector raises is lost, and reported by whoever is there."""
    pressed: list[str] = []

    def inner() -> None:
        press(signal.SIGINT)
        pressed.append("and went on")

    def callback(phase: str, info: dict[str, int]) -> None:
        if not pressed:
            inner()

    gc.callbacks.append(callback)
    try:
        with interruptible():
            gc.collect()
            assert pressed == ["and went on"]
            with pytest.raises(Interrupted):
                check()
    finally:
        gc.callbacks.remove(callback)
