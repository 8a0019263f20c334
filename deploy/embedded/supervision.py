"""Keeps services up: whatever ends is started again, each time a little later."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from .places import Trouble

# Seconds; whoever waits for the pages waits for this as well.
LONGEST_PAUSE = 8
# A service that lived this long has recovered.
STEADY = 60


class Keepable(Protocol):
    name: str

    @property
    def alive(self) -> bool: ...
    def start(self) -> None: ...


class Keeper:
    """Watches one service."""

    def __init__(self, thing: Keepable, clock: Callable[[], float] = time.monotonic):
        self.thing, self.clock = thing, clock
        self.deaths = 0
        self.started_at = clock()
        self.due_at: float | None = None

    def look(self) -> None:
        if self.thing.alive:
            return
        if self.due_at is None:
            self._plan()
        elif self.clock() >= self.due_at:
            self._restart()

    def _plan(self) -> None:
        if self.clock() - self.started_at > STEADY:
            self.deaths = 0
        pause = min(2**self.deaths, LONGEST_PAUSE)
        self.deaths += 1
        self.due_at = self.clock() + pause
        say(f"{self.thing.name} has ended; starting it again in {pause} s.")

    def _restart(self) -> None:
        self.due_at = None
        self.started_at = self.clock()
        try:
            self.thing.start()
        except Trouble as trouble:
            say(str(trouble))


def keep(things: Sequence[Keepable]) -> None:
    """Watch for ever; ends by being asked to stop."""
    keepers = [Keeper(thing) for thing in things]
    while True:
        for keeper in keepers:
            keeper.look()
        time.sleep(0.5)


def say(line: str) -> None:
    print(line, flush=True)
