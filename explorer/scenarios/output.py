"""What a run prints: records torn apart, and work that was never finished.

These scenarios have no shared object that shows the defect, so they say themselves what their
output must be.
"""

from __future__ import annotations

from typing import Any, Final

from explorer.model.verdict import Kind
from explorer.scenarios.base import Parameter, Scenario
from explorer.scenarios.placement import How, hand_out, placements

PATIENCE: Final = 3  # seconds that the parent waits
WORK: Final = 50  # seconds that its child takes


def report(number: int, records: int, lock: Any) -> None:
    """Print records, each with several prints."""
    for _ in range(records):
        with lock:
            print(f"<{number}", end="", flush=True)
            print(f":{number}", end="", flush=True)
            print(f":{number}>", flush=True)


def garbled_output(mp: Any, processes: int = 2, records: int = 1, placement: str = "none") -> None:
    """Each print is one step, a record of three prints is not."""
    children = [
        mp.Process(target=report, args=(number, records, locks.whole))
        for number, locks in enumerate(hand_out(placement, processes, mp.Lock), 1)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()


def check_records(
    output: str, processes: int = 2, records: int = 1, placement: str = "none"
) -> None:
    """Every line is a whole record, and there are as many as were printed."""
    lines = output.splitlines()
    whole = [f"<{number}:{number}:{number}>" for number in range(1, processes + 1)]
    torn = [line for line in lines if line not in whole]
    assert not torn, f"printed {torn[0]!r}, which is no record"
    assert len(lines) == processes * records, f"{len(lines)} of {processes * records} records"


def save(never: Any, work: float) -> None:
    """Work for a while, then say so."""
    never.wait(work)
    print("saved", flush=True)


def daemon_cut_off(mp: Any, joined: bool = False, expected: bool = True) -> None:
    """The end of the main process cuts its daemons off; whether that is wrong, users must say."""
    child = mp.Process(target=save, args=(mp.Event(), WORK), daemon=True)
    child.start()
    child.join(None if joined else PATIENCE)


def check_saved(output: str, joined: bool = False, expected: bool = True) -> None:
    """The work was done, if anybody wants it done."""
    if expected:
        assert "saved" in output, "the daemon's work was cut off by the end of its parent"


GARBLED_OUTPUT: Final = Scenario(
    name="garbled-output",
    description="processes print records, each with several prints",
    body=garbled_output,
    parameters=(
        Parameter("processes", (2, 3, 4, 5)),
        Parameter("records", (1, 2)),
        Parameter("placement", placements((How.NONE, How.OWN, How.ALL))),
    ),
    fails=(Kind.ASSERTION,),
    right={"placement": "all"},
    check=check_records,
)
DAEMON_CUT_OFF: Final = Scenario(
    name="daemon-cut-off",
    description="a daemon is cut off by the end of its parent",
    body=daemon_cut_off,
    parameters=(Parameter("expected", (False, True)), Parameter("joined", (False, True))),
    fails=(Kind.ASSERTION,),
    wrong={"expected": True},
    right={"joined": True},
    check=check_saved,
)
