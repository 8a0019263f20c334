"""Many at once, each with what it was told, and when."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests

PATIENCE = (
    180  # seconds; far above any bound of the tests, for a machine that is busy otherwise
)
PACE = 0.7  # seconds between two requests of one connection


@dataclass(frozen=True)
class Answer:
    """What a connection was told in its so manieth turn; times are of the monotonic clock."""

    number: int
    turn: int
    status: int
    began: float
    ended: float
    retry_after: str | None

    @property
    def seconds(self) -> float:
        return self.ended - self.began


class Crowd:
    """So many connections, each with so many turns, until it is sent home."""

    def __init__(
        self, count: int, turns: int, ask: Callable[[int, int], requests.Response]
    ) -> None:
        self.ask, self.turns, self.is_on = ask, turns, True
        self.told: list[Answer] = []
        self.pool = ThreadPoolExecutor(count)
        self.asked = [self.pool.submit(self._go_on, number) for number in range(count)]

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *error) -> None:
        self.is_on = False
        self.pool.shutdown()

    def count(self, status: int) -> int:
        return sum(answer.status == status for answer in list(self.told))

    def go_home(self) -> list[Answer]:
        """All that they were told."""
        self.is_on = False
        return self.stay()

    def stay(self) -> list[Answer]:
        """The same, once each has had all its turns."""
        for each in self.asked:
            each.result(PATIENCE)
        return self.told

    def _go_on(self, number: int) -> None:
        for turn in range(self.turns):
            if not self.is_on:
                return
            began = time.monotonic()
            answer = self.ask(number, turn)
            retry_after = answer.headers.get("Retry-After")
            self.told.append(
                Answer(number, turn, answer.status_code, began, time.monotonic(), retry_after)
            )
            time.sleep(PACE)


class Pulse:
    """/healthz, asked over and over by one client."""

    def __init__(self, portal) -> None:
        self.address, self.is_on = f"{portal.address}/healthz", True
        self.pool = ThreadPoolExecutor(1)
        self.asked = self.pool.submit(self._go_on)

    def __enter__(self) -> "Pulse":
        return self

    def __exit__(self, *error) -> None:
        self.is_on = False
        self.pool.shutdown()

    def usual(self) -> float:
        """How many seconds nine in ten of its answers took at most; the machine is busy."""
        self.is_on = False
        seconds = sorted(self.asked.result(PATIENCE))
        return seconds[len(seconds) * 9 // 10]

    def _go_on(self) -> list[float]:
        seconds = []
        while self.is_on:
            began = time.monotonic()
            answer = requests.get(self.address, timeout=PATIENCE)
            seconds.append(time.monotonic() - began)
            assert answer.text == "ok\n"
            time.sleep(0.1)
        return seconds
