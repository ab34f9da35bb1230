"""Work on one parcel of a search: its runs, one after the other, up to a quota.

What a parcel gives depends on nothing but the parcel and the quota, wherever it is worked on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from explorer.search.estimate import fraction_done, share_of_branch
from explorer.search.exhaustive import Exhaustive
from explorer.search.footprints import Footprints
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

    def without(self, stint: Stint) -> Quota:
        """What a stint has left of it."""
        executions, seconds = self.executions, self.seconds
        return Quota(
            self.events - stint.events,
            None if executions is None else executions - stint.executions,
            None if seconds is None else seconds - (perf_counter() - stint.began),
        )

    @property
    def is_used_up(self) -> bool:
        """Whether nothing is left."""
        left = [self.events, self.executions, self.seconds]
        return any(each is not None and each <= 0 for each in left)


#: Events of one parcel: a tenth of a second or two, against a millisecond for handing it on.
EVENTS: Final = 30_000


class Stint:
    """The search of one parcel, with its counts so far."""

    def __init__(
        self,
        run: Run,
        parcel: Parcel,
        on_run: OnRun | None = None,
        footprints: Footprints | None = None,
    ) -> None:
        self.run = run
        self.parcel = parcel
        self.on_run = on_run
        self.floor = parcel.floor
        self.traces = self.redundant = self.cut_off = self.events = 0
        self.stopped = False
        self.began = perf_counter()
        self.search = search = Exhaustive(run, footprints)
        unpacker = Unpacker(search.footprints, parcel.feet)
        search.given = [unpacker.node(node) for node in parcel.nodes]
        search.following = [unpacker.branch(branch) for branch in parcel.following]
        search.floor, search.fresh = parcel.floor, parcel.fresh
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
            self.cut_off += world.fair_from is not None
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
            if (  # written out, and not asked of `without`: this is done after every run
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
        errands = tuple(dict.fromkeys(map(packer.errand, search.reversals.errands)))
        rest = self._rest(packer) if more else None
        return Receipt(
            self.traces,
            self.redundant,
            self.probes,
            self.cut_off,
            search.bounded,
            self.fraction if more or self.stopped else 1.0,
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
            share_of_branch(nodes),
            self.search.decision,
        )


def work_off(
    run: Run,
    parcels: Iterable[Parcel],
    quota: Quota,
    on_run: OnRun | None = None,
    *,
    notes: list[Any] | None = None,
    footprints: Footprints | None = None,
    after: Callable[[Stint], None] | None = None,
) -> Iterator[Receipt]:
    """Work on one parcel after the other, up to the quota; those that come too late get nothing.

    Args:
        on_run: see `OnRun`.
        notes: what `on_run` puts there goes with the receipt.
        footprints: those of other parcels of the same search.
        after: called after each run.
    """
    footprints = Footprints() if footprints is None else footprints
    notes = [] if notes is None else notes
    for parcel in parcels:
        notes.clear()
        stint = Stint(run, parcel, on_run, footprints)
        more = stint.work(quota, after)
        yield stint.receipt(more, tuple(notes))
        quota = quota.without(stint)
        if stint.stopped or quota.is_used_up:
            break
