"""What is true at each step of a run: how the objects look, and what each process is doing.

Position p is after p events: 0 before the first, N after the last. Everything is kept as changes,
so that a page of 300 steps stays small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.model.actor import MAIN
from explorer.model.story import Story
from explorer.model.trace import Blocked, Event, Trace
from explorer.report.chart import jitter
from explorer.report.waits import reason
from explorer.report.wording import blocked_text, clean, clip

_LONGEST: int = 120


@dataclass(frozen=True, slots=True)
class Doing:
    """What an actor does at a position: a word for its style, and words for people."""

    state: str  # "absent", "ran", "ready", "waits", "stuck" or "ended"
    text: str


def object_changes(story: Story, names: Sequence[str]) -> list[list[object]]:
    """[position, number of the object, [[part, value], …]], in order."""
    place = {name: number for number, name in enumerate(names)}
    found: list[list[object]] = [
        [
            sight.step + 1,
            place[sight.object],
            [[clean(part), clip(clean(value), _LONGEST)] for part, value in sight.parts],
        ]
        for sight in sorted(story.sights, key=lambda one: one.step)
    ]
    return found


def object_names(story: Story) -> list[str]:
    """Every object that was seen, in the order in which the run came to them."""
    return list(dict.fromkeys(sight.object for sight in story.sights))


def process_changes(story: Story, lanes: Sequence[str]) -> list[list[object]]:
    """[position, lane, state, text], in order."""
    watch = _Watch(story)
    found: list[list[object]] = []
    before: dict[str, Doing] = {}
    for position in range(len(story.finding.trace.events) + 1):
        for lane, name in enumerate(lanes):
            doing = watch.doing(name, position)
            if before.get(name) != doing:
                before[name] = doing
                found.append([position, lane, doing.state, doing.text])
    return found


class _Watch:
    def __init__(self, story: Story) -> None:
        self.trace: Trace = story.finding.trace
        self.sleeps = jitter(story.finding)
        self.steps: dict[str, list[int]] = {}
        self.started: dict[str, int] = {}
        for event in self.trace.events:
            self.steps.setdefault(event.actor, []).append(event.step)
            if event.operation == "start":
                self.started[event.object] = event.step
        self.blocked = {one.actor: one for one in self.trace.blocked}
        self.codes = {one.process: one.exitcode for one in self.trace.endings}
        self.place = dict.fromkeys(self.steps, 0)  # of each actor's next event, among its own

    def doing(self, name: str, position: int) -> Doing:
        """What an actor does; to be asked with growing positions."""
        mine = self.steps.get(name, [])
        place = self.place.get(name, 0)
        while place < len(mine) and mine[place] < position:
            place += 1
        self.place[name] = place
        if position <= self._begins(name, mine) and place == 0 and not self._main(name):
            return Doing("absent", "not started")
        if place == len(mine):
            return self._last(name, position)
        return self._next(name, self.trace.events[mine[place]], position, mine[:place])

    def _begins(self, name: str, mine: Sequence[int]) -> int:
        return self.started.get(name, mine[0] if mine else -1)

    def _main(self, name: str) -> bool:
        return name == MAIN

    def _last(self, name: str, position: int) -> Doing:
        """What it does after its last event."""
        stuck = self.blocked.get(name)
        if stuck is not None:
            later = self.trace.events[position : position + 1]
            if later and name in later[0].enabled:
                return Doing("ready", f"about to {clip(blocked_text(stuck), _LONGEST)}")
            return Doing("stuck", _stuck(stuck))
        if name not in self.codes:
            return Doing("ended", "has nothing left to do")
        code = self.codes[name]
        return Doing("ended", "ended" if not code else f"ended with code {code}")

    def _next(self, name: str, event: Event, position: int, done: Sequence[int]) -> Doing:
        now = self.trace.events[position]
        what = clip(clean(f"{event.operation} {event.label}"), _LONGEST)
        if event.operation == "exit":
            what = "exit"
        if name in now.enabled or now.actor == name:
            return Doing("ready", f"about to {what}")
        ticks = self.sleeps.get((name, done[-1] if done else None))
        if ticks or event.operation == "sleep":
            return Doing("waits", f"asleep, then {what}" if ticks else "asleep")
        return Doing("waits", f"blocked: {what}")


def _stuck(blocked: Blocked) -> str:
    return clip(f"waits for ever: {blocked_text(blocked)}{reason(blocked)}", 2 * _LONGEST)
