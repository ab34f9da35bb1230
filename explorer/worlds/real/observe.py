"""A free run: the processes go as they like, and the warden listens.

All children that a process starts in a row set out together: forking takes milliseconds, and
that skew would be larger than the delays of the case.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Final

from explorer.model.actor import MAIN
from explorer.worlds.real import wire
from explorer.worlds.real.asleep import rest_of
from explorer.worlds.real.tree import BIRTH, Party, Tree

#: Seconds without a word, and with nothing moving in any process, after which they wait for ever.
QUIET: Final = 0.15
#: Seconds that children wait for their siblings before they set out.
MUSTER: Final = 0.2
_LOOK: Final = 0.01


@dataclass(frozen=True, slots=True)
class Seen:
    """One operation as it was seen: who did what, what came of it, from when to when (ns)."""

    actor: str
    operation: str
    label: str
    value: str | None
    result: str | None
    raised: bool
    began: int
    ended: int


@dataclass(frozen=True, slots=True)
class Observation:
    """What a free run did. `blocked` are actors that wait for ever: actor, operation, object."""

    log: tuple[Seen, ...]
    blocked: tuple[tuple[str, str, str], ...]
    endless: bool  # still busy at the deadline
    exit_codes: tuple[tuple[str, int], ...]
    raised: tuple[tuple[str, str, str], ...]  # process, type of the exception, its text


def observe(tree: Tree, deadline: float) -> Observation:
    """Let a run go until all its processes have ended, wait for ever, or the deadline is over.

    Args:
        deadline: seconds.
    """
    muster = _Muster(tree)
    until = monotonic() + deadline
    quiet = _Quiet(tree, QUIET)
    stuck = False
    while monotonic() < until:
        heard = tree.listen(_LOOK)
        muster.send_off()
        if tree.parties and not tree.living():
            break
        if quiet.is_for_ever(heard=heard):
            stuck = True
            break
    while tree.listen(0):
        pass  # what the ended had still to say
    living = tree.living()
    return Observation(
        log=_log(tree),
        blocked=tuple(_asked(party) for party in living if party.asked) if stuck else (),
        endless=bool(living) and not stuck,
        exit_codes=tuple(sorted(tree.exit_codes.items())),
        raised=tuple((process, *told) for process, told in sorted(tree.raised.items())),
    )


def _asked(party: Party) -> tuple[str, str, str]:
    assert party.asked is not None
    return (party.actor, party.asked[1], party.asked[2])


class _Muster:
    """Children wait for their siblings, until their parent has turned to something else."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.since: dict[str, float] = {}
        self.gone: set[str] = set()

    def send_off(self) -> None:
        """Let everybody go who needs to wait no longer."""
        for party in list(self.tree.parties.values()):
            if party.actor in self.gone:
                continue
            self.since.setdefault(party.actor, monotonic())
            if self._may_go(party):
                self.gone.add(party.actor)
                self.tree.grant(party)

    def _may_go(self, party: Party) -> bool:
        parent = _parent_of(party)
        if parent is None or monotonic() - self.since[party.actor] > MUSTER:
            return True
        teller = self.tree.parties.get(parent)
        if teller is None or teller.gone:
            return True
        if not teller.timed and (teller.asked is None or teller.asked[1] == "start"):
            return False
        started: int = sum(
            who is teller and said[0] == wire.ASK and said[1] == "start"
            for who, said in self.tree.order
        )
        there = sum(_parent_of(other) == parent for other in self.tree.parties.values())
        return there >= started


def _parent_of(party: Party) -> str | None:
    """The process that started a process; None of the main process and of threads."""
    if party.actor != party.process or not party.process.startswith("Process-"):
        return None
    before, colon, _ = party.process.rpartition(":")
    return before if colon else MAIN


class _Quiet:
    """Notices that nothing happens any more."""

    def __init__(self, tree: Tree, seconds: float) -> None:
        self.tree = tree
        self.seconds = seconds
        self.before: object = None
        self.since = monotonic()

    def is_for_ever(self, *, heard: bool) -> bool:
        """Whether nobody has said anything, and nothing has moved, for long enough."""
        if heard:
            self.before, self.since = None, monotonic()
            return False
        if self._is_birth() and monotonic() - self.since < BIRTH:
            return False
        if monotonic() - self.since < self.seconds / 2:
            return False
        living = self.tree.living()
        now = [rest_of(party.pid) for party in living]
        if now != self.before or not all(rest.is_still for rest in now):
            if self.before is not None:
                self.since = monotonic()
            self.before = now
            return False
        waits_long_enough = monotonic() - self.since >= self.seconds
        return waits_long_enough and not any(party.timed for party in living)

    def _is_birth(self) -> bool:
        """Whether somebody was started who is not there yet: spawning takes its time."""
        started = {
            said[2] for _, said in self.tree.order if said[0] == wire.ASK and said[1] == "start"
        }
        return not started <= {party.process for party in self.tree.parties.values()}


def _log(tree: Tree) -> tuple[Seen, ...]:
    """All operations that were finished, in the order in which they were."""
    asked: dict[str, wire.Message] = {}
    found = []
    for party, message in tree.order:
        if message[0] == wire.ASK:
            asked[party.actor] = message
        elif message[0] == wire.DONE and party.actor in asked:
            _, operation, label, value, began = asked.pop(party.actor)
            _, result, raised, _, ended = message
            found.append(Seen(party.actor, operation, label, value, result, raised, began, ended))
    found.sort(key=lambda seen: (seen.ended, seen.began))
    return tuple(found)
