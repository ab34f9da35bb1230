"""A gated run: one operation granted at a time, in the order of a virtual run, and compared.

Whatever the real processes do otherwise than predicted (another operation, another result,
waiting where the model goes on, going on where it waits) is a mismatch: a defect of the virtual
world. In the end those who wait for ever are let go all at once: each must really fall asleep in
the kernel, and stay so.
"""

from __future__ import annotations

from time import monotonic
from typing import Final, NoReturn

from explorer.worlds.real import wire
from explorer.worlds.real.asleep import rest_of
from explorer.worlds.real.expected import WAKING, ExpectedStep, Prediction
from explorer.worlds.real.tree import Party, Tree

#: Seconds within which whoever waits for ever has to have fallen asleep.
PATIENCE: Final = 20.0
#: Seconds that a process must stay asleep to count as waiting for ever.
STAY: Final = 0.03
_LOOK: Final = 0.005  # seconds between two looks at whether it is asleep by now


class Difference(Exception):
    """The first thing that was not as predicted: at which step (from 1; 0: at the end), and what.

    `stuck` names the actors whose stacks may tell more.
    """

    def __init__(self, step: int, text: str, stuck: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.step = step
        self.text = text
        self.stuck = stuck


class Follower:
    """Takes one run's processes through a prediction; raises Difference."""

    def __init__(self, tree: Tree, prediction: Prediction, *, again: bool = False) -> None:
        self.tree = tree
        self.prediction = prediction
        self.again = again  # the main process is not to end but to begin the next run
        self.begins_again = False
        self.number = 0
        self.done = 0  # steps taken, this one included
        self.hanging: set[str] = set()  # who was granted something that never comes back
        self.asleep: dict[str, str] = {}  # sleepers, and the object that each sleeps at

    def follow(self) -> None:
        """The whole run, up to the end or to where nobody can go on."""
        for step in self.prediction.steps:
            self.done += 1
            self.number = step.number or self.done
            if step.operation == "die":
                self._deliver(step)
            else:
                self._take(step)
                self._let_run(step)
            if step.lies_down:
                self.asleep[step.actor] = step.label
            elif step.operation in WAKING:
                self.asleep.pop(step.actor, None)
        self.number = 0
        if self.prediction.end == "cut off":
            return
        if self.prediction.end == "blocked":
            self._check_blocked()
        self._check_endings()

    def _take(self, step: ExpectedStep) -> None:
        party = self._await_question(step)
        assert party.asked is not None
        _, operation, label, value, _ = party.asked
        if (operation, label) != (step.operation, step.label):
            self._differ(f"the virtual run has {step}, but it is about to {operation} {label}")
        if value is not None and step.value is not None and value != step.value:
            self._differ(f"the virtual run has {step} with {step.value}, but it is with {value}")
        if operation == "exit":
            self._end(party, step)
            return
        self.tree.grant(party, step.time, wire.HALF if step.is_half else wire.AS_USUAL)
        if step.notifies(party.notified):
            self._wake_sleepers(step, None if value is None else int(value))
        if step.hangs:
            self.hanging.add(party.actor)
        else:
            self._await_result(party, step)

    def _let_run(self, step: ExpectedStep) -> None:
        """Let somebody who shares memory with other threads go up to the next operation.

        In the virtual world nobody comes in between; in processes of one thread none can tell.
        """
        party = self.tree.parties.get(step.actor)
        if party is None or step.process not in self.prediction.threaded or step.hangs:
            return
        self.tree.await_that(lambda: party.gone or party.asked is not None, step.actor)

    def _await_question(self, step: ExpectedStep) -> Party:
        parties = self.tree.parties

        def asked() -> bool:
            party = parties.get(step.actor)
            return party is not None and party.asked is not None and not party.granted

        if not self.tree.await_that(asked, step.actor):
            party = parties.get(step.actor)
            if party is None:
                self._differ(f"the virtual run has {step}, but {step.actor} is not there")
            if party.gone:
                self._differ(f"the virtual run has {step}, but {step.actor} has ended")
            self._differ(f"the virtual run has {step}, but it comes to no operation", (step.actor,))
        return parties[step.actor]

    def _await_result(self, party: Party, step: ExpectedStep) -> None:
        tree = self.tree
        if not tree.await_that(lambda: party.done is not None or party.gone, party.actor):
            self._differ(f"{step} goes on in the virtual run, but waits here", (party.actor,))
        if party.done is None:
            self._differ(f"{step}: it ended in the middle of that")
        _, text, raised, silent, _ = party.done
        if silent and not step.raised:
            return
        if (text, raised) != (step.result, step.raised):
            self._differ(
                f"{step} {_outcome(step.result, step.raised)} in the virtual run, "
                f"but {_outcome(text, raised)} here"
            )

    def _wake_sleepers(self, step: ExpectedStep, number: int | None) -> None:
        """Send those sleepers to be woken whom the virtual run wakes, as many as there are to be.

        Args:
            number: how many are notified; None: all.
        """
        sleepers = [who for who, where in self.asleep.items() if where == step.label]
        parties = [self._await_sleeper(who, step) for who in sleepers]
        asleep = {party.actor: party for party in parties if not (party.notified or party.gone)}
        later = self.prediction.steps[self.done :]
        wanted = [
            other.actor
            for other in later
            if other.label == step.label and other.actor in asleep and other.is_woken
        ]
        order = list(dict.fromkeys([*wanted, *asleep]))
        for actor in order[:number]:
            self.tree.notify(asleep[actor])

    def _await_sleeper(self, actor: str, step: ExpectedStep) -> Party:
        """Somebody who lay down, once it says that it waits to be woken."""
        party = self.tree.parties[actor]

        def sleeps() -> bool:
            return party.gone or (party.asked is not None and party.asked[1] in WAKING)

        if not self.tree.await_that(sleeps, actor):
            self._differ(f"at {step}, {actor} sleeps in the virtual run, but not here", (actor,))
        return party

    def _end(self, party: Party, step: ExpectedStep) -> None:
        if self.again and self.prediction.is_over_after(self.done):
            self.begins_again = True
            return
        self.tree.grant(party, step.time)
        if party.process in self.tree.handles and not self.tree.await_end(party.process):
            self._differ(f"{step}: it does not end", (party.actor,))

    def _deliver(self, step: ExpectedStep) -> None:
        """A signal arrives."""
        if step.process not in self.tree.handles:
            self.tree.await_that(lambda: step.process in self.tree.handles)
        for party in self.tree.parties.values():
            if party.process == step.process:
                self.asleep.pop(party.actor, None)
        number = int(step.value or "15")
        self.tree.signal(step.process, number)
        if step.process in self.tree.handles and not self.tree.await_end(step.process):
            self._differ(f"{step}: it survives the signal {number}")

    def _check_blocked(self) -> None:
        """Those who wait for ever in the model really do."""
        expected = sorted(self.prediction.blocked)
        for actor, operation, label in expected:
            self._await_blocked(actor, operation, label)
        waiting = [self.tree.parties[actor] for actor, _, _ in expected]
        for party in waiting:
            if not party.granted:
                self.tree.grant(party, how=wire.FOR_EVER)
        if not stay_asleep(self.tree, waiting):
            moving = [party for party in waiting if party.asked is None or party.gone]
            names = ", ".join(party.actor for party in moving or waiting)
            self._differ(f"in the virtual run all wait for ever, but {names} can go on here")

    def _await_blocked(self, actor: str, operation: str, label: str) -> None:
        step = ExpectedStep(actor, actor, operation, label, None, None, False, 0)
        party = self.tree.parties.get(actor)
        if party is None or not (actor in self.hanging and party.granted):
            party = self._await_question(step)
        assert party.asked is not None
        found = party.asked[1:3]
        if found != (operation, label):
            self._differ(
                f"{actor} waits for ever to {operation} {label} in the virtual run, "
                f"but it is about to {found[0]} {found[1]} here"
            )

    def _check_endings(self) -> None:
        """The exit codes that parents have seen, and the exceptions that ended processes."""
        for process, expected in self.prediction.exit_codes:
            code = self.tree.exit_codes.get(process, expected)
            if code != expected:
                self._differ(
                    f"{process} has exit code {expected} in the virtual run, but {code} here"
                )

        found = {
            process: name
            for process, (name, _) in self.tree.raised.items()
            if process not in self.prediction.killed
        }
        if found != dict(self.prediction.raised):
            self._differ(
                f"{_told(dict(self.prediction.raised))} in the virtual run, but {_told(found)} here"
            )

    def _differ(self, text: str, stuck: tuple[str, ...] = ()) -> NoReturn:
        raise Difference(self.number, text, stuck)


def _told(raised: dict[str, str]) -> str:
    parts = [f"{name} ends {process}" for process, name in sorted(raised.items())]
    return " and ".join(parts) or "no exception ends a process"


def _outcome(text: str | None, raised: bool) -> str:
    if raised:
        return f"raises {text}"
    return "returns nothing" if text is None else f"gives {text}"


def stay_asleep(tree: Tree, waiting: list[Party]) -> bool:
    """Whether all of them fall asleep in the kernel, and nothing in them moves for `STAY` seconds.

    A process that was let go needs a moment to get there.
    """
    until = monotonic() + PATIENCE
    before = None
    since = monotonic()
    while monotonic() < until:
        tree.listen(_LOOK)
        if any(party.asked is None or party.gone for party in waiting):
            return False
        now = [rest_of(party.pid) for party in waiting]
        if now != before or not all(rest.is_still for rest in now):
            before, since = now, monotonic()
        elif monotonic() - since >= STAY:
            return True
    return False
