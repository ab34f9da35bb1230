"""Time in a run: it passes as the program sleeps, and only then."""

from collections.abc import Callable

import pytest

from explorer.worlds.virtual import VirtualWorld

Run = Callable[..., VirtualWorld]


def holds(world: VirtualWorld) -> bool:
    errors = "".join(world.runtime.errors)
    assert [process.exitcode for process in world.processes] == [0] * len(world.processes), errors
    return True


def test_a_sleep_takes_exactly_as_long_as_it_says(run_script: Run) -> None:
    world = run_script("import time\ntime.sleep(1.5)\ntime.sleep(0)\n")
    assert world.now == 1_500_000_000


@pytest.mark.parametrize("timed", [True, False])
def test_every_clock_shows_what_was_slept(run_script: Run, timed: bool) -> None:
    source = """
        import time
        from datetime import date, datetime, timezone
        clocks = [time.time, time.monotonic, time.perf_counter, time.process_time,
                  lambda: time.time_ns() / 1e9, lambda: time.monotonic_ns() / 1e9,
                  lambda: datetime.now().timestamp(),
                  lambda: datetime.now(timezone.utc).timestamp(),
                  lambda: time.clock_gettime(time.CLOCK_MONOTONIC)]
        before = [clock() for clock in clocks]
        time.sleep(0.05)
        after = [clock() for clock in clocks]
        spent = [late - early for early, late in zip(before, after)]
        assert all(0.05 <= one < 0.051 for one in spent), spent
        assert date.today().year == datetime.today().year == time.localtime().tm_year == 2024
        assert time.strftime("%Y", time.gmtime()) == "2024" and time.ctime().endswith("2024")
        """
    assert holds(run_script(source, timed=timed))


def test_a_wait_shows_exactly_its_length_where_a_float_can(run_script: Run) -> None:
    source = """
        import queue, time
        from multiprocessing import Queue
        before = time.monotonic(), time.monotonic()
        try:
            Queue().get(timeout=2)
        except queue.Empty:
            print(time.monotonic() - before[1])
        before = time.time()
        time.sleep(0.5)
        assert time.time() - before == 0.5
        before = time.time()
        time.sleep(0.05)
        assert 0.05 <= time.time() - before < 0.051
        """
    world = run_script(source)
    assert holds(world)
    assert "".join(world.runtime.output) == "2.0\n"


def test_no_two_looks_show_the_same(run_script: Run) -> None:
    assert holds(
        run_script(
            "import time\nlooks = [time.time() for _ in range(9)]\nassert len(set(looks)) == 9\n"
        )
    )


def test_with_time_unknown_a_wait_that_timed_out_took_its_time(run_script: Run) -> None:
    source = """
        import time
        from multiprocessing import Event, Lock
        lock = Lock()
        lock.acquire()
        before = time.monotonic()
        assert not lock.acquire(timeout=2)
        assert time.monotonic() - before >= 2
        lock.release()
        assert lock.acquire(timeout=2)
        assert time.monotonic() - before < 2.1
        """
    assert holds(run_script(source, timed=False))


def test_a_loop_that_only_looks_at_the_clock_comes_to_its_end(run_script: Run) -> None:
    for timed in (True, False):
        assert holds(
            run_script(
                "import time\nend = time.time() + 5\nwhile time.time() < end: pass\n", timed=timed
            )
        )


def test_a_bad_sleep_is_refused_as_the_real_one_does(run_script: Run) -> None:
    world = run_script(
        """
        import time
        for value in (-1, "1"):
            try:
                time.sleep(value)
            except (TypeError, ValueError) as error:
                print(error)
        """
    )
    assert "".join(world.runtime.output) == (
        "sleep length must be non-negative\n'str' object cannot be interpreted as an integer\n"
    )
