"""Work on one parcel of a search: its runs, one after the other, up to a quota.

What a parcel gives depends on nothing but the parcel and the quota, wherever it is worked on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from explorer.search.estimate import fraction_done, share_of_branch
from explorer.search.exhaustive import Exhaustive
from explorer.search.parcels import Packer, Parcel, Receipt, Rest, Unpacker

if TYPE_CHECKING:
    from explorer.engine.chooser import Chooser

#: Makes one run under a chooser, with unknown time (`Case.timed=False`), and returns its world.
Run = Callable[["Chooser"], Any]
#: Looks at a run that was made, before the next is; True ends the search.
OnRun = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Quota:
    """When to hand back what is left: after so many events, executions, or seconds of real time."""

    events: int
    executions: int | None = None
    seconds: float | None = None


#: Events of one parcel: a tenth of a second or two, against a millisecond for handing it on.
EVENTS: Final = 30_000


class Stint:
    """The search of one parcel, with its counts so far."""

    def __init__(self, run: Run, parcel: Parcel, on_run: OnRun | None = None) -> None:
        self.run = run
        self.on_run = on_run
        self.floor = parcel.floor
        self.traces = self.redundant = self.cut_off = self.events = 0
        self.stopped = False
        self.began = perf_counter()
        self.search = search = Exhaustive(run)
        unpacker = Unpacker(search.footprints, parcel.feet)
        search.given = [unpacker.node(node) for node in parcel.nodes]
        search.following = [unpacker.branch(branch) for branch in parcel.following]
        search.floor = parcel.floor
        search.reversals.open = list(parcel.open)

    @property
    def probes(self) -> int:
        """Runs that only tried whether somebody could go on."""
        return self.search.probes.made

    @property
    def executions(self) -> int:
        """All runs made."""
        return self.traces + self.redundant + self.probes

    @property
    def fraction(self) -> float:
        """How much of the parcel seems to be done."""
        nodes = self.search.nodes[self.floor :]
        return fraction_done(nodes) if nodes else 1.0

    def step(self) -> bool:
        """Make one run and learn from it; False if it was the last."""
        world = self.run(self.search)
        self.events += len(world.log)
        if world.abandoned:
            self.redundant += 1
        else:
            self.traces += 1
            self.cut_off += world.cut_off
            if self.on_run is not None and self.on_run(world):
                self.stopped = True
                return False
        return self.search.learn(world)

    def work(self, quota: Quota, after: Callable[[Stint], None] | None = None) -> bool:
        """Make runs up to the quota; whether there is anything left.

        Args:
            after: called after each run.
        """
        while True:
            more = self.step()
            if after is not None and not self.stopped:
                after(self)
            if not more:
                return False
            if (
                self.events >= quota.events
                or (quota.executions is not None and self.executions >= quota.executions)
                or (quota.seconds is not None and perf_counter() - self.began >= quota.seconds)
            ):
                return True

    def receipt(self, more: bool, notes: tuple[Any, ...] = ()) -> Receipt:
        """What came of it.

        Args:
            more: whether there is anything left.
            notes: what was kept of the runs.
        """
        search = self.search
        packer = Packer(search.footprints)
        errands = tuple(packer.errand(errand) for errand in search.reversals.errands)
        rest = self._rest(packer) if more else None
        return Receipt(
            self.traces,
            self.redundant,
            self.probes,
            self.cut_off,
            search.bounded,
            notes,
            self.stopped,
            tuple(packer.feet),
            errands,
            rest,
        )

    def _rest(self, packer: Packer) -> Rest:
        nodes = self.search.nodes[self.floor :]
        last = nodes[-1].number
        return Rest(
            tuple(packer.node(node.actor, node.sleep, node.todo) for node in nodes),
            tuple((node.number, packer.foot(node.foot)) for node in nodes),
            tuple(packer.branch(branch) for branch in self.search.following),
            tuple(race for race in self.search.reversals.open if race[1] < last),
            self.fraction,
            share_of_branch(nodes),
        )


def work_off(
    run: Run,
    parcel: Parcel,
    quota: Quota,
    on_run: OnRun | None = None,
    notes: list[Any] | None = None,
) -> Receipt:
    """Work on a parcel up to the quota.

    Args:
        on_run: see `OnRun`.
        notes: what `on_run` puts there goes with the receipt.
    """
    stint = Stint(run, parcel, on_run)
    more = stint.work(quota)
    return stint.receipt(more, tuple(notes or ()))
